// How the values of a type are written: a tree that follows the type (arrays of domains over
// ranges, composite types). Values are numbered, so that a bijection over the rows gives no two
// rows the same one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "generators/column_batch.h"
#include "generators/random.h"

namespace resow {

struct ValueForm {
  static constexpr uint64_t kMany = uint64_t{1} << 62;

  enum class What : uint8_t {
    kNull,        // a part of a composite value that is left out
    kNumber,      // low + step * n, written as `kind` is
    kListed,      // one of `texts`, then numbers from 2,000,000,000 on
    kPattern,     // texts[0], see below
    kUuid,        // version 4
    kBits,        // `length` digits 0 and 1
    kInterval,    // days, hours and minutes
    kTimeTz,      // seconds of a day, then their fractions
    kNetwork,     // inet: those kept for examples (RFC 2544, RFC 3849), then all of the latter
    kSubnet,      // cidr, the same
    kCheckDigit,  // 13 digits that begin with texts[0] and end with the check digit of GS1
    kArray,       // of parts[0]; between them a comma, or texts[0]
    kRange,       // of parts[0]; a kNumber's step is what the range is at most wide, so no two of
                  // them overlap
    kMultirange,  // of one such range
    kComposite,   // of parts
  } what = What::kPattern;

  // How many values there are, 0 standing for 2^64, and how many of them are usual: what a row
  // gets where values may repeat.
  uint64_t count = kMany;
  uint64_t usual = 1000;

  ValueKind kind = ValueKind::kInteger;  // kNumber
  int scale = 0;
  int64_t low = 1;
  int64_t step = 1;
  size_t length = 0;  // kBits; kArray: of each, 0 for 1 to 3
  // In a pattern % and a letter stand for the value's number n: n itself, h hexadecimal, p with 18
  // digits, w a word made of it, x and y two numbers from 0 to 180 and 0 to 90 which differ
  // together, X and Y these and one, m six bytes that begin with 02 as a hardware address, M eight.
  // %% is a % itself.
  std::vector<std::string> texts;
  std::vector<ValueForm> parts;
};

// How many values there are of the whole, at most kMany.
uint64_t distinct_values(const ValueForm& form);

// The numbers of one row's value and its parts, in the order in which they are asked for.
class ValueNumbers {
 public:
  // Where values may repeat.
  ValueNumbers(StreamKey key, uint64_t row) : key_(key), row_(row) {}
  // Where they may not: another `unique` below `size` for each row. REQUIRES: size > 0.
  ValueNumbers(StreamKey key, uint64_t row, uint64_t unique, uint64_t size)
      : key_(key), row_(row), unique_(unique), left_(size) {}

  // A number below `count` (0: 2^64), usually below `usual`.
  uint64_t next(uint64_t count, uint64_t usual);
  // One that nobody relies on to tell rows apart.
  uint64_t any(uint64_t below) { return bounded(random_bits(key_, row_, draw_++), below); }
  // So many values still have to be told apart.
  uint64_t left() const { return left_; }

 private:
  StreamKey key_;
  uint64_t row_;
  uint64_t draw_ = 0;
  uint64_t unique_ = 0;
  uint64_t left_ = 1;
};

// Appends a value in the server's input syntax. Other numbers give other values.
// kNull appends nothing.
void append_value(const ValueForm& form, ValueNumbers& numbers, std::string& out);

}  // namespace resow

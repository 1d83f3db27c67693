#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "generators/filling.h"
#include "generators/gather.h"
#include "generators/settle.h"
#include "generators/text_form.h"
#include "generators/text_rows.h"
#include "generators/vocabulary.h"

namespace resow {
namespace {

// Random bits that are used up a few at a time, never across the end of a word.
class BitReader {
 public:
  BitReader(uint64_t first, uint64_t second) : bits_(first), next_(second) {}

  // A number below 2^count.
  size_t take(int count) {
    if (left_ < count) {
      bits_ = next_;
      left_ = 64;
    }
    const uint64_t value = bits_ & ((uint64_t{1} << count) - 1);
    bits_ >>= count;
    left_ -= count;
    return static_cast<size_t>(value);
  }

 private:
  uint64_t bits_;
  uint64_t next_;
  int left_ = 64;
};

constexpr size_t kMostThings = 6;     // of one text: three for each word of random bits
constexpr size_t kLongestThing = 36;  // "adjective material noun" and what joins it to the next
constexpr size_t kOneThing = 40;      // texts up to this length name one thing

// The text of one row, which takes no more than fits.
class Phrase {
 public:
  explicit Phrase(size_t max_length) : room_(std::min(max_length, buffer_.size())) {}

  // All of the parts or none.
  bool append(std::initializer_list<std::string_view> parts) {
    size_t size = used_;
    for (const std::string_view part : parts) size += part.size();
    if (size > room_) return false;
    for (const std::string_view part : parts) {
      std::memcpy(buffer_.data() + used_, part.data(), part.size());
      used_ += part.size();
    }
    return true;
  }
  // REQUIRES: begins with a small letter.
  void capitalize() { buffer_[0] = static_cast<char>(buffer_[0] - 'a' + 'A'); }
  bool empty() const { return used_ == 0; }
  std::string_view text() const { return {buffer_.data(), used_}; }

 private:
  std::array<char, kMostThings * kLongestThing> buffer_;
  size_t room_;
  size_t used_ = 0;
};

// "adjective material noun", or as much of it as fits.
void append_thing(BitReader& bits, Phrase& phrase) {
  const std::string_view adjective = kAdjectives[bits.take(6)];
  const std::string_view material = kMaterials[bits.take(6)];
  const std::string_view noun = kNouns[bits.take(7)];
  const bool plain = bits.take(2) == 0;
  const std::string_view joint = phrase.empty() ? "" : ", ";
  if (plain && phrase.append({joint, material, " ", noun})) return;
  if (!plain && phrase.append({joint, adjective, " ", material, " ", noun})) return;
  if (phrase.append({joint, adjective, " ", noun})) return;
  phrase.append({joint, noun});
}

}  // namespace

void fill_rule(const Filling& filling, const rule::Words& rule, ColumnBatch& out) {
  assert(rule.max_length > 0);
  const size_t most =
      rule.max_length <= kOneThing ? 1 : std::min(kMostThings, rule.max_length / (kOneThing / 2));
  std::vector<uint64_t> even(filling.rows.size());
  std::vector<uint64_t> odd(filling.rows.size());
  random_pairs(filling.column.key, filling.rows, 0, even, odd);
  {
    TextRows rows(out);
    for (size_t i = 0; i < even.size(); ++i) {
      BitReader bits(even[i], odd[i]);
      Phrase phrase(rule.max_length);
      const uint64_t things = 1 + bounded(even[i], most);
      for (uint64_t thing = 0; thing < things; ++thing) append_thing(bits, phrase);
      if (phrase.empty()) phrase.append({kNouns[0].substr(0, rule.max_length)});
      phrase.capitalize();
      rows.append(phrase.text());
      rows.end_row();
    }
  }
  settle_text(out);
}

namespace {

void put_network_order(uint64_t word, char* at) {
  for (int i = 0; i < 8; ++i) at[i] = static_cast<char>(word >> (56 - 8 * i));
}

// `length` random bytes for each row.
void fill_bytes(const Filling& filling, size_t length, ColumnBatch& out) {
  const size_t rows = filling.rows.size();
  std::vector<uint64_t> even(rows);
  std::vector<uint64_t> odd(rows);
  std::array<char, 16> block;
  out.bytes.resize(rows * length);
  for (size_t begin = 0; begin < length; begin += block.size()) {
    random_pairs(filling.column.key, filling.rows, begin / 8, even, odd);
    const size_t size = std::min(block.size(), length - begin);
    for (size_t i = 0; i < rows; ++i) {
      put_network_order(even[i], block.data());
      put_network_order(odd[i], block.data() + 8);
      std::memcpy(out.bytes.data() + i * length + begin, block.data(), size);
    }
  }
  out.ends.resize(rows);
  for (size_t i = 0; i < rows; ++i) out.ends[i] = (i + 1) * length;
}

}  // namespace

void fill_rule(const Filling& filling, const rule::RandomBytes& rule, ColumnBatch& out) {
  fill_bytes(filling, rule.length, out);
  if (out.kind == ValueKind::kBytes) return;
  std::string digits;
  append_hex(out.bytes, digits);
  out.bytes = std::move(digits);
  for (size_t& end : out.ends) end *= 2;
  settle_text(out);
}

void fill_rule(const Filling& filling, const rule::RandomUuid& /*rule*/, ColumnBatch& out) {
  constexpr size_t kSize = 16;
  fill_bytes(filling, kSize, out);
  for (size_t i = 0; i < filling.rows.size(); ++i) {
    char* const uuid = out.bytes.data() + i * kSize;
    uuid[6] = static_cast<char>((uuid[6] & 0x0f) | 0x40);  // version 4 (RFC 9562)
    uuid[8] = static_cast<char>((uuid[8] & 0x3f) | 0x80);  // its variant
  }
  if (out.kind == ValueKind::kUuid || out.kind == ValueKind::kBytes) return;
  const std::string uuids = std::move(out.bytes);
  {
    TextRows rows(out);
    for (size_t i = 0; i < filling.rows.size(); ++i) {
      const std::string_view uuid = std::string_view(uuids).substr(i * kSize, kSize);
      rows.advance(write_uuid(rows.room(kMaxTextForm), uuid));
      rows.end_row();
    }
  }
  settle_text(out);
}

}  // namespace resow

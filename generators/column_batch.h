// The values of one column for a run of rows, in the form in which they are computed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace resow {

enum class ValueKind : uint8_t {
  kBoolean,    // numbers: 0 or 1
  kInteger,    // numbers
  kDecimal,    // numbers: the value times 10^scale
  kDate,       // numbers: days since 2000-01-01
  kTime,       // numbers: microseconds since midnight
  kTimestamp,  // numbers: microseconds since 2000-01-01 00:00 UTC
  kReal,       // reals
  kSingle,     // reals, each of them the value of a float (real, float4)
  kText,       // bytes: UTF-8
  kBytes,      // bytes
  kUuid,       // bytes: 16 each
  kLiteral,    // bytes: any other type, in the server's own input syntax
};

// Which member of a ColumnBatch holds the values of a kind.
enum class Payload : uint8_t { kNumbers, kReals, kBytes };
constexpr Payload payload(ValueKind kind) {
  switch (kind) {
    case ValueKind::kReal:
    case ValueKind::kSingle:
      return Payload::kReals;
    case ValueKind::kText:
    case ValueKind::kBytes:
    case ValueKind::kUuid:
    case ValueKind::kLiteral:
      return Payload::kBytes;
    default:
      return Payload::kNumbers;
  }
}

struct ColumnBatch {
  ValueKind kind = ValueKind::kText;
  int scale = 0;  // kDecimal only
  std::vector<uint8_t>
      nulls;  // one per row, 1 where NULL; the payload of such a row is unspecified
  std::vector<int64_t> numbers;  // one per row for the kinds that say so
  std::vector<double> reals;     // likewise
  std::string bytes;             // all rows' bytes, one after another
  std::vector<size_t> ends;      // one per row: where its bytes end

  size_t rows() const { return nulls.size(); }
  std::string_view text(size_t row) const {
    const size_t begin = row == 0 ? 0 : ends[row - 1];
    return std::string_view(bytes).substr(begin, ends[row] - begin);
  }
};

// The row's value in PostgreSQL's text form, independent of DateStyle and time zone: ISO dates,
// timestamps with "+00". Appends to `out`. REQUIRES: the row is not NULL.
void append_text(const ColumnBatch& batch, size_t row, std::string& out);

}  // namespace resow

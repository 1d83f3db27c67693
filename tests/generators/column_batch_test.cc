#include "generators/column_batch.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "generators/calendar.h"
#include "generators/constant.h"

namespace resow {
namespace {

constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
constexpr int64_t kGreatest = std::numeric_limits<int64_t>::max();

std::string text_of(const ColumnBatch& batch, size_t row = 0) {
  std::string out = "<";
  append_text(batch, row, out);
  return out.substr(1);
}

ColumnBatch number(ValueKind kind, int64_t value, int scale = 0) {
  ColumnBatch batch;
  batch.kind = kind;
  batch.scale = scale;
  batch.nulls = {0};
  batch.numbers = {value};
  return batch;
}

ColumnBatch real(ValueKind kind, double value) {
  ColumnBatch batch;
  batch.kind = kind;
  batch.nulls = {0};
  batch.reals = {value};
  return batch;
}

TEST(AppendText, Numbers) {
  constexpr int64_t kNoon = kMicrosecondsPerDay / 2;
  const struct {
    ValueKind kind;
    int64_t value;
    int scale;
    std::string text;
  } cases[] = {
      {ValueKind::kBoolean, 1, 0, "t"},
      {ValueKind::kBoolean, 0, 0, "f"},
      {ValueKind::kInteger, 0, 0, "0"},
      {ValueKind::kInteger, kLeast, 0, "-9223372036854775808"},
      {ValueKind::kInteger, kGreatest, 0, "9223372036854775807"},
      {ValueKind::kDecimal, 1999, 2, "19.99"},
      {ValueKind::kDecimal, -5, 2, "-0.05"},
      {ValueKind::kDecimal, 0, 2, "0.00"},
      {ValueKind::kDecimal, 100, 2, "1.00"},
      {ValueKind::kDecimal, 7, 0, "7"},
      {ValueKind::kDecimal, -7, -3, "-7000"},
      {ValueKind::kDecimal, 0, -3, "0"},
      {ValueKind::kDecimal, kLeast, 19, "-0.9223372036854775808"},
      {ValueKind::kDecimal, kGreatest, 25, "0.0000009223372036854775807"},
      {ValueKind::kDate, 0, 0, "2000-01-01"},
      {ValueKind::kDate, 9515, 0, "2026-01-19"},
      {ValueKind::kDate, -730'120, 0, "0001-12-31 BC"},
      {ValueKind::kDate, -730'119, 0, "0001-01-01"},
      {ValueKind::kDate, kFirstDate, 0, "4714-11-24 BC"},
      {ValueKind::kDate, kLastDate, 0, "5874897-12-31"},
      {ValueKind::kTime, 0, 0, "00:00:00"},
      {ValueKind::kTime, kNoon + 500'000, 0, "12:00:00.5"},
      {ValueKind::kTime, 1, 0, "00:00:00.000001"},
      {ValueKind::kTime, kMicrosecondsPerDay, 0, "24:00:00"},
      {ValueKind::kTimestamp, 0, 0, "2000-01-01 00:00:00+00"},
      {ValueKind::kTimestamp, 9515 * kMicrosecondsPerDay + kNoon + 500'000, 0,
       "2026-01-19 12:00:00.5+00"},
      {ValueKind::kTimestamp, -1, 0, "1999-12-31 23:59:59.999999+00"},
      {ValueKind::kTimestamp, kFirstTimestamp, 0, "4714-11-24 00:00:00+00 BC"},
      {ValueKind::kTimestamp, kLastTimestamp, 0, "294276-12-31 23:59:59.999999+00"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(text_of(number(c.kind, c.value, c.scale)), c.text);
    const auto back = parse_constant(c.kind, c.scale, c.text);
    ASSERT_TRUE(back.has_value()) << c.text;
    EXPECT_EQ(back->number, c.value) << c.text;
  }
}

// What PostgreSQL 15 prints for the same float8 and float4 values.
TEST(AppendText, Reals) {
  const struct {
    ValueKind kind;
    double value;
    std::string text;
  } cases[] = {
      {ValueKind::kReal, 0, "0"},
      {ValueKind::kReal, -0.0, "-0"},
      {ValueKind::kReal, 1, "1"},
      {ValueKind::kReal, 0.1, "0.1"},
      {ValueKind::kReal, -1.5, "-1.5"},
      {ValueKind::kReal, 100'000, "100000"},
      {ValueKind::kReal, 123'456'789'012'345, "123456789012345"},
      {ValueKind::kReal, 1e14, "100000000000000"},
      {ValueKind::kReal, 1e15, "1e+15"},
      {ValueKind::kReal, 1.25e15, "1.25e+15"},
      {ValueKind::kReal, 0.0001, "0.0001"},
      {ValueKind::kReal, 0.00001, "1e-05"},
      {ValueKind::kReal, 5e-324, "5e-324"},
      {ValueKind::kReal, std::numeric_limits<double>::max(), "1.7976931348623157e+308"},
      {ValueKind::kReal, std::numeric_limits<double>::infinity(), "Infinity"},
      {ValueKind::kReal, -std::numeric_limits<double>::infinity(), "-Infinity"},
      {ValueKind::kReal, std::numeric_limits<double>::quiet_NaN(), "NaN"},
      {ValueKind::kSingle, double{0.1F}, "0.1"},
      {ValueKind::kSingle, 123'456, "123456"},
      {ValueKind::kSingle, 1e6, "1e+06"},
      {ValueKind::kSingle, double{std::numeric_limits<float>::max()}, "3.4028235e+38"},
  };
  for (const auto& c : cases) EXPECT_EQ(text_of(real(c.kind, c.value)), c.text);
}

TEST(AppendText, Bytes) {
  ColumnBatch batch;
  batch.nulls = {0, 0, 0};
  batch.bytes = std::string("Größe\0\xff", 9);
  batch.ends = {0, 7, 9};
  batch.kind = ValueKind::kText;
  EXPECT_EQ(text_of(batch, 0), "");
  EXPECT_EQ(text_of(batch, 1), "Größe");
  batch.kind = ValueKind::kLiteral;
  EXPECT_EQ(text_of(batch, 1), "Größe");
  batch.kind = ValueKind::kBytes;
  EXPECT_EQ(text_of(batch, 0), "\\x");
  EXPECT_EQ(text_of(batch, 2), "\\x00ff");
  batch.kind = ValueKind::kUuid;
  batch.bytes = "\x01\x23\x45\x67\x89\xab\xcd\xef\x01\x23\x45\x67\x89\xab\xcd\xef";
  batch.ends = {16};
  EXPECT_EQ(text_of(batch, 0), "01234567-89ab-cdef-0123-456789abcdef");
}

}  // namespace
}  // namespace resow

#include "generators/constant.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

namespace resow {
namespace {

constexpr int64_t kLeastInteger = std::numeric_limits<int64_t>::min();
constexpr int64_t kGreatestInteger = std::numeric_limits<int64_t>::max();
constexpr int64_t kHour = 3'600'000'000;
constexpr int64_t kDay = 24 * kHour;

struct NumberCase {
  ValueKind kind;
  int scale;
  std::string text;
  int64_t number;
};

TEST(ParseConstant, Numbers) {
  const NumberCase cases[] = {
      {ValueKind::kBoolean, 0, "t", 1},
      {ValueKind::kBoolean, 0, "true", 1},
      {ValueKind::kBoolean, 0, "f", 0},
      {ValueKind::kBoolean, 0, "false", 0},
      {ValueKind::kInteger, 0, "0", 0},
      {ValueKind::kInteger, 0, "-0", 0},
      {ValueKind::kInteger, 0, "+42", 42},
      {ValueKind::kInteger, 0, "007", 7},
      {ValueKind::kInteger, 0, "9223372036854775807", kGreatestInteger},
      {ValueKind::kInteger, 0, "-9223372036854775808", kLeastInteger},
      {ValueKind::kDecimal, 2, "19.99", 1999},
      {ValueKind::kDecimal, 2, "-19.9", -1990},
      {ValueKind::kDecimal, 2, "20", 2000},
      {ValueKind::kDecimal, 2, "1.5000", 150},
      {ValueKind::kDecimal, 2, ".5", 50},
      {ValueKind::kDecimal, 2, "5.", 500},
      {ValueKind::kDecimal, 0, "7.000", 7},
      {ValueKind::kDecimal, -2, "1200", 12},
      {ValueKind::kDecimal, -2, "0", 0},
      {ValueKind::kDecimal, 30, "0.000", 0},
      {ValueKind::kDecimal, 18, "9.223372036854775807", kGreatestInteger},
      {ValueKind::kDecimal, 18, "-9.223372036854775808", kLeastInteger},
      {ValueKind::kDate, 0, "2000-01-01", 0},
      {ValueKind::kDate, 0, "2026-01-19", 9515},
      {ValueKind::kDate, 0, "0001-12-31 BC", -730'120},
      {ValueKind::kDate, 0, "4714-11-24 BC", -2'451'545},
      {ValueKind::kDate, 0, "5874897-12-31", 2'145'031'948},
      {ValueKind::kTime, 0, "00:00", 0},
      {ValueKind::kTime, 0, "12:00:00", 12 * kHour},
      {ValueKind::kTime, 0, "12:00:00.5", 12 * kHour + 500'000},
      {ValueKind::kTime, 0, "23:59:59.999999", kDay - 1},
      {ValueKind::kTime, 0, "24:00:00", kDay},
      {ValueKind::kTimestamp, 0, "2000-01-01T00:00:00Z", 0},
      {ValueKind::kTimestamp, 0, "2000-01-01 00:00:00", 0},
      {ValueKind::kTimestamp, 0, "2000-01-01 00:00:00+00", 0},
      {ValueKind::kTimestamp, 0, "2000-01-01 02:00:00+02", 0},
      {ValueKind::kTimestamp, 0, "2000-01-01T00:00-05:30", 5 * kHour + kHour / 2},
      {ValueKind::kTimestamp, 0, "2000-01-01T00:00+0530", -5 * kHour - kHour / 2},
      {ValueKind::kTimestamp, 0, "1999-12-31 23:59:59.999999", -1},
      {ValueKind::kTimestamp, 0, "294276-12-31 23:59:59.999999", 9'223'371'331'199'999'999},
      {ValueKind::kTimestamp, 0, "4714-11-24 00:00:00+00 BC", -2'451'545 * kDay},
  };
  for (const NumberCase& c : cases) {
    const auto value = parse_constant(c.kind, c.scale, c.text);
    ASSERT_TRUE(value.has_value()) << c.text;
    EXPECT_EQ(value->number, c.number) << c.text;
  }
}

TEST(ParseConstant, Reals) {
  EXPECT_EQ(parse_constant(ValueKind::kReal, 0, "0.1")->real, 0.1);
  EXPECT_EQ(parse_constant(ValueKind::kReal, 0, "-1e300")->real, -1e300);
  EXPECT_EQ(parse_constant(ValueKind::kSingle, 0, "0.1")->real, double{0.1F});
  EXPECT_TRUE(std::isnan(parse_constant(ValueKind::kReal, 0, "NaN")->real));
  EXPECT_EQ(parse_constant(ValueKind::kSingle, 0, "-Infinity")->real,
            -std::numeric_limits<double>::infinity());
}

TEST(ParseConstant, Bytes) {
  const std::string uuid = "\x01\x23\x45\x67\x89\xab\xcd\xef\x01\x23\x45\x67\x89\xab\xcd\xef";
  EXPECT_EQ(parse_constant(ValueKind::kText, 0, "Größe")->bytes, "Größe");
  EXPECT_EQ(parse_constant(ValueKind::kText, 0, "")->bytes, "");
  EXPECT_EQ(parse_constant(ValueKind::kLiteral, 0, "{1,2}")->bytes, "{1,2}");
  EXPECT_EQ(parse_constant(ValueKind::kBytes, 0, "\\x")->bytes, "");
  EXPECT_EQ(parse_constant(ValueKind::kBytes, 0, "\\x00fF")->bytes, std::string("\0\xff", 2));
  EXPECT_EQ(parse_constant(ValueKind::kUuid, 0, "01234567-89ab-cdef-0123-456789ABCDEF")->bytes,
            uuid);
  EXPECT_EQ(parse_constant(ValueKind::kUuid, 0, "0123456789abcdef0123456789abcdef")->bytes, uuid);
}

TEST(ParseConstant, RefusesWhatIsNotCanonical) {
  const struct {
    ValueKind kind;
    int scale;
    std::string text;
  } cases[] = {
      {ValueKind::kBoolean, 0, "yes"},
      {ValueKind::kBoolean, 0, ""},
      {ValueKind::kInteger, 0, ""},
      {ValueKind::kInteger, 0, "-"},
      {ValueKind::kInteger, 0, "+-5"},
      {ValueKind::kInteger, 0, " 5"},
      {ValueKind::kInteger, 0, "5 "},
      {ValueKind::kInteger, 0, "5.0"},
      {ValueKind::kInteger, 0, "0x10"},
      {ValueKind::kInteger, 0, "9223372036854775808"},
      {ValueKind::kDecimal, 2, "1.005"},
      {ValueKind::kDecimal, 2, "."},
      {ValueKind::kDecimal, 2, "-"},
      {ValueKind::kDecimal, 2, "1.2.3"},
      {ValueKind::kDecimal, 2, "1e2"},
      {ValueKind::kDecimal, -2, "1250"},
      {ValueKind::kDecimal, 18, "9.223372036854775808"},
      {ValueKind::kDecimal, 1000, "1"},
      {ValueKind::kReal, 0, "inf"},
      {ValueKind::kReal, 0, "nan"},
      {ValueKind::kReal, 0, "1e400"},
      {ValueKind::kReal, 0, "1,5"},
      {ValueKind::kReal, 0, ""},
      {ValueKind::kSingle, 0, "1e40"},
      {ValueKind::kDate, 0, "2025-02-29"},
      {ValueKind::kDate, 0, "0000-01-01"},
      {ValueKind::kDate, 0, "26-01-19"},
      {ValueKind::kDate, 0, "2026-1-19"},
      {ValueKind::kDate, 0, "2026-01-19T00:00"},
      {ValueKind::kDate, 0, "19.01.2026"},
      {ValueKind::kDate, 0, "today"},
      {ValueKind::kDate, 0, "4714-11-23 BC"},
      {ValueKind::kDate, 0, "5874898-01-01"},
      {ValueKind::kTime, 0, "24:00:00.000001"},
      {ValueKind::kTime, 0, "12:60"},
      {ValueKind::kTime, 0, "12:00:60"},
      {ValueKind::kTime, 0, "12:00:00."},
      {ValueKind::kTime, 0, "12:00:00.1234567"},
      {ValueKind::kTime, 0, "12"},
      {ValueKind::kTimestamp, 0, "2026-01-19"},
      {ValueKind::kTimestamp, 0, "2026-01-19T"},
      {ValueKind::kTimestamp, 0, "2026-01-19T12:00z"},
      {ValueKind::kTimestamp, 0, "2026-01-19T12:00 UTC"},
      {ValueKind::kTimestamp, 0, "2026-01-19T12:00+2"},
      {ValueKind::kTimestamp, 0, "2026-01-19T12:00+16:00"},
      {ValueKind::kTimestamp, 0, "294277-01-01T00:00Z"},
      {ValueKind::kTimestamp, 0, "5874897-12-31T00:00Z"},
      {ValueKind::kTimestamp, 0, "4714-11-24 00:00:00+02 BC"},
      {ValueKind::kBytes, 0, "00ff"},
      {ValueKind::kBytes, 0, "\\x0"},
      {ValueKind::kBytes, 0, "\\x0g"},
      {ValueKind::kUuid, 0, "01234567-89ab-cdef-0123-456789abcde"},
      {ValueKind::kUuid, 0, "01234567089ab-cdef-0123-456789abcdef"},
      {ValueKind::kUuid, 0, "g1234567-89ab-cdef-0123-456789abcdef"},
      {ValueKind::kText, 0, std::string("a\0b", 3)},
  };
  for (const auto& c : cases) {
    EXPECT_FALSE(parse_constant(c.kind, c.scale, c.text).has_value())
        << c.text << " is not " << expected_form(c.kind);
  }
}

}  // namespace
}  // namespace resow

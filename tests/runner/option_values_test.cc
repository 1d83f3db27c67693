#include "runner/option_values.h"

#include <gtest/gtest.h>

namespace resow {
namespace {

TEST(ReadCount, TakesWholeNumbersWithinBounds) {
  const struct {
    const char* text;
    int64_t value;
  } cases[] = {{"1", 1}, {"256", 256}, {"1,000", 1000}, {"1_000", 1000}, {"007", 7}};
  for (const auto& c : cases) {
    std::vector<Fault> faults;
    EXPECT_EQ(read_count(c.text, 1, 10'000, "--jobs", faults), c.value) << c.text;
    EXPECT_TRUE(faults.empty()) << c.text;
  }
}

TEST(ReadCount, RefusesEverythingElse) {
  for (const char* text : {"", "0", "-1", "10,001", "1.5", "1e3", "abc", "4x", " 4", ",4", "4,",
                           "99999999999999999999"}) {
    std::vector<Fault> faults;
    EXPECT_EQ(read_count(text, 1, 10'000, "--jobs", faults), 1) << text;
    ASSERT_EQ(faults.size(), 1U) << text;
    EXPECT_EQ(to_string(faults[0]), std::string("--jobs: \"") + text +
                                        "\" is not a number that it takes; say a whole number "
                                        "from 1 to 10,000");
  }
}

TEST(ReadDuration, TakesUnits) {
  const struct {
    const char* text;
    double seconds;
  } cases[] = {{"10s", 10},  {"500ms", 0.5}, {"2m", 120},     {"2min", 120},   {"1h", 3600},
               {"1.5", 1.5}, {"0", 0},       {"0.25s", 0.25}, {"168h", 604800}};
  for (const auto& c : cases) {
    std::vector<Fault> faults;
    EXPECT_DOUBLE_EQ(read_duration(c.text, "--eventually", faults), c.seconds) << c.text;
    EXPECT_TRUE(faults.empty()) << c.text;
  }
}

TEST(ReadDuration, RefusesEverythingElse) {
  for (const char* text :
       {"", "s", "-1s", "10 s", "1e3", "inf", "nan", "1.2.3", "10d", ".", "169h"}) {
    std::vector<Fault> faults;
    EXPECT_EQ(read_duration(text, "--eventually", faults), 0) << text;
    ASSERT_EQ(faults.size(), 1U) << text;
    EXPECT_EQ(to_string(faults[0]), std::string("--eventually: \"") + text +
                                        "\" is not a time span that it takes; say it like 10s, "
                                        "500ms, 2m or 1h, up to seven days");
  }
}

TEST(ReadChoice, SuggestsTheNearest) {
  std::vector<Fault> faults;
  EXPECT_EQ(read_choice("json", {"text", "json"}, "--format", faults), 1U);
  EXPECT_TRUE(faults.empty());
  EXPECT_EQ(read_choice("jsn", {"text", "json"}, "--format", faults), 0U);
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(to_string(faults[0]),
            "--format: \"jsn\" is not one of text, json; did you mean \"json\"?");
}

}  // namespace
}  // namespace resow

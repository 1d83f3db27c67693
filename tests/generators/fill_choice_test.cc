#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <stdexcept>

#include "tests/generators/programs.h"

namespace resow {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

std::map<std::string, int> counts_of(const std::vector<std::string>& values) {
  std::map<std::string, int> counts;
  for (const std::string& value : values) ++counts[value];
  return counts;
}

TEST(Always, GivesItsValueInEveryKind) {
  const struct {
    ValueKind kind;
    int scale;
    std::string text;
  } cases[] = {
      {ValueKind::kBoolean, 0, "t"},
      {ValueKind::kInteger, 0, "-9223372036854775808"},
      {ValueKind::kDecimal, 2, "19.99"},
      {ValueKind::kDate, 0, "2026-01-19"},
      {ValueKind::kTime, 0, "12:00:00.5"},
      {ValueKind::kTimestamp, 0, "2026-01-19 12:00:00+00"},
      {ValueKind::kReal, 0, "0.1"},
      {ValueKind::kSingle, 0, "0.1"},
      {ValueKind::kText, 0, ""},
      {ValueKind::kText, 0, "Größe"},
      {ValueKind::kBytes, 0, "\\x00ff"},
      {ValueKind::kUuid, 0, "01234567-89ab-cdef-0123-456789abcdef"},
      {ValueKind::kLiteral, 0, "{\"a\": 1}"},
  };
  for (const auto& c : cases) {
    EXPECT_THAT(texts(one_column(3, c.kind, {rule::Always{c.text}}, c.scale)),
                ElementsAre(c.text, c.text, c.text));
  }
  EXPECT_THAT(texts(one_column(2, ValueKind::kInteger, {rule::Always{}})), Each("NULL"));
}

TEST(Always, RefusesWhatIsNotOfItsKind) {
  const Program program = one_column(1, ValueKind::kInteger, {rule::Always{"ten"}});
  ColumnBatch batch;
  try {
    fill(program, 0, 0, row_range(0, 1), batch);
    FAIL() << "accepted";
  } catch (const std::invalid_argument& error) {
    EXPECT_STREQ(error.what(), "\"ten\" is not a whole number");
  }
}

TEST(ByItem, FollowsTheItem) {
  const Program program = {
      .tables = {table("t", RowShape(2, 3, CountByItem{{2, 0, 1}}),
                       {column("c", ValueKind::kText, {rule::ByItem{{"a", "b", {}}}})})}};
  EXPECT_THAT(texts(program), ElementsAre("a", "a", "NULL", "a", "a", "NULL"));
}

TEST(OneOf, KeepsToItsWeights) {
  const rule::OneOf rule{{"pending", "running", "failed", "never", {}}, {0.7, 0.9, 0.95, 0.95, 1}};
  const auto counts = counts_of(texts(one_column(20'000, ValueKind::kText, {rule})));
  EXPECT_NEAR(counts.at("pending"), 14'000, 300);
  EXPECT_NEAR(counts.at("running"), 4'000, 250);
  EXPECT_NEAR(counts.at("failed"), 1'000, 150);
  EXPECT_NEAR(counts.at("NULL"), 1'000, 150);
  EXPECT_EQ(counts.count("never"), 0u);
}

// More values than are counted one by one.
TEST(OneOf, HandlesManyValues) {
  rule::OneOf rule;
  for (int i = 0; i < 40; ++i) {
    rule.values.emplace_back(std::to_string(i));
    rule.cumulative.push_back((i + 1) / 40.0);
  }
  const auto counts = counts_of(texts(one_column(40'000, ValueKind::kInteger, {rule})));
  EXPECT_EQ(counts.size(), 40u);
  for (const auto& [value, count] : counts) EXPECT_NEAR(count, 1000, 150) << value;
}

TEST(Cycle, ChangesAfterItsStride) {
  EXPECT_THAT(texts(one_column(7, ValueKind::kText, {rule::Cycle{{"a", "b"}, 1}})),
              ElementsAre("a", "b", "a", "b", "a", "b", "a"));
  EXPECT_THAT(texts(one_column(7, ValueKind::kText, {rule::Cycle{{"a", "b"}, 3}})),
              ElementsAre("a", "a", "a", "b", "b", "b", "a"));
}

TEST(NullShare, IsKeptAndDoesNotChangeTheOthers) {
  Program program = one_column(10'000, ValueKind::kInteger, {rule::Uniform{1, 1'000'000}});
  const std::vector<std::string> all = texts(program);
  program.tables[0].columns[0].null_share = 0.25;
  const std::vector<std::string> some = texts(program);
  for (size_t row = 0; row < all.size(); ++row) {
    EXPECT_TRUE(some[row] == "NULL" || some[row] == all[row]) << "row " << row;
  }
  EXPECT_NEAR(static_cast<double>(std::ranges::count(some, "NULL")), 2500, 150);
  program.tables[0].columns[0].null_share = 1;
  EXPECT_THAT(texts(program), Each("NULL"));
}

}  // namespace
}  // namespace resow

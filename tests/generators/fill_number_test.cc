#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>
#include <stdexcept>

#include "generators/settle.h"
#include "tests/generators/programs.h"

namespace resow {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

constexpr int64_t kLowest = std::numeric_limits<int64_t>::min();
constexpr int64_t kHighest = std::numeric_limits<int64_t>::max();

std::vector<int64_t> numbers(const Program& program) {
  ColumnBatch batch;
  fill(program, 0, 0, row_range(0, program.tables[0].shape.rows()), batch);
  return batch.numbers;
}

TEST(Sequence, CountsInEveryKind) {
  const struct {
    ValueKind kind;
    int scale;
    std::string first, second;
  } cases[] = {
      {ValueKind::kInteger, 0, "7", "10"},
      {ValueKind::kDecimal, 2, "0.07", "0.10"},
      {ValueKind::kBoolean, 0, "t", "f"},
      {ValueKind::kDate, 0, "2000-01-08", "2000-01-11"},
      {ValueKind::kTime, 0, "00:00:00.000007", "00:00:00.00001"},
      {ValueKind::kReal, 0, "7", "10"},
      {ValueKind::kText, 0, "7", "10"},
      {ValueKind::kBytes, 0, "\\x0000000000000007", "\\x000000000000000a"},
      {ValueKind::kUuid, 0, "00000000-0000-0000-0000-000000000007",
       "00000000-0000-0000-0000-00000000000a"},
  };
  for (const auto& c : cases) {
    EXPECT_THAT(texts(one_column(2, c.kind, {rule::Sequence{7, 3}}, c.scale)),
                ElementsAre(c.first, c.second));
  }
  EXPECT_THAT(texts(one_column(3, ValueKind::kInteger, {rule::Sequence{-1, -5}})),
              ElementsAre("-1", "-6", "-11"));
}

TEST(Ordinal, CountsWithinParentAndItem) {
  const RowShape shape(2, 2, CountByItem{{2, 3}});
  const auto program = [&](ValueKind kind, int scale) -> Program {
    return {.tables = {table("t", shape, {column("c", kind, {rule::Ordinal{1}}, scale)})}};
  };
  EXPECT_THAT(texts(program(ValueKind::kInteger, 0)),
              ElementsAre("1", "2", "1", "2", "3", "1", "2", "1", "2", "3"));
  EXPECT_THAT(texts(program(ValueKind::kDecimal, 1)),
              ElementsAre("1.0", "2.0", "1.0", "2.0", "3.0", "1.0", "2.0", "1.0", "2.0", "3.0"));
  EXPECT_THROW(texts(program(ValueKind::kDecimal, 19)), std::overflow_error);
}

TEST(ChildCount, CountsTheRowsOfEachParent) {
  Program program;
  program.tables = {table("parents", RowShape(1, 1, FixedCount{3}),
                          {column("n", ValueKind::kInteger, {rule::ChildCount{1}})}),
                    table("children", RowShape(3, 2, CountByItem{{2, 5}}), {})};
  program.tables[1].parent = 0;
  EXPECT_THAT(texts(program), ElementsAre("7", "7", "7"));
}

TEST(Uniform, CoversItsRangeEvenly) {
  const auto values = numbers(one_column(60'000, ValueKind::kInteger, {rule::Uniform{-1, 4}}));
  std::vector<double> counts(6);
  for (const int64_t value : values) ++counts.at(static_cast<size_t>(value + 1));
  double chi_square = 0;
  for (const double count : counts) chi_square += std::pow(count - 10'000, 2) / 10'000;
  EXPECT_LT(chi_square, 20.5);  // 5 degrees of freedom, 99.9 %
}

TEST(Uniform, HandlesTheEdges) {
  EXPECT_THAT(numbers(one_column(5, ValueKind::kInteger, {rule::Uniform{kLowest, kLowest}})),
              Each(kLowest));
  EXPECT_THAT(numbers(one_column(5, ValueKind::kInteger, {rule::Uniform{kHighest, kHighest}})),
              Each(kHighest));
  int below = 0;
  for (const int64_t value :
       numbers(one_column(1000, ValueKind::kInteger, {rule::Uniform{kLowest, kHighest}}))) {
    below += value < 0 ? 1 : 0;
  }
  EXPECT_NEAR(below, 500, 60);
  EXPECT_THAT(numbers(one_column(0, ValueKind::kInteger, {rule::Uniform{0, 1}})), ElementsAre());
}

TEST(UniformReal, StaysInItsRange) {
  ColumnBatch batch;
  double sum = 0;
  fill(one_column(10'000, ValueKind::kReal, {rule::UniformReal{-2, 3}}), 0, 0, row_range(0, 10'000),
       batch);
  for (const double value : batch.reals) {
    EXPECT_GE(value, -2);
    EXPECT_LE(value, 3);
    sum += value;
  }
  EXPECT_NEAR(sum / 10'000, 0.5, 0.05);
  constexpr double kMost = std::numeric_limits<double>::max();
  fill(one_column(1000, ValueKind::kReal, {rule::UniformReal{-kMost, kMost}}), 0, 0,
       row_range(0, 1000), batch);
  for (const double value : batch.reals) EXPECT_TRUE(std::isfinite(value));
}

TEST(Distinct, NeverRepeats) {
  for (const int64_t step : {1, -7}) {
    const auto values =
        numbers(one_column(5000, ValueKind::kInteger, {rule::Distinct{100, step, 6000}}));
    EXPECT_EQ(std::set<int64_t>(values.begin(), values.end()).size(), 5000u);
    for (const int64_t value : values) {
      EXPECT_EQ((value - 100) % step, 0);
      EXPECT_LT((value - 100) / step, 6000);
    }
  }
  EXPECT_THAT(numbers(one_column(1, ValueKind::kInteger, {rule::Distinct{5, 1, 1}})),
              ElementsAre(5));
}

TEST(SettleReals, RoundsHalfUpAndSaturates) {
  const struct {
    ValueKind kind;
    int scale;
    double value;
    std::string text;
  } cases[] = {
      {ValueKind::kInteger, 0, 2.5, "3"},
      {ValueKind::kInteger, 0, -2.5, "-2"},
      {ValueKind::kInteger, 0, 1e300, "9223372036854775807"},
      {ValueKind::kInteger, 0, -1e300, "-9223372036854775808"},
      {ValueKind::kDecimal, 2, 19.994, "19.99"},
      {ValueKind::kDecimal, -2, 1250, "1300"},
      {ValueKind::kBoolean, 0, 0.7, "t"},
      {ValueKind::kSingle, 0, 0.1, "0.1"},
      {ValueKind::kText, 0, 0.25, "0.25"},
      {ValueKind::kDate, 0, 9515.2, "2026-01-19"},
  };
  for (const auto& c : cases) {
    ColumnBatch batch;
    batch.kind = c.kind;
    batch.scale = c.scale;
    batch.nulls = {0};
    batch.reals = {c.value};
    settle_reals(batch);
    EXPECT_THAT(texts_of(batch), ElementsAre(c.text)) << c.value;
  }
}

}  // namespace
}  // namespace resow

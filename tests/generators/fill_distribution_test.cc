#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "generators/zipf.h"
#include "tests/generators/programs.h"

namespace resow {
namespace {

using rule::Distribution;
using rule::Shape;

constexpr uint64_t kRows = 50'000;

std::vector<double> draw(const Distribution& rule) {
  ColumnBatch batch;
  fill(one_column(kRows, ValueKind::kReal, {rule}), 0, 0, row_range(0, kRows), batch);
  return batch.reals;
}

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double deviation(const std::vector<double>& values) {
  const double centre = mean(values);
  double sum = 0;
  for (const double value : values) sum += std::pow(value - centre, 2);
  return std::sqrt(sum / static_cast<double>(values.size()));
}

double share_below(const std::vector<double>& values, double limit) {
  const auto below = std::ranges::count_if(values, [&](double value) { return value < limit; });
  return static_cast<double>(below) / static_cast<double>(values.size());
}

TEST(Distribution, Normal) {
  const std::vector<double> values = draw({Shape::kNormal, 100, 15, -1e9, 1e9});
  EXPECT_NEAR(mean(values), 100, 0.3);
  EXPECT_NEAR(share_below(values, 100 - 1.96 * 15), 0.025, 0.003);
  EXPECT_NEAR(share_below(values, 100), 0.5, 0.01);
  EXPECT_NEAR(share_below(values, 115), 0.8413, 0.006);
}

TEST(Distribution, LogNormal) {
  const std::vector<double> values = draw({Shape::kLogNormal, 3, 0.5, 0, 1e9});
  EXPECT_NEAR(share_below(values, std::exp(3.0)), 0.5, 0.01);
  EXPECT_NEAR(mean(values), std::exp(3 + 0.125), 0.3);
}

TEST(Distribution, Exponential) {
  const std::vector<double> values = draw({Shape::kExponential, 4, 0, 0, 1e9});
  EXPECT_NEAR(mean(values), 4, 0.1);
  EXPECT_NEAR(deviation(values), 4, 0.1);
  EXPECT_NEAR(share_below(values, 4 * std::log(2.0)), 0.5, 0.01);
}

TEST(Distribution, ZipfFollowsTheDensity) {
  for (const double exponent : {0.0, 0.5, 1.0, 1.0001, 1.5, 3.0}) {
    for (const int size : {1, 2, 10, 1000}) {
      std::vector<double> expected(static_cast<size_t>(size));
      double sum = 0;
      for (int rank = 1; rank <= size; ++rank) sum += std::pow(rank, -exponent);
      const Zipf zipf(size, exponent);
      std::vector<double> counts(static_cast<size_t>(size));
      for (uint64_t row = 0; row < kRows; ++row) {
        const double rank = zipf({.high = 1, .low = 2}, row);
        ASSERT_GE(rank, 1);
        ASSERT_LE(rank, size);
        ++counts[static_cast<size_t>(rank) - 1];
      }
      for (int rank = 1; rank <= std::min(size, 10); ++rank) {
        const double share = std::pow(rank, -exponent) / sum;
        const double tolerance = 4 * std::sqrt(share * (1 - share) / kRows) + 1e-12;
        EXPECT_NEAR(counts[static_cast<size_t>(rank) - 1] / kRows, share, tolerance)
            << "rank " << rank << " of " << size << ", exponent " << exponent;
      }
    }
  }
}

TEST(Distribution, ZipfOverMoreRanksThanAnyTableHas) {
  const Zipf zipf(1e18, 1.1);
  double most = 0;
  for (uint64_t row = 0; row < 10'000; ++row) {
    const double rank = zipf({.high = 1, .low = 2}, row);
    ASSERT_EQ(rank, std::floor(rank));
    most = std::max(most, rank);
  }
  EXPECT_GT(most, 1e9);
  EXPECT_LE(most, 0x1p53);
}

TEST(Distribution, StaysInItsRangeInAnyKind) {
  for (const Shape shape : {Shape::kNormal, Shape::kLogNormal, Shape::kExponential, Shape::kZipf}) {
    const Program program =
        one_column(2000, ValueKind::kDecimal, {Distribution{shape, 1.5, 2, 1, 5}}, 2);
    ColumnBatch batch;
    fill(program, 0, 0, row_range(0, 2000), batch);
    EXPECT_EQ(*std::ranges::min_element(batch.numbers), 100);
    EXPECT_EQ(*std::ranges::max_element(batch.numbers), 500);
  }
}

}  // namespace
}  // namespace resow

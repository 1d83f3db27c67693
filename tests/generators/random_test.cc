#include "generators/random.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace resow {
namespace {

constexpr uint64_t kMax = std::numeric_limits<uint64_t>::max();

using Pair = std::pair<uint64_t, uint64_t>;

Pair pair_of(const StreamKey& key) { return {key.high, key.low}; }

TEST(Random, IsTheSameOnEveryPlatform) {
  const StreamKey key = stream_key(20260119, "user_1", "batch_jobs", "status");
  EXPECT_EQ(key.high, 11401803682197553752u);
  EXPECT_EQ(key.low, 7959981665780111525u);
  EXPECT_EQ(random_bits(key, 0), 11915486415680623636u);
  EXPECT_EQ(random_bits(key, 1), 11851230595287057080u);
  EXPECT_EQ(random_bits(key, kMax, 7), 4295317432668626320u);
}

TEST(Random, EachPartOfAStreamsNameMatters) {
  const std::string long_name(40, 'x');
  std::set<Pair> keys;
  const std::vector<StreamKey> all = {
      stream_key(1, "s", "t", "c"),       stream_key(2, "s", "t", "c"),
      stream_key(1, "st", "", "c"),       stream_key(1, "", "st", "c"),
      stream_key(1, "s", "tc", ""),       stream_key(1, "s", "t", std::string("c\0", 2)),
      stream_key(1, "s", "t", long_name), stream_key(1, "s", "t", long_name + "x"),
      stream_key(1, "s", long_name, "t"),
  };
  for (const StreamKey& key : all) keys.insert(pair_of(key));
  EXPECT_EQ(keys.size(), all.size());
}

TEST(Random, BatchesAgreeWithSingleRows) {
  const StreamKey key{.high = 3, .low = 4};
  const std::vector<uint64_t> rows = {0, 1, 2, 1000, kMax, 7, 7};
  for (const uint64_t draw : {uint64_t{0}, uint64_t{1}, uint64_t{2}, kNullDraw, kMax}) {
    std::vector<uint64_t> bits(rows.size());
    random_bits(key, rows, draw, bits);
    for (size_t i = 0; i < rows.size(); ++i) {
      EXPECT_EQ(bits[i], random_bits(key, rows[i], draw)) << "row " << rows[i] << " draw " << draw;
    }
  }
}

TEST(Random, PairsAreTwoDraws) {
  const StreamKey key{.high = 3, .low = 4};
  const std::vector<uint64_t> rows = {0, 5, kMax};
  std::vector<uint64_t> even(rows.size());
  std::vector<uint64_t> odd(rows.size());
  random_pairs(key, rows, 6, even, odd);
  for (size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(even[i], random_bits(key, rows[i], 6));
    EXPECT_EQ(odd[i], random_bits(key, rows[i], 7));
  }
}

TEST(Random, RowsAndDrawsDiffer) {
  const StreamKey key{.high = 1, .low = 2};
  std::set<uint64_t> seen;
  for (uint64_t row = 0; row < 100; ++row) {
    for (uint64_t draw = 0; draw < 10; ++draw) seen.insert(random_bits(key, row, draw));
    seen.insert(random_bits(key, row, kNullDraw));
  }
  EXPECT_EQ(seen.size(), 1100u);
}

TEST(Random, BoundedCoversItsRangeEvenly) {
  const struct {
    uint64_t bits, bound, expected;
  } cases[] = {
      {0, 1, 0},
      {kMax, 1, 0},
      {0, 10, 0},
      {kMax, 10, 9},
      {kMax, kMax, kMax - 1},
      {uint64_t{1} << 63, 2, 1},
      {(uint64_t{1} << 63) - 1, 2, 0},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(bounded(c.bits, c.bound), c.expected) << c.bits << " below " << c.bound;
  }
}

TEST(Random, UnitIntervalExcludesOne) {
  EXPECT_EQ(unit_interval(0), 0.0);
  EXPECT_EQ(unit_interval(kMax), 1 - 0x1p-53);
  EXPECT_EQ(unit_interval(uint64_t{1} << 63), 0.5);
}

// Chi-square with 99 degrees of freedom: below 149 in 99.9 % of all cases; the seeds are fixed.
TEST(Random, IsUniform) {
  constexpr size_t kSampleRows = 100'000;
  for (const uint64_t draw : {0u, 1u}) {
    std::array<double, 100> counts = {};
    const StreamKey key = stream_key(42, "public", "t", "c");
    for (uint64_t row = 0; row < kSampleRows; ++row) {
      ++counts[bounded(random_bits(key, row, draw), counts.size())];
    }
    double chi_square = 0;
    for (const double count : counts) chi_square += std::pow(count - 1000.0, 2) / 1000.0;
    EXPECT_LT(chi_square, 149) << "draw " << draw;
    EXPECT_GT(chi_square, 61) << "draw " << draw;
  }
}

}  // namespace
}  // namespace resow

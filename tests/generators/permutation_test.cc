#include "generators/permutation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <set>
#include <vector>

namespace resow {
namespace {

TEST(Permutation, IsABijection) {
  for (const uint64_t key : {1u, 2u}) {
    std::vector<uint64_t> sizes(70);
    std::iota(sizes.begin(), sizes.end(), 1);
    sizes.insert(sizes.end(), {255, 256, 257, 1000, 65'535, 65'536, 65'537, 100'003});
    for (const uint64_t size : sizes) {
      const Permutation permutation(size, {.high = key, .low = 0});
      std::vector<bool> seen(size);
      for (uint64_t index = 0; index < size; ++index) {
        const uint64_t value = permutation(index);
        ASSERT_LT(value, size) << "index " << index;
        ASSERT_FALSE(seen[value]) << "value " << value << " twice, size " << size;
        seen[value] = true;
      }
    }
  }
}

TEST(Permutation, HandlesTheLargestSizes) {
  constexpr uint64_t kMax = std::numeric_limits<uint64_t>::max();
  for (const uint64_t size : {kMax, kMax - 1, uint64_t{1} << 63, (uint64_t{1} << 62) + 1}) {
    const Permutation permutation(size, {.high = 1, .low = 2});
    std::set<uint64_t> seen;
    for (const uint64_t index : {uint64_t{0}, uint64_t{1}, size / 2, size - 2, size - 1}) {
      EXPECT_LT(permutation(index), size);
      seen.insert(permutation(index));
    }
    EXPECT_EQ(seen.size(), 5u);
  }
}

TEST(Permutation, IsTheSameOnEveryPlatform) {
  const Permutation permutation(1'000'000'007, {.high = 7, .low = 9});
  std::vector<uint64_t> indexes = {0, 1, 2, 1'000'000'006};
  permutation.apply(indexes);
  EXPECT_EQ(indexes, (std::vector<uint64_t>{415919702, 963118395, 189442673, 768855567}));
}

TEST(Permutation, KeysGiveDifferentOrders) {
  std::set<std::vector<uint64_t>> orders;
  for (uint64_t key = 0; key < 200; ++key) {
    std::vector<uint64_t> order(20);
    std::iota(order.begin(), order.end(), 0);
    Permutation(order.size(), {.high = key, .low = key}).apply(order);
    orders.insert(order);
  }
  EXPECT_EQ(orders.size(), 200u);
}

// Where an index lands is near uniform, and its neighbour lands elsewhere: no visible structure.
TEST(Permutation, LooksRandom) {
  constexpr uint64_t kSize = 10'000;
  const Permutation permutation(kSize, {.high = 5, .low = 6});
  std::vector<double> by_distance(100);
  for (uint64_t index = 0; index + 1 < kSize; ++index) {
    const uint64_t distance = (permutation(index + 1) + kSize - permutation(index)) % kSize;
    ++by_distance[distance / 100];
  }
  double chi_square = 0;
  for (const double count : by_distance) chi_square += std::pow(count - 100.0, 2) / 100.0;
  EXPECT_LT(chi_square, 149);  // 99 degrees of freedom, 99.9 %
}

}  // namespace
}  // namespace resow

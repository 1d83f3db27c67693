#include "generators/portable_math.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "generators/random.h"

namespace resow {
namespace {

// How many representable numbers lie between two of the same sign.
int64_t units_apart(double a, double b) {
  return std::abs(std::bit_cast<int64_t>(a) - std::bit_cast<int64_t>(b));
}

double random_magnitude(uint64_t row) {
  const uint64_t bits = random_bits({.high = 1, .low = 2}, row);
  return std::bit_cast<double>(bits % 0x7ff0000000000000);
}

// long double has 64 bits of mantissa on the machines that tests run on, or at least those of
// double.
TEST(PortableMath, LogIsWithinOneUnit) {
  for (uint64_t row = 0; row < 200'000; ++row) {
    const double any = random_magnitude(row);
    const double near_one = 0.5 + 1.5 * unit_interval(random_bits({.high = 3, .low = 4}, row));
    for (const double x : {any, near_one}) {
      if (x == 0 || x == 1) continue;
      const auto expected = static_cast<double>(std::log(static_cast<long double>(x)));
      ASSERT_LE(units_apart(portable_log(x), expected), 1) << x;
    }
  }
  EXPECT_EQ(portable_log(1), 0);
}

TEST(PortableMath, ExpIsWithinOneUnit) {
  for (uint64_t row = 0; row < 200'000; ++row) {
    const double wide = 1460 * unit_interval(random_bits({.high = 5, .low = 6}, row)) - 750;
    const double narrow = 2 * unit_interval(random_bits({.high = 7, .low = 8}, row)) - 1;
    for (const double x : {wide, narrow}) {
      const auto expected = static_cast<double>(std::exp(static_cast<long double>(x)));
      ASSERT_LE(units_apart(portable_exp(x), expected), 1) << x;
    }
  }
  EXPECT_EQ(portable_exp(0), 1);
  EXPECT_EQ(portable_exp(710), std::numeric_limits<double>::infinity());
  EXPECT_EQ(portable_exp(-746), 0);
}

TEST(PortableMath, NearZero) {
  for (double x = 1e-300; x < 0.5; x *= 3.7) {
    for (const double y : {x, -x}) {
      EXPECT_NEAR(portable_log1p(y) / std::log1p(y), 1, 1e-15) << y;
      EXPECT_NEAR(portable_expm1(y) / std::expm1(y), 1, 1e-15) << y;
    }
  }
  EXPECT_EQ(portable_expm1(-100), -1);
  EXPECT_EQ(portable_expm1(1000), std::numeric_limits<double>::infinity());
}

TEST(PortableMath, QuantilesOfTheNormalDistribution) {
  // The two test values of AS 241, and its symmetry.
  EXPECT_NEAR(normal_quantile(0.25), -0.6744897501960817, 1e-15);
  EXPECT_NEAR(normal_quantile(0.001), -3.090232306167814, 1e-14);
  EXPECT_NEAR(normal_quantile(1e-20), -9.262340089798408, 1e-13);
  EXPECT_EQ(normal_quantile(0.5), 0);
  for (double p = 0x1p-53; p < 0.5; p *= 1.5) {
    const double z = normal_quantile(p);
    EXPECT_NEAR(0.5 * std::erfc(-z / std::sqrt(2.0)) / p, 1, 1e-13) << p;
  }
  for (const double p : {0.0625, 0.125, 0.3125, 0.4375}) {
    EXPECT_EQ(normal_quantile(1 - p), -normal_quantile(p)) << p;
  }
}

TEST(PortableMath, IsTheSameOnEveryPlatform) {
  EXPECT_EQ(portable_log(0.1), -0x1.26bb1bbb55515p+1);
  EXPECT_EQ(portable_log(12345.678), 0x1.2d79559791e31p+3);
  EXPECT_EQ(portable_exp(0.7), 0x1.01c2a61268987p+1);
  EXPECT_EQ(portable_exp(-123.456), 0x1.da9fb9e4ee72p-179);
  EXPECT_EQ(normal_quantile(0.3), -0x1.0c7e39582c5fap-1);
  EXPECT_EQ(normal_quantile(1e-9), -0x1.7fdc11f44b5a7p+2);
}

}  // namespace
}  // namespace resow

#include "generators/portable_math.h"

#include <bit>
#include <cassert>
#include <cfloat>
#include <cmath>
#include <cstdint>
#include <limits>

// Every operation has to round to double at once (no x87), and none may be fused (the build says
// -ffp-contract=off). std::sqrt, std::floor and std::abs are exact or correctly rounded by IEEE
// 754.
static_assert(FLT_EVAL_METHOD == 0 && std::numeric_limits<double>::is_iec559);

namespace resow {
namespace {

constexpr double kLn2High = 6.93147180369123816490e-01;  // the upper 32 bits of ln 2
constexpr double kLn2Low = 1.90821492927058770002e-10;   // the rest

// 2^exponent. REQUIRES: in the range of normal numbers.
double power_of_two(int64_t exponent) {
  return std::bit_cast<double>(static_cast<uint64_t>(exponent + 1023) << 52);
}

}  // namespace

// Methods and coefficients of log and exp: FDLIBM's e_log.c and e_exp.c (Copyright (C) 1993, 2004
// by Sun Microsystems, Inc. All rights reserved. Permission to use, copy, modify, and distribute
// this software is freely granted, provided that this notice is preserved.)

double portable_log(double x) {
  assert(x > 0 && std::isfinite(x));
  int64_t exponent = 0;
  if (x < 0x1p-1022) {  // subnormal
    x *= 0x1p54;
    exponent = -54;
  }
  // x = 2^exponent * (1 + f) with sqrt(1/2) < 1 + f < sqrt(2).
  constexpr uint64_t kSquareRootOfHalf = 0x3fe6a09e00000000;
  constexpr uint64_t kOne = 0x3ff0000000000000;
  constexpr uint64_t kMantissa = 0x000fffffffffffff;
  const uint64_t bits = std::bit_cast<uint64_t>(x) + (kOne - kSquareRootOfHalf);
  exponent += static_cast<int64_t>(bits >> 52) - 1023;
  const double f = std::bit_cast<double>((bits & kMantissa) + kSquareRootOfHalf) - 1.0;
  // log(1 + f) = f - f*f/2 + s * (f*f/2 + R), where s = f / (2 + f) and R is a polynomial in s*s.
  const double s = f / (2.0 + f);
  const double z = s * s;
  const double w = z * z;
  const double even = w * (3.999999999940941908e-01 +
                           w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
  const double odd = z * (6.666666666666735130e-01 +
                          w * (2.857142874366239149e-01 +
                               w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
  const double half_square = 0.5 * f * f;
  const auto k = static_cast<double>(exponent);
  return s * (half_square + (odd + even)) + k * kLn2Low - half_square + f + k * kLn2High;
}

double portable_exp(double x) {
  if (x > 709.782712893383973096) return std::numeric_limits<double>::infinity();
  if (x < -745.13321910194110842) return 0;
  // x = k * ln 2 + r with |r| <= ln 2 / 2; r is kept as high - low.
  constexpr double kInverseLn2 = 1.44269504088896338700;
  const double k = std::floor(x * kInverseLn2 + 0.5);
  const double high = x - k * kLn2High;
  const double low = k * kLn2Low;
  const double r = high - low;
  // exp(r) = 1 + r + r * c / (2 - c), where c = r - R and R is a polynomial in r*r.
  const double square = r * r;
  const double c =
      r - square * (1.66666666666666019037e-01 +
                    square * (-2.77777777770155933842e-03 +
                              square * (6.61375632143793436117e-05 +
                                        square * (-1.65339022054652515390e-06 +
                                                  square * 4.13813679705723846039e-08))));
  const double y = 1.0 + (r * c / (2.0 - c) - low + high);
  const auto exponent = static_cast<int64_t>(k);
  if (exponent > 1023) return y * 2.0 * power_of_two(exponent - 1);
  if (exponent < -1021) return y * power_of_two(exponent + 54) * 0x1p-54;
  return y * power_of_two(exponent);
}

// The corrections of W. Kahan: what rounding took from 1 + x or exp(x) cancels in the quotient.

double portable_log1p(double x) {
  const double sum = 1.0 + x;
  if (sum == 1.0) return x;
  return portable_log(sum) * (x / (sum - 1.0));
}

double portable_expm1(double x) {
  const double power = portable_exp(x);
  if (power == 1.0) return x;
  if (power - 1.0 == -1.0) return -1.0;
  if (!std::isfinite(power)) return power;
  return (power - 1.0) * (x / portable_log(power));
}

// Method and coefficients: M. J. Wichura, "Algorithm AS 241: The Percentage Points of the Normal
// Distribution", Applied Statistics 37 (1988), routine PPND16.
double normal_quantile(double p) {
  assert(p > 0 && p < 1);
  const auto polynomial = [](const double(&a)[8], double x) {
    double sum = a[7];
    for (int i = 6; i >= 0; --i) sum = sum * x + a[i];
    return sum;
  };
  const double q = p - 0.5;
  if (std::abs(q) <= 0.425) {
    static constexpr double kAbove[8] = {3.3871328727963666080e0, 1.3314166789178437745e2,
                                         1.9715909503065514427e3, 1.3731693765509461125e4,
                                         4.5921953931549871457e4, 6.7265770927008700853e4,
                                         3.3430575583588128105e4, 2.5090809287301226727e3};
    static constexpr double kBelow[8] = {1.0,
                                         4.2313330701600911252e1,
                                         6.8718700749205790830e2,
                                         5.3941960214247511077e3,
                                         2.1213794301586595867e4,
                                         3.9307895800092710610e4,
                                         2.8729085735721942674e4,
                                         5.2264952788528545610e3};
    const double r = 0.180625 - q * q;
    return q * polynomial(kAbove, r) / polynomial(kBelow, r);
  }
  const double r = std::sqrt(-portable_log(q < 0 ? p : 1.0 - p));
  double z = 0;
  if (r <= 5.0) {
    static constexpr double kAbove[8] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                                         5.76949722146069140550e0,  3.64784832476320460504e0,
                                         1.27045825245236838258e0,  2.41780725177450611770e-1,
                                         2.27238449892691845833e-2, 7.74545014278341407640e-4};
    static constexpr double kBelow[8] = {1.0,
                                         2.05319162663775882187e0,
                                         1.67638483018380384940e0,
                                         6.89767334985100004550e-1,
                                         1.48103976427480074590e-1,
                                         1.51986665636164571966e-2,
                                         5.47593808499534494600e-4,
                                         1.05075007164441684324e-9};
    z = polynomial(kAbove, r - 1.6) / polynomial(kBelow, r - 1.6);
  } else {
    static constexpr double kAbove[8] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                                         1.78482653991729133580e0,  2.96560571828504891230e-1,
                                         2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                         2.71155556874348757815e-5, 2.01033439929228813265e-7};
    static constexpr double kBelow[8] = {1.0,
                                         5.99832206555887937690e-1,
                                         1.36929880922735805310e-1,
                                         1.48753612908506148525e-2,
                                         7.86869131145613259100e-4,
                                         1.84631831751005468180e-5,
                                         1.42151175831644588870e-7,
                                         2.04426310338993978564e-15};
    z = polynomial(kAbove, r - 5.0) / polynomial(kBelow, r - 5.0);
  }
  return q < 0 ? -z : z;
}

}  // namespace resow

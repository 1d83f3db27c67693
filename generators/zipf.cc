#include "generators/zipf.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "generators/portable_math.h"

namespace resow {
namespace {

// log(1 + x) / x and (exp(x) - 1) / x, continued to x = 0.
double log1p_over_x(double x) { return x == 0 ? 1 : portable_log1p(x) / x; }
double expm1_over_x(double x) { return x == 0 ? 1 : portable_expm1(x) / x; }

}  // namespace

Zipf::Zipf(double size, double exponent)
    : size_(std::min(std::floor(size), 0x1p53)), exponent_(exponent) {
  assert(size >= 1 && exponent >= 0);
  integral_from_ = integral(1.5) - 1;
  integral_to_ = integral(size_ + 0.5);
  squeeze_ = 2 - inverse_integral(integral(2.5) - density(2));
}

double Zipf::integral(double x) const {
  const double log_x = portable_log(x);
  return expm1_over_x((1 - exponent_) * log_x) * log_x;
}

double Zipf::inverse_integral(double y) const {
  const double t = std::max(-1.0, y * (1 - exponent_));  // below -1 only by rounding
  return t == -1.0 ? size_ : portable_exp(log1p_over_x(t) * y);
}

double Zipf::density(double x) const { return portable_exp(-exponent_ * portable_log(x)); }

double Zipf::operator()(StreamKey key, uint64_t row) const {
  for (uint64_t attempt = 0;; ++attempt) {
    const double unit = unit_interval(random_bits(key, row, attempt));
    const double y = integral_to_ + unit * (integral_from_ - integral_to_);
    const double x = inverse_integral(y);
    const double rank = std::clamp(std::floor(x + 0.5), 1.0, size_);
    if (rank - x <= squeeze_ || y >= integral(rank + 0.5) - density(rank)) return rank;
  }
}

}  // namespace resow

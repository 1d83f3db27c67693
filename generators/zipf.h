// Zipf's distribution over the ranks 1 .. size: P(rank) is proportional to rank^-exponent.
// Method: W. Hoermann and G. Derflinger, "Rejection-inversion to generate variates from monotone
// discrete distributions", ACM TOMACS 6 (1996). Attempt n for a row takes draw n, so a row's rank
// does not depend on any other row; more than 4 of 5 first attempts are accepted.
#pragma once

#include <cstdint>

#include "generators/random.h"

namespace resow {

class Zipf {
 public:
  // REQUIRES: size >= 1, exponent >= 0. Sizes above 2^53 are taken for 2^53.
  Zipf(double size, double exponent);

  // The rank of a row: a whole number from 1 to size.
  double operator()(StreamKey key, uint64_t row) const;

 private:
  double integral(double x) const;  // of x^-exponent, up to a constant
  double inverse_integral(double y) const;
  double density(double x) const;

  double size_;
  double exponent_;
  double integral_from_;
  double integral_to_;
  double squeeze_;  // a rank that is nearer than this to its x is accepted at once
};

}  // namespace resow

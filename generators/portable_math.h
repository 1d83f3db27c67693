// Logarithm, exponential and the normal distribution's quantiles out of + - * / and integer
// operations alone: the same bits on every machine, which no C library promises of its own.
#pragma once

namespace resow {

// REQUIRES: x is finite and above 0. Error below 1 unit in the last place.
double portable_log(double x);

// REQUIRES: x is not NaN. 0 and infinity where the result does not fit. Error below 1 unit in the
// last place.
double portable_exp(double x);

// log(1 + x) and exp(x) - 1 without cancellation near 0.
double portable_log1p(double x);
double portable_expm1(double x);

// The z with P(Z <= z) = p for a standard normal Z. REQUIRES: 0 < p < 1. Relative error 1e-15.
double normal_quantile(double p);

}  // namespace resow

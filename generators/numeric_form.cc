#include "generators/numeric_form.h"

#include <algorithm>
#include <array>

#include "generators/network_order.h"
#include "generators/random.h"

namespace resow {
namespace {

constexpr unsigned kBase = 10'000;
constexpr int kDecimalsPerDigit = 4;
constexpr int kMostDigits = 6;

struct Digits {
  std::array<uint16_t, kMostDigits> digit = {};  // least significant first
  int count = 0;
};

template <typename Unsigned>
Digits split(Unsigned magnitude) {
  Digits digits;
  for (; magnitude != 0; magnitude /= kBase) {
    digits.digit[static_cast<size_t>(digits.count++)] = static_cast<uint16_t>(magnitude % kBase);
  }
  return digits;
}

}  // namespace

char* write_numeric(char* at, int64_t value, int scale) {
  constexpr int16_t kNegative = 0x4000;
  constexpr std::array<uint64_t, kDecimalsPerDigit> kPowers = {1, 10, 100, 1000};
  // Zeros are added until the last decimal ends a digit; that digit is worth kBase^lowest.
  const int zeros = scale >= 0 ? (kDecimalsPerDigit - scale % kDecimalsPerDigit) % kDecimalsPerDigit
                               : -scale % kDecimalsPerDigit;
  const int lowest =
      scale >= 0 ? -(scale + zeros) / kDecimalsPerDigit : (-scale - zeros) / kDecimalsPerDigit;
  const uint64_t magnitude =
      value < 0 ? -static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
  const uint64_t power = kPowers[static_cast<size_t>(zeros)];
  uint64_t aligned = 0;
  const Digits digits = __builtin_mul_overflow(magnitude, power, &aligned)
                            ? split(Uint128{magnitude} * power)
                            : split(aligned);
  int end = 0;  // digits that are zeros at the end are left out
  while (end < digits.count && digits.digit[static_cast<size_t>(end)] == 0) ++end;
  const int count = digits.count - end;
  at = put_network_order(static_cast<int16_t>(count), at);
  at = put_network_order(static_cast<int16_t>(count == 0 ? 0 : lowest + digits.count - 1), at);
  at = put_network_order(static_cast<int16_t>(value < 0 ? kNegative : 0), at);
  at = put_network_order(static_cast<int16_t>(std::max(0, scale)), at);
  for (int i = digits.count - 1; i >= end; --i) {
    at = put_network_order(digits.digit[static_cast<size_t>(i)], at);
  }
  return at;
}

}  // namespace resow

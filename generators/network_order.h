// Numbers as PostgreSQL's binary format has them: most significant byte first.
#pragma once

#include <concepts>
#include <cstddef>
#include <type_traits>

namespace resow {

// Writes `value` at `at` and returns the end.
template <std::integral Number>
char* put_network_order(Number value, char* at) {
  const auto bits = static_cast<std::make_unsigned_t<Number>>(value);
  for (size_t i = 0; i < sizeof(Number); ++i) {
    at[i] = static_cast<char>(bits >> (8 * (sizeof(Number) - 1 - i)));
  }
  return at + sizeof(Number);
}

}  // namespace resow

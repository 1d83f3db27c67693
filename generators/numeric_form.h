// Decimals in the binary form of PostgreSQL's numeric: digits to the base of 10,000.
#pragma once

#include <cstddef>
#include <cstdint>

namespace resow {

// Four fields of 2 bytes, and 6 digits of 2 bytes: 19 decimal digits and up to 3 to align them.
inline constexpr size_t kMaxNumericForm = 20;

// Writes `value` / 10^scale at `at` and returns the end.
char* write_numeric(char* at, int64_t value, int scale);

}  // namespace resow

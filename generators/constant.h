// Constants: text that a person wrote, read into the form in which values are computed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "generators/column_batch.h"

namespace resow {

// One value in the form that its kind says (see ValueKind).
struct TypedValue {
  int64_t number = 0;
  double real = 0;
  std::string bytes;

  bool operator==(const TypedValue&) const = default;
};

// Reads `text` strictly, without a look at any locale or time zone: nothing where it is not
// canonical or does not fit. What is canonical:
// - boolean: t, f, true, false
// - integer: digits with an optional sign, in 64 bits
// - decimal: digits with an optional sign and point, no exponent; what it has behind `scale` places
//   has to be zeros
// - real, single: as std::from_chars reads it, and NaN, Infinity, -Infinity
// - date: 2026-01-19, 0044-03-15 BC
// - time: 12:00, 12:00:00, 12:00:00.5
// - timestamp: a date, "T" or a blank, a time, and a zone: Z, +02, +02:00, -0530 or none, which is
// UTC
// - bytes: \x and hexadecimal digits
// - uuid: hexadecimal digits, with or without hyphens
// - text and literals: anything but a NUL character
std::optional<TypedValue> parse_constant(ValueKind kind, int scale, std::string_view text);

// The other way round, for kinds that are numbers beneath (a date, a decimal of `scale` places).
std::string number_text(ValueKind kind, int scale, int64_t number);
void append_number(ValueKind kind, int scale, int64_t number, std::string& out);

// What parse_constant() would have accepted: "a date such as 2026-01-19". For messages.
std::string_view expected_form(ValueKind kind);

}  // namespace resow

// Values of catalog queries' results, from their text form.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fixtures/catalog.h"
#include "runner/connection.h"

namespace resow {

inline Oid oid_at(const Rows& rows, size_t row, size_t column) {
  return static_cast<Oid>(rows.integer(row, column));
}
inline std::string text_at(const Rows& rows, size_t row, size_t column) {
  return std::string(rows.text(row, column));
}
// A value of type "char"; 0 for the empty one.
inline char char_at(const Rows& rows, size_t row, size_t column) {
  const std::string_view text = rows.text(row, column);
  return text.empty() ? '\0' : text[0];
}
inline std::optional<std::string> optional_text_at(const Rows& rows, size_t row, size_t column) {
  if (rows.is_null(row, column)) return std::nullopt;
  return text_at(rows, row, column);
}

// The elements of an array of one dimension, "{a,\"b c\",NULL}". None for "" (NULL).
std::vector<Field> array_elements(std::string_view array);
// Column numbers, of an int2[] ("{1,2}") or an int2vector ("1 2").
std::vector<ColumnNumber> column_numbers(std::string_view array);

// "{1,2}", a parameter.
template <typename Integer>
std::string integer_array(std::span<const Integer> integers) {
  std::string array = "{";
  for (const Integer integer : integers) {
    if (array.size() > 1) array += ',';
    array += std::to_string(integer);
  }
  return array + "}";
}

}  // namespace resow

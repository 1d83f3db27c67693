#include "runner/catalog/row_values.h"

#include <charconv>

namespace resow {

std::vector<Field> array_elements(std::string_view array) {
  std::vector<Field> elements;
  if (array.size() <= 2) return elements;
  array = array.substr(1, array.size() - 2);
  for (size_t i = 0; i <= array.size(); ++i) {
    std::string element;
    const bool quoted = i < array.size() && array[i] == '"';
    if (quoted) {
      for (++i; array[i] != '"'; ++i) {
        if (array[i] == '\\') ++i;
        element += array[i];
      }
      ++i;  // to the comma
    } else {
      for (; i < array.size() && array[i] != ','; ++i) element += array[i];
    }
    if (!quoted && element == "NULL") {
      elements.emplace_back();
    } else {
      elements.emplace_back(std::move(element));
    }
  }
  return elements;
}

std::vector<ColumnNumber> column_numbers(std::string_view array) {
  std::vector<ColumnNumber> numbers;
  const char* const end = array.data() + array.size();
  for (const char* at = array.data(); at < end;) {
    ColumnNumber number = 0;
    const auto [after, problem] = std::from_chars(at, end, number);
    if (problem == std::errc()) numbers.push_back(number);
    at = problem == std::errc() ? after : at + 1;
  }
  return numbers;
}

}  // namespace resow

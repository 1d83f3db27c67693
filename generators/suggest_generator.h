// Which generator a column's name calls for.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "generators/column_batch.h"

namespace resow {

// The name of an entry of the catalogue for a column that nobody said anything about; nothing where
// its name tells nothing. Names are read word by word, in any of the usual spellings (first_name,
// firstName, FIRSTNAME), in English, French and German. `kind` decides between text and numbers.
std::optional<std::string_view> suggest_generator(std::string_view table, std::string_view column,
                                                  ValueKind kind);

// What in a name calls for a generator.
struct NameHint {
  std::string_view words;  // "first name": they follow one another in the name
  enum class Of : uint8_t {
    kText,      // of a column of text
    kNumber,    // of a column of numbers
    kFraction,  // of a column of numbers that may have decimal places
    kTable      // the last word of a table's name, for its columns "name", "title" and "label"
  } of = Of::kText;
};

// The names that suggest_generator() gives that generator for.
std::vector<NameHint> name_hints(std::string_view generator);

}  // namespace resow

// Which generator a column's name calls for.
#pragma once

#include <optional>
#include <string_view>

#include "generators/column_batch.h"

namespace resow {

// The name of an entry of the catalogue for a column that nobody said anything about; nothing where
// its name tells nothing. Names are read word by word, in any of the usual spellings (first_name,
// firstName, FIRSTNAME), in English, French and German. `kind` decides between text and numbers.
std::optional<std::string_view> suggest_generator(std::string_view table, std::string_view column,
                                                  ValueKind kind);

}  // namespace resow

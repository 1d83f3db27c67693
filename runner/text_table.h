// Columns of text, aligned.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace resow {

enum class Tint : uint8_t { kNone, kRed, kGreen, kYellow, kDim, kBold };

// `text` in that colour where `color` is asked for.
std::string tinted(std::string_view text, Tint tint, bool color);

// How many columns of a terminal the text takes: one for each character but combining marks (none)
// and the wide ones of East Asia and emoji (two).
size_t display_width(std::string_view text);

// As much of its beginning as fits into so many columns.
std::string_view cut_to_width(std::string_view text, size_t columns);

struct TextColumn {
  std::string heading;
  bool right = false;  // numbers
  Tint tint = Tint::kNone;
};

// A heading line and one line for each row, each indented by `indent`, two spaces between columns,
// no blanks at the end of a line. REQUIRES: each row has a cell for each column.
std::string text_table(const std::vector<TextColumn>& columns,
                       const std::vector<std::vector<std::string>>& rows, size_t indent,
                       bool color);

}  // namespace resow

#include "runner/text_table.h"

#include <algorithm>
#include <array>
#include <utility>

namespace resow {

namespace {

const char* escape_code(Tint tint) {
  switch (tint) {
    case Tint::kNone:
      return "";
    case Tint::kRed:
      return "\x1b[31m";
    case Tint::kGreen:
      return "\x1b[32m";
    case Tint::kYellow:
      return "\x1b[33m";
    case Tint::kDim:
      return "\x1b[2m";
    case Tint::kBold:
      return "\x1b[1m";
  }
  return "";
}

// The code point that starts at text[at] and how many bytes it takes; a byte that is not UTF-8
// counts for itself.
std::pair<char32_t, size_t> code_point(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  const size_t length = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf8 ? 4 : 1;
  if (length == 1 || at + length > text.size()) return {lead, 1};
  char32_t code = lead & (0x7fU >> length);
  for (size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xc0U) != 0x80U) return {lead, 1};
    code = (code << 6U) | (byte(at + i) & 0x3fU);
  }
  return {code, length};
}

struct Range {
  char32_t first, last;
};

// The blocks that matter in names, after Unicode's EastAsianWidth and general category Mn.
constexpr std::array<Range, 7> kNoWidth = {{{0x300, 0x36f},
                                            {0x483, 0x489},
                                            {0x591, 0x5bd},
                                            {0x610, 0x61a},
                                            {0x64b, 0x65f},
                                            {0x200b, 0x200f},
                                            {0xfe00, 0xfe0f}}};
constexpr std::array<Range, 9> kWide = {{{0x1100, 0x115f},
                                         {0x2e80, 0x303e},
                                         {0x3041, 0xa4cf},
                                         {0xac00, 0xd7a3},
                                         {0xf900, 0xfaff},
                                         {0xfe30, 0xfe6f},
                                         {0xff00, 0xff60},
                                         {0x1f300, 0x1faff},
                                         {0x20000, 0x3fffd}}};

template <size_t N>
bool is_in(const std::array<Range, N>& ranges, char32_t code) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const Range& r) { return r.first <= code && code <= r.last; });
}

size_t width_of(char32_t code) {
  if (is_in(kNoWidth, code)) return 0;
  return is_in(kWide, code) ? 2 : 1;
}

using Row = std::vector<std::string>;

std::vector<size_t> widths_of(const std::vector<TextColumn>& columns,
                              const std::vector<Row>& rows) {
  std::vector<size_t> widths;
  for (size_t i = 0; i < columns.size(); ++i) {
    size_t width = display_width(columns[i].heading);
    for (const Row& row : rows) width = std::max(width, display_width(row[i]));
    widths.push_back(width);
  }
  return widths;
}

}  // namespace

std::string tinted(std::string_view text, Tint tint, bool color) {
  if (!color || tint == Tint::kNone || text.empty()) return std::string(text);
  return escape_code(tint) + std::string(text) + "\x1b[0m";
}

size_t display_width(std::string_view text) {
  size_t width = 0;
  for (size_t at = 0; at < text.size();) {
    const auto [code, length] = code_point(text, at);
    at += length;
    width += width_of(code);
  }
  return width;
}

std::string_view cut_to_width(std::string_view text, size_t columns) {
  size_t width = 0;
  for (size_t at = 0; at < text.size();) {
    const auto [code, length] = code_point(text, at);
    width += width_of(code);
    if (width > columns) return text.substr(0, at);
    at += length;
  }
  return text;
}

std::string text_table(const std::vector<TextColumn>& columns, const std::vector<Row>& rows,
                       size_t indent, bool color) {
  const std::vector<size_t> widths = widths_of(columns, rows);
  const auto line = [&](const Row& cells, bool heading) {
    std::string text;
    size_t pending = indent;  // blanks are written only when something follows them
    for (size_t i = 0; i < cells.size(); ++i) {
      const size_t fill = widths[i] - display_width(cells[i]);
      if (columns[i].right) pending += fill;
      if (!cells[i].empty()) {
        text.append(pending, ' ');
        text += tinted(cells[i], heading ? Tint::kDim : columns[i].tint, color);
        pending = 0;
      }
      pending += (columns[i].right ? 0 : fill) + 2;
    }
    return text + "\n";
  };
  Row headings;
  for (const TextColumn& column : columns) headings.push_back(column.heading);
  const bool any_heading =
      std::any_of(headings.begin(), headings.end(), [](const auto& h) { return !h.empty(); });
  std::string text = any_heading ? line(headings, true) : "";
  for (const Row& row : rows) text += line(row, false);
  return text;
}

}  // namespace resow

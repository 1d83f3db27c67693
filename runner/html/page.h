// A report as one HTML page that needs nothing else: no network, no fonts, no other file. Tables
// are a picture and a list that can be searched; without scripts it can still be read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runner/html/layout.h"

namespace resow {

// What is marked in a picture, by colour and by a word.
enum class Mark : uint8_t { kNone, kCycle, kGood, kBad, kDoubt };

struct PageBox {
  std::string name;
  std::optional<int64_t> rows, bytes;  // drawn to scale
  std::string rows_text, size_text;    // "~1,000 rows"; "" for none
  Mark mark = Mark::kNone;
  std::string mark_text;  // "remove"; "" for none
  std::string hint;       // shown when somebody points at it
  bool outside = false;   // of another picture: in no list
  int rank = 0;           // lower ones come first in the list
  std::string also;       // words by which the search finds it, though nobody sees them
  // What the list says of it, by column; the lines of each cell. The first one is its name. A cell
  // whose first line is the mark's text has the mark's colour.
  std::vector<std::vector<std::string>> cells;
};

struct PageLink {
  size_t from = 0, to = 0;  // boxes; two different ones
  std::string hint;
};

struct PageColumn {
  std::string title;
  bool number = false;
};

// One picture with its list. Boxes come parents first, see lay_out().
struct PageGroup {
  std::string heading;
  bool picture = true;  // else the list alone
  std::vector<std::string> notes;
  std::vector<PageColumn> columns;
  std::vector<PageBox> boxes;
  std::vector<PageLink> links;
};

struct PageLine {
  std::string text;
  std::string code;                                         // a statement; "" for none
  std::vector<std::pair<std::string, std::string>> blocks;  // title, text: folded away
};

struct PageList {
  std::string heading;
  std::string folded;              // what `names` are, "970 schemas"
  std::vector<std::string> names;  // many: folded away
  std::vector<PageLine> lines;
};

struct Page {
  std::string title;
  std::vector<std::string> head;
  // What the marks mean: "cycle: foreign keys that lead back". The word before the colon names a
  // button that shows only what is marked so.
  std::vector<std::pair<Mark, std::string>> legend;
  std::vector<PageList> first_lists;  // before the groups
  std::vector<PageGroup> groups;
  std::vector<PageList> lists;  // after them
};

// Texts are taken as they are: whatever they hold is shown as text.
std::string render_page(const Page& page);

// As text of an HTML document, also within quotes: control characters as escapes, bytes that are
// not UTF-8 as U+FFFD.
std::string html_text(std::string_view text);

// The same of a text of several lines, which stay lines.
std::string html_lines(std::string_view text);

// The class of what is marked so.
const char* class_of(Mark mark);

// The SVG of one group; `number` is its place in the page. `most_rows` and `most_bytes` are as long
// as a bar gets.
std::string render_picture(const PageGroup& group, size_t number, int64_t most_rows,
                           int64_t most_bytes);

extern const std::string_view kPageStyle;   // CSS
extern const std::string_view kPageScript;  // JavaScript

}  // namespace resow

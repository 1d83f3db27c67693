// Where the boxes of a picture of tables stand: what is referred to above what refers to it. A pure
// function: the same boxes and links give the same picture everywhere.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace resow {

struct BoxSize {
  double width = 0, height = 0;
};

// From the box that refers to the one that is referred to; two different ones.
struct BoxLink {
  size_t from = 0, to = 0;
};

struct PlacedBox {
  double x = 0, y = 0;  // of the upper left corner
  size_t layer = 0;     // 0 refers to nothing; of what stands alone it has no meaning
};

// From the middle of an edge, or beside it where several links share the edge.
struct PlacedLink {
  double from_x = 0, from_y = 0, to_x = 0, to_y = 0;
  bool backward = false;  // it closes a cycle: from the right edge to the right edge
};

struct Layout {
  std::vector<PlacedBox> boxes;
  std::vector<PlacedLink> links;
  double width = 0, height = 0;
};

// An order in which what is referred to comes before what refers to it, but for one link or more of
// each cycle; otherwise the numbers' own order.
std::vector<size_t> parents_first(size_t boxes, std::span<const BoxLink> links);

// Boxes come parents first: a link to a later box counts as one that closes a cycle, and moves
// nothing. Every other link leads up. No two boxes overlap. A layer that is wider than the picture
// is to be goes on in further lines; what has no links stands below all layers.
// Method: layers by the longest path, as Sugiyama, Tagawa and Toda (1981), and within them the mean
// position of what a box is linked with, to and fro a few times.
Layout lay_out(std::span<const BoxSize> boxes, std::span<const BoxLink> links);

}  // namespace resow

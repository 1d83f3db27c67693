// How the rows of a table are laid out: so many in all, so many for each item of a list, so many
// for each row of a parent table. Pure arithmetic on indexes; nothing is kept per row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "generators/random.h"

namespace resow {

// Where a row stands.
struct RowPlace {
  uint64_t parent = 0;   // index of the parent row; 0 without a parent
  uint64_t item = 0;     // index into the for_each combinations; 0 without them
  uint64_t ordinal = 0;  // its number within (parent, item), from 0
};

struct FixedCount {
  uint64_t rows = 0;
};
struct CountByItem {
  std::vector<uint64_t> rows;  // one count per item
};
struct UniformCount {
  uint64_t low = 0, high = 0;  // both inclusive
  StreamKey key;
};
struct WeightedCount {
  std::vector<uint64_t> rows;
  std::vector<double> cumulative;  // same length, ascending, ends at 1
  StreamKey key;
};
struct CountByParent {
  // Fills the counts of the groups [first, first + out.size()). REQUIRES of it: pure.
  std::function<void(uint64_t first, std::span<uint64_t> out)> rows;
};
using CountRule = std::variant<FixedCount, CountByItem, UniformCount, WeightedCount, CountByParent>;

// The rows of a table in groups: one group for each (parent, item), parents outermost, and in each
// group as many rows as the rule says. Memory: 8 bytes for every 256 groups at most.
class RowShape {
 public:
  RowShape() = default;
  // A table without parent or items has 1 of them.
  // Throws std::overflow_error if the rows do not fit in 62 bits.
  RowShape(uint64_t parents, uint64_t items, CountRule rule);

  uint64_t rows() const { return rows_; }
  uint64_t parents() const { return parents_; }
  uint64_t items() const { return items_; }

  // Where each of `rows` stands; fast when they ascend. REQUIRES: every row < rows().
  void locate(std::span<const uint64_t> rows, std::span<RowPlace> out) const;
  // How many rows each of these parents has, over all items.
  void rows_of(std::span<const uint64_t> parents, std::span<uint64_t> out) const;
  // How many rows the groups [first_group, first_group + out.size()) have.
  void group_sizes(uint64_t first_group, std::span<uint64_t> out) const;
  // The first row of a group (or rows() for the group after the last one).
  uint64_t first_row(uint64_t group) const;

 private:
  uint64_t parents_ = 1;
  uint64_t items_ = 1;
  uint64_t rows_ = 0;
  CountRule rule_ = FixedCount{};
  // The first row of every 256th group, and rows_; for CountByItem, of each item of a parent and of
  // the next parent; empty for FixedCount.
  std::vector<uint64_t> checkpoints_;
};

}  // namespace resow

#include "generators/row_shape.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <functional>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace resow {
namespace {

constexpr uint64_t kMostRows = uint64_t{1} << 62;
// Groups between two checkpoints: a row in the middle of nowhere costs the counts of that many
// groups, a table of 100 million groups 3 MB.
constexpr uint64_t kStride = 256;

[[noreturn]] void refuse() { throw std::overflow_error("the rows do not fit in 62 bits"); }

uint64_t add_rows(uint64_t a, uint64_t b) {
  if (a >= kMostRows || b >= kMostRows - a) refuse();
  return a + b;
}

uint64_t multiply_rows(uint64_t a, uint64_t b) {
  if (a != 0 && b > (kMostRows - 1) / a) refuse();
  return a * b;
}

uint64_t choose(const WeightedCount& rule, uint64_t bits) {
  const auto found =
      std::upper_bound(rule.cumulative.begin(), rule.cumulative.end(), unit_interval(bits));
  const auto index = static_cast<size_t>(found - rule.cumulative.begin());
  return rule.rows[std::min(index, rule.rows.size() - 1)];
}

// Random bits for the groups [first, first + out.size()).
void bits_of_groups(StreamKey key, uint64_t first, std::span<uint64_t> out) {
  for (size_t i = 0; i < out.size(); ++i) out[i] = first + i;
  random_bits(key, out, 0, out);
}

struct GroupSizes {
  uint64_t items;
  uint64_t first;
  std::span<uint64_t> out;

  void operator()(const FixedCount& rule) const { std::ranges::fill(out, rule.rows); }
  void operator()(const CountByItem& rule) const {
    for (size_t i = 0; i < out.size(); ++i) out[i] = rule.rows[(first + i) % items];
  }
  void operator()(const UniformCount& rule) const {
    const uint64_t span = rule.high - rule.low + 1;  // 0 for all of 64 bits
    bits_of_groups(rule.key, first, out);
    for (uint64_t& count : out) count = span == 0 ? count : rule.low + bounded(count, span);
  }
  void operator()(const WeightedCount& rule) const {
    bits_of_groups(rule.key, first, out);
    for (uint64_t& count : out) count = choose(rule, count);
  }
  void operator()(const CountByParent& rule) const { rule.rows(first, out); }
};

}  // namespace

RowShape::RowShape(uint64_t parents, uint64_t items, CountRule rule)
    : parents_(parents), items_(items), rule_(std::move(rule)) {
  const uint64_t groups = multiply_rows(parents_, items_);
  if (const auto* fixed = std::get_if<FixedCount>(&rule_)) {
    rows_ = multiply_rows(groups, fixed->rows);
    return;
  }
  if (const auto* by_item = std::get_if<CountByItem>(&rule_)) {
    assert(by_item->rows.size() == items_);
    uint64_t row = 0;  // of the first parent: where each item's rows begin
    for (const uint64_t count : by_item->rows) {
      checkpoints_.push_back(row);
      row = add_rows(row, count);
    }
    checkpoints_.push_back(row);
    rows_ = multiply_rows(parents_, row);
    return;
  }
  std::array<uint64_t, kStride> counts = {};
  checkpoints_.reserve(groups / kStride + 2);
  for (uint64_t group = 0; group < groups; group += kStride) {
    checkpoints_.push_back(rows_);
    const std::span<uint64_t> block(counts.data(), std::min(kStride, groups - group));
    group_sizes(group, block);
    for (const uint64_t count : block) rows_ = add_rows(rows_, count);
  }
  checkpoints_.push_back(rows_);
}

void RowShape::group_sizes(uint64_t first_group, std::span<uint64_t> out) const {
  std::visit(GroupSizes{.items = items_, .first = first_group, .out = out}, rule_);
}

uint64_t RowShape::first_row(uint64_t group) const {
  assert(group <= parents_ * items_);
  if (const auto* fixed = std::get_if<FixedCount>(&rule_)) return group * fixed->rows;
  if (group == parents_ * items_) return rows_;
  if (std::holds_alternative<CountByItem>(rule_)) {
    return group / items_ * checkpoints_.back() + checkpoints_[group % items_];
  }
  std::array<uint64_t, kStride> counts = {};
  const std::span<uint64_t> before(counts.data(), group % kStride);
  group_sizes(group - before.size(), before);
  return std::accumulate(before.begin(), before.end(), checkpoints_[group / kStride]);
}

void RowShape::rows_of(std::span<const uint64_t> parents, std::span<uint64_t> out) const {
  assert(parents.size() == out.size());
  if (parents.empty()) return;
  const bool run = parents.back() - parents.front() == parents.size() - 1 &&
                   std::ranges::adjacent_find(parents, std::greater_equal()) == parents.end();
  if (items_ == 1 && run) {
    group_sizes(parents.front(), out);
    return;
  }
  if (const auto* fixed = std::get_if<FixedCount>(&rule_)) {
    std::ranges::fill(out, items_ * fixed->rows);
    return;
  }
  if (std::holds_alternative<CountByItem>(rule_)) {
    std::ranges::fill(out, checkpoints_.back());
    return;
  }
  std::array<uint64_t, kStride> counts = {};
  for (size_t i = 0; i < parents.size(); ++i) {
    out[i] = 0;
    for (uint64_t item = 0; item < items_; item += kStride) {
      const std::span<uint64_t> some(counts.data(), std::min(kStride, items_ - item));
      group_sizes(parents[i] * items_ + item, some);
      out[i] = std::accumulate(some.begin(), some.end(), out[i]);
    }
  }
}

namespace {

// Locators: `find` for a row anywhere, `next` for the row after the one that was asked for last.

struct FixedLocator {
  uint64_t items;
  uint64_t rows_of_group;

  RowPlace find(uint64_t row) const {
    const uint64_t group = row / rows_of_group;
    return {.parent = group / items, .item = group % items, .ordinal = row % rows_of_group};
  }
  RowPlace next(RowPlace place, uint64_t /*row*/) const {
    if (++place.ordinal < rows_of_group) return place;
    place.ordinal = 0;
    if (++place.item < items) return place;
    return {.parent = place.parent + 1, .item = 0, .ordinal = 0};
  }
};

struct ItemLocator {
  std::span<const uint64_t> begins;  // where each item's rows begin within a parent, and their end

  RowPlace find(uint64_t row) const {
    const uint64_t within = row % begins.back();
    const auto found = std::ranges::upper_bound(begins, within);
    const auto item = static_cast<uint64_t>(found - begins.begin()) - 1;
    return {.parent = row / begins.back(), .item = item, .ordinal = within - begins[item]};
  }
  RowPlace next(const RowPlace& place, uint64_t row) const {
    if (begins[place.item] + place.ordinal + 1 < begins[place.item + 1]) {
      return {.parent = place.parent, .item = place.item, .ordinal = place.ordinal + 1};
    }
    return find(row);
  }
};

// Keeps the sizes of the groups between two checkpoints at hand.
class BlockLocator {
 public:
  BlockLocator(const RowShape& shape, std::span<const uint64_t> checkpoints)
      : shape_(shape), checkpoints_(checkpoints) {}

  RowPlace find(uint64_t row) {
    if (row < begins_[0] || row >= begins_[groups_]) load(row);
    // The last group that begins at or before the row: empty ones are passed over.
    const auto found = std::upper_bound(begins_.begin(), begins_.begin() + groups_ + 1, row);
    at_ = static_cast<uint64_t>(found - begins_.begin()) - 1;
    return place(row);
  }
  RowPlace next(const RowPlace& /*place*/, uint64_t row) {
    if (row >= begins_[groups_]) return find(row);
    while (row >= begins_[at_ + 1]) ++at_;
    return place(row);
  }

 private:
  RowPlace place(uint64_t row) const {
    const uint64_t group = first_group_ + at_;
    return {.parent = group / shape_.items(),
            .item = group % shape_.items(),
            .ordinal = row - begins_[at_]};
  }
  void load(uint64_t row) {
    const auto found = std::ranges::upper_bound(checkpoints_, row);
    const auto number = static_cast<uint64_t>(found - checkpoints_.begin()) - 1;
    first_group_ = number * kStride;
    groups_ = std::min(kStride, shape_.parents() * shape_.items() - first_group_);
    shape_.group_sizes(first_group_, std::span(begins_).subspan(1, groups_));
    begins_[0] = checkpoints_[number];
    std::partial_sum(begins_.begin(), begins_.begin() + groups_ + 1, begins_.begin());
  }

  const RowShape& shape_;
  std::span<const uint64_t> checkpoints_;
  uint64_t first_group_ = 0;
  uint64_t groups_ = 0;
  uint64_t at_ = 0;                                // the group within the block
  std::array<uint64_t, kStride + 1> begins_ = {};  // where each group begins, and the block's end
};

template <typename Locator>
void locate_all(Locator locator, std::span<const uint64_t> rows, std::span<RowPlace> out) {
  if (rows.empty()) return;
  out[0] = locator.find(rows[0]);
  for (size_t i = 1; i < rows.size(); ++i) {
    if (rows[i] == rows[i - 1] + 1) {
      out[i] = locator.next(out[i - 1], rows[i]);
    } else {
      out[i] = rows[i] == rows[i - 1] ? out[i - 1] : locator.find(rows[i]);
    }
  }
}

}  // namespace

void RowShape::locate(std::span<const uint64_t> rows, std::span<RowPlace> out) const {
  assert(rows.size() == out.size());
  assert(std::ranges::all_of(rows, [this](uint64_t row) { return row < rows_; }));
  if (const auto* fixed = std::get_if<FixedCount>(&rule_)) {
    locate_all(FixedLocator{.items = items_, .rows_of_group = fixed->rows}, rows, out);
  } else if (std::holds_alternative<CountByItem>(rule_)) {
    locate_all(ItemLocator{.begins = checkpoints_}, rows, out);
  } else {
    locate_all(BlockLocator(*this, checkpoints_), rows, out);
  }
}

}  // namespace resow

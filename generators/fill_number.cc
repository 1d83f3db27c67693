#include <algorithm>
#include <cassert>
#include <cmath>

#include "generators/filling.h"
#include "generators/permutation.h"
#include "generators/settle.h"

namespace resow {
namespace {

// first + step * factor, modulo 2^64: what does not fit has been refused by the planner.
int64_t along(int64_t first, int64_t step, uint64_t factor) {
  return static_cast<int64_t>(static_cast<uint64_t>(first) + static_cast<uint64_t>(step) * factor);
}

}  // namespace

void fill_rule(const Filling& filling, const rule::Sequence& rule, ColumnBatch& out) {
  out.numbers.resize(filling.rows.size());
  for (size_t i = 0; i < filling.rows.size(); ++i) {
    out.numbers[i] = along(rule.first, rule.step, filling.rows[i]);
  }
  settle_numbers(out);
}

void fill_rule(const Filling& filling, const rule::Ordinal& rule, ColumnBatch& out) {
  const std::vector<RowPlace> places = locate(filling);
  out.numbers.resize(places.size());
  for (size_t i = 0; i < places.size(); ++i) {
    out.numbers[i] = along(rule.first, 1, places[i].ordinal);
  }
  settle_counts(out);
}

void fill_rule(const Filling& filling, const rule::Uniform& rule, ColumnBatch& out) {
  assert(rule.low <= rule.high);
  std::vector<uint64_t> bits(filling.rows.size());
  random_bits(filling.column.key, filling.rows, 0, bits);
  const uint64_t span = static_cast<uint64_t>(rule.high) - static_cast<uint64_t>(rule.low) + 1;
  out.numbers.resize(bits.size());
  for (size_t i = 0; i < bits.size(); ++i) {
    const uint64_t offset = span == 0 ? bits[i] : bounded(bits[i], span);  // 0: all of 64 bits
    out.numbers[i] = along(rule.low, 1, offset);
  }
  settle_numbers(out);
}

void fill_rule(const Filling& filling, const rule::UniformReal& rule, ColumnBatch& out) {
  assert(rule.low <= rule.high);
  std::vector<uint64_t> bits(filling.rows.size());
  random_bits(filling.column.key, filling.rows, 0, bits);
  const double span = rule.high - rule.low;
  out.reals.resize(bits.size());
  for (size_t i = 0; i < bits.size(); ++i) {
    const double unit = unit_interval(bits[i]);
    const double value =
        std::isfinite(span) ? rule.low + unit * span : (1 - unit) * rule.low + unit * rule.high;
    out.reals[i] = std::clamp(value, rule.low, rule.high);
  }
  settle_reals(out);
}

void fill_rule(const Filling& filling, const rule::Distinct& rule, ColumnBatch& out) {
  const Permutation permutation(rule.size, filling.column.key);
  out.numbers.resize(filling.rows.size());
  for (size_t i = 0; i < filling.rows.size(); ++i) {
    out.numbers[i] = along(rule.first, rule.step, permutation(filling.rows[i]));
  }
  settle_numbers(out);
}

void fill_rule(const Filling& filling, const rule::ChildCount& rule, ColumnBatch& out) {
  const TableProgram& children = filling.program.tables[rule.table];
  assert(children.parent == filling.table);
  std::vector<uint64_t> counts(filling.rows.size());
  children.shape.rows_of(filling.rows, counts);
  out.numbers.assign(counts.begin(), counts.end());
  settle_counts(out);
}

}  // namespace resow

#include <algorithm>
#include <cassert>
#include <utility>

#include "generators/filling.h"
#include "generators/gather.h"
#include "generators/permutation.h"
#include "generators/settle.h"
#include "generators/zipf.h"

namespace resow {
namespace {

// Row numbers that were picked; `none` says where there is nothing to pick from.
struct Picks {
  std::vector<uint64_t> rows;
  std::vector<uint8_t> none;
};

struct PickRule {
  StreamKey key;
  bool distinct;
  uint64_t divisor;
  bool earlier;
  double skew;
};

// A row below `bound`, few of them often.
uint64_t skewed(const PickRule& rule, uint64_t row, uint64_t bound) {
  return static_cast<uint64_t>(Zipf(static_cast<double>(bound), rule.skew)(rule.key, row)) - 1;
}

// One of `size` rows for each of `rows`.
Picks pick(std::span<const uint64_t> rows, uint64_t size, const PickRule& rule) {
  assert(rule.divisor > 0);
  Picks picks{.rows = std::vector<uint64_t>(rows.size()),
              .none = std::vector<uint8_t>(rows.size(), size == 0 ? 1 : 0)};
  if (size == 0) return picks;
  if (rule.distinct && !rule.earlier) {
    for (size_t i = 0; i < rows.size(); ++i) picks.rows[i] = rows[i] / rule.divisor % size;
    Permutation(size, rule.key).apply(picks.rows);
    return picks;
  }
  if (rule.skew > 0 && !rule.distinct && !rule.earlier) {
    // Which rows are the ones picked often has nothing to do with their order.
    const Zipf zipf(static_cast<double>(size), rule.skew);
    for (size_t i = 0; i < rows.size(); ++i) {
      picks.rows[i] = static_cast<uint64_t>(zipf(rule.key, rows[i])) - 1;
    }
    Permutation(size, rule.key).apply(picks.rows);
    return picks;
  }
  random_bits(rule.key, rows, 0, picks.rows);
  for (size_t i = 0; i < rows.size(); ++i) {
    const uint64_t bound = rule.earlier ? std::min(rows[i], size) : size;
    picks.none[i] = bound == 0 ? 1 : 0;
    // The only way to an earlier row that no other row picks is a chain.
    picks.rows[i] = bound == 0      ? 0
                    : rule.distinct ? bound - 1
                    : rule.skew > 0 ? skewed(rule, rows[i], bound)
                                    : bounded(picks.rows[i], bound);
  }
  return picks;
}

}  // namespace

void fill_runs(const Program& program, size_t table, size_t column, std::span<const uint64_t> rows,
               ColumnBatch& out) {
  const Runs runs = compress(rows);
  if (runs.distinct.size() == rows.size()) return fill(program, table, column, rows, out);
  ColumnBatch distinct;
  fill(program, table, column, runs.distinct, distinct);
  gather(distinct, runs.index, out);
}

void fill_parent_column(const Filling& filling, size_t column, ColumnBatch& out) {
  assert(filling.table_program().parent.has_value());
  const std::vector<RowPlace> places = locate(filling);
  std::vector<uint64_t> parents(places.size());
  for (size_t i = 0; i < places.size(); ++i) parents[i] = places[i].parent;
  fill_runs(filling.program, *filling.table_program().parent, column, parents, out);
}

void fill_rule(const Filling& filling, const rule::ParentColumn& rule, ColumnBatch& out) {
  ColumnBatch values;
  fill_parent_column(filling, rule.column, values);
  convert(std::move(values), filling.column.kind, filling.column.scale, out);
}

void fill_rule(const Filling& filling, const rule::RowOf& rule, ColumnBatch& out) {
  const uint64_t size = filling.program.tables[rule.table].shape.rows();
  const Picks picks = pick(filling.rows, size,
                           {.key = rule.pick,
                            .distinct = rule.distinct,
                            .divisor = rule.divisor,
                            .earlier = rule.earlier,
                            .skew = rule.skew});
  ColumnBatch values;
  if (size > 0) {
    fill_runs(filling.program, rule.table, rule.column, picks.rows, values);
    for (size_t i = 0; i < picks.none.size(); ++i) values.nulls[i] |= picks.none[i];
  } else {
    const std::vector<Constant> nulls(filling.rows.size());
    values = constants_batch(filling.column.kind, filling.column.scale, nulls);
  }
  convert(std::move(values), filling.column.kind, filling.column.scale, out);
}

void fill_rule(const Filling& filling, const rule::Existing& rule, ColumnBatch& out) {
  const std::vector<Constant>& values = *rule.values;
  const Picks picks = pick(filling.rows, values.size(),
                           {.key = rule.pick,
                            .distinct = rule.distinct,
                            .divisor = rule.divisor,
                            .earlier = false,
                            .skew = rule.skew});
  // Only what was picked is read: there may be millions of values.
  std::vector<Constant> picked(filling.rows.size());
  for (size_t i = 0; i < picked.size(); ++i) {
    if (picks.none[i] == 0) picked[i] = values[picks.rows[i]];
  }
  out = constants_batch(filling.column.kind, filling.column.scale, picked);
}

void fill_rule(const Filling& filling, const rule::After& rule, ColumnBatch& out) {
  assert(rule.low <= rule.high && rule.low_real <= rule.high_real);
  ColumnBatch start;
  fill(filling.program, filling.table, rule.column, filling.rows, start);
  assert(start.kind == out.kind && start.scale == out.scale);
  out = std::move(start);
  std::vector<uint64_t> bits(filling.rows.size());
  random_bits(filling.column.key, filling.rows, 0, bits);
  const uint64_t span = static_cast<uint64_t>(rule.high) - static_cast<uint64_t>(rule.low) + 1;
  for (size_t i = 0; i < bits.size(); ++i) {
    if (out.nulls[i] != 0) continue;
    if (payload(out.kind) == Payload::kReals) {
      out.reals[i] += rule.low_real + unit_interval(bits[i]) * (rule.high_real - rule.low_real);
      if (out.kind == ValueKind::kSingle) out.reals[i] = static_cast<float>(out.reals[i]);
      continue;
    }
    const int64_t more = rule.low + static_cast<int64_t>(bounded(bits[i], span));
    int64_t& number = out.numbers[i];
    if (__builtin_add_overflow(number, more, &number)) number = rule.most;
    number = std::min(number, rule.most);
  }
}

}  // namespace resow

#include <algorithm>
#include <cassert>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "generators/filling.h"
#include "generators/gather.h"

namespace resow {
namespace {

void choose(const Filling& filling, std::span<const Constant> values,
            std::span<const uint32_t> index, ColumnBatch& out) {
  gather(constants_batch(filling.column.kind, filling.column.scale, values), index, out);
}

// The first choice whose cumulative share is above `at`.
uint32_t choice(std::span<const double> cumulative, double at) {
  constexpr size_t kFew = 16;  // up to here counting beats searching
  size_t found = 0;
  if (cumulative.size() <= kFew) {
    for (const double share : cumulative) found += at >= share ? 1 : 0;
  } else {
    found = static_cast<size_t>(std::ranges::upper_bound(cumulative, at) - cumulative.begin());
  }
  return static_cast<uint32_t>(std::min(found, cumulative.size() - 1));
}

}  // namespace

void fill_rule(const Filling& filling, const rule::Always& rule, ColumnBatch& out) {
  choose(filling, {&rule.value, 1}, std::vector<uint32_t>(filling.rows.size()), out);
}

void fill_rule(const Filling& filling, const rule::ByItem& rule, ColumnBatch& out) {
  const std::vector<RowPlace> places = locate(filling);
  std::vector<uint32_t> index(places.size());
  for (size_t i = 0; i < places.size(); ++i) index[i] = static_cast<uint32_t>(places[i].item);
  choose(filling, rule.values, index, out);
}

void fill_rule(const Filling& filling, const rule::OneOf& rule, ColumnBatch& out) {
  assert(!rule.values.empty() && rule.values.size() == rule.cumulative.size());
  std::vector<uint64_t> bits(filling.rows.size());
  random_bits(filling.column.key, filling.rows, 0, bits);
  std::vector<uint32_t> index(bits.size());
  for (size_t i = 0; i < bits.size(); ++i) {
    index[i] = choice(rule.cumulative, unit_interval(bits[i]));
  }
  choose(filling, rule.values, index, out);
}

void fill_rule(const Filling& filling, const rule::Cycle& rule, ColumnBatch& out) {
  assert(!rule.values.empty() && rule.stride > 0);
  std::vector<uint32_t> index(filling.rows.size());
  for (size_t i = 0; i < index.size(); ++i) {
    index[i] = static_cast<uint32_t>(filling.rows[i] / rule.stride % rule.values.size());
  }
  choose(filling, rule.values, index, out);
}

void fill_rule(const Filling& filling, const rule::ByColumns& rule, ColumnBatch& out) {
  assert(!rule.columns.empty() && !rule.values.empty());
  std::vector<std::vector<Constant>> keys(filling.rows.size());
  for (const size_t column : rule.columns) {
    ColumnBatch batch;
    fill(filling.program, filling.table, column, filling.rows, batch);
    std::string text;
    for (size_t i = 0; i < keys.size(); ++i) {
      text.clear();
      if (batch.nulls[i] == 0) append_text(batch, i, text);
      keys[i].push_back(batch.nulls[i] == 0 ? Constant(text) : std::nullopt);
    }
  }
  std::vector<Constant> values(filling.rows.size());
  for (size_t i = 0; i < values.size(); ++i) {
    const auto found = rule.values.find(keys[i]);
    const std::vector<Constant>& group =
        found == rule.values.end() ? rule.values.begin()->second : found->second;
    values[i] = group[filling.rows[i] % group.size()];
  }
  out = constants_batch(filling.column.kind, filling.column.scale, values);
}

}  // namespace resow

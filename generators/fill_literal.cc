#include <cassert>
#include <map>
#include <utility>

#include "generators/filling.h"
#include "generators/gather.h"

namespace resow {
namespace {

using What = rule::Cell::What;

// Rows whose values come from one place.
struct Share {
  std::vector<uint64_t> rows;      // as that place counts them
  std::vector<uint32_t> position;  // in the batch
};

// The batch's rows, sorted by where their values come from.
struct Shares {
  std::vector<Constant> constants;
  std::vector<uint32_t> constant_position;
  std::map<std::pair<size_t, size_t>, Share> references;  // by table and column
  Share otherwise;
};

Shares share_out(std::span<const uint64_t> rows, std::span<const rule::Cell> cells) {
  Shares shares;
  for (uint32_t i = 0; i < rows.size(); ++i) {
    assert(rows[i] < cells.size());
    const rule::Cell& cell = cells[rows[i]];
    if (cell.what == What::kConstant) {
      shares.constants.push_back(cell.constant);
      shares.constant_position.push_back(i);
      continue;
    }
    const bool reference = cell.what == What::kReference;
    Share& share = reference ? shares.references[{cell.table, cell.column}] : shares.otherwise;
    share.rows.push_back(reference ? cell.row : rows[i]);
    share.position.push_back(i);
  }
  return shares;
}

// Values in the order in which they were computed, and which of them each row gets.
struct Collected {
  ColumnBatch values;
  std::vector<uint32_t> index;

  void add(ColumnBatch some, std::span<const uint32_t> position) {
    for (size_t i = 0; i < position.size(); ++i) {
      index[position[i]] = static_cast<uint32_t>(values.rows() + i);
    }
    ColumnBatch same_kind;
    convert(std::move(some), values.kind, values.scale, same_kind);
    append(same_kind, values);
  }
};

}  // namespace

void fill_rule(const Filling& filling, const rule::Literal& rule, ColumnBatch& out) {
  const ColumnProgram& column = filling.column;
  const Shares shares = share_out(filling.rows, rule.cells);
  Collected collected;
  collected.index.resize(filling.rows.size());
  begin_batch(column.kind, column.scale, 0, collected.values);
  collected.add(constants_batch(column.kind, column.scale, shares.constants),
                shares.constant_position);
  ColumnBatch values;
  for (const auto& [where, share] : shares.references) {
    fill(filling.program, where.first, where.second, share.rows, values);
    collected.add(std::move(values), share.position);
  }
  if (!shares.otherwise.rows.empty()) {
    assert(rule.otherwise != nullptr);
    const Filling rest{.program = filling.program,
                       .table = filling.table,
                       .column = column,
                       .rows = shares.otherwise.rows};
    fill_rule(rest, *rule.otherwise, values);
    collected.add(std::move(values), shares.otherwise.position);
  }
  gather(collected.values, collected.index, out);
}

}  // namespace resow

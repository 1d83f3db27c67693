#include <cassert>
#include <variant>

#include "generators/filling.h"
#include "generators/gather.h"
#include "generators/program.h"

namespace resow {
namespace {

void draw_nulls(const Filling& filling, ColumnBatch& out) {
  const double share = filling.column.null_share;
  if (share <= 0) return;
  std::vector<uint64_t> bits(filling.rows.size());
  random_bits(filling.column.key, filling.rows, kNullDraw, bits);
  for (size_t i = 0; i < bits.size(); ++i) {
    if (unit_interval(bits[i]) < share) out.nulls[i] = 1;
  }
}

}  // namespace

std::vector<RowPlace> locate(const Filling& filling) {
  std::vector<RowPlace> places(filling.rows.size());
  filling.table_program().shape.locate(filling.rows, places);
  return places;
}

void fill_rule(const Filling& filling, const ColumnRule& rule, ColumnBatch& out) {
  begin_batch(filling.column.kind, filling.column.scale, filling.rows.size(), out);
  std::visit([&](const auto& how) { fill_rule(filling, how, out); }, rule.how);
  // A literal row's NULLs are its own: the share is for its other cells, which come through here.
  if (!std::holds_alternative<rule::Literal>(rule.how)) draw_nulls(filling, out);
}

void fill(const Program& program, size_t table, size_t column, std::span<const uint64_t> rows,
          ColumnBatch& out) {
  assert(table < program.tables.size() && column < program.tables[table].columns.size());
  const ColumnProgram& of = program.tables[table].columns[column];
  fill_rule({.program = program, .table = table, .column = of, .rows = rows}, of.rule, out);
}

}  // namespace resow

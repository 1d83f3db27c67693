// Programs for tests, written down in a line each.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "fixtures/plan.h"
#include "generators/program.h"

namespace resow::test_support {

inline ColumnProgram integers(std::string name, int64_t first = 1, int64_t step = 1) {
  ColumnProgram column;
  column.name = std::move(name);
  column.kind = ValueKind::kInteger;
  column.rule.how = rule::Sequence{first, step};
  return column;
}

// Row i has values[i % size].
inline ColumnProgram texts(std::string name, std::vector<Constant> values,
                           ValueKind kind = ValueKind::kText) {
  ColumnProgram column;
  column.name = std::move(name);
  column.kind = kind;
  column.rule.how = rule::Cycle{std::move(values), 1};
  return column;
}

inline ColumnProgram parent_column(std::string name, size_t column_of_parent) {
  ColumnProgram column;
  column.name = std::move(name);
  column.kind = ValueKind::kInteger;
  column.rule.how = rule::ParentColumn{column_of_parent};
  return column;
}

inline TableProgram table_program(std::string name, uint64_t rows,
                                  std::vector<ColumnProgram> columns) {
  TableProgram table;
  table.schema = "s";
  table.name = std::move(name);
  table.shape = RowShape(1, 1, FixedCount{rows});
  table.columns = std::move(columns);
  return table;
}

// Loads every column of program table `table`, by name, into the relation of that name.
LoadStep load_all(const Catalog& catalog, const Program& program, size_t table);

}  // namespace resow::test_support

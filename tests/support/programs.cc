#include "tests/support/programs.h"

#include "tests/support/pg_test.h"

namespace resow::test_support {

LoadStep load_all(const Catalog& catalog, const Program& program, size_t table) {
  const TableProgram& source = program.tables[table];
  LoadStep step;
  step.relation = relation(catalog, source.schema, source.name);
  step.table = table;
  step.rows = source.shape.rows();
  for (size_t i = 0; i < source.columns.size(); ++i) {
    step.columns.push_back(column(catalog, step.relation, source.columns[i].name));
    step.programs.push_back(i);
  }
  return step;
}

}  // namespace resow::test_support

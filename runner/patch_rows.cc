#include "runner/patch_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "fixtures/text.h"
#include "generators/column_batch.h"
#include "runner/at_table.h"
#include "runner/sql_text.h"

namespace resow {
namespace {

constexpr uint64_t kRowsInPatch = 8192;

// UPDATE t SET a = v.p0::type FROM ROWS FROM (unnest($1::text[]), unnest($2::text[])) AS v(p0, p1)
// WHERE t.id = v.p1::type: text on the wire, cast by the server.
std::string update_sql(const Connection& connection, const Catalog& catalog,
                       const Relation& relation, const PatchStep& step) {
  std::string assignments, conditions, parameters, names;
  size_t position = 0;
  const auto cast = [&](const Column& column) {
    const std::string name = fmt::format("p{}", position++);
    parameters += fmt::format("{}pg_catalog.unnest(${}::pg_catalog.text[])",
                              position == 1 ? "" : ", ", position);
    names += (position == 1 ? "" : ", ") + name;
    return fmt::format("v.{}::{}", name, type_name(connection, catalog, column));
  };
  for (const ColumnNumber number : step.columns) {
    const Column& column = *relation.column(number);
    assignments += fmt::format("{}{} = {}", assignments.empty() ? "" : ", ",
                               connection.quote_name(column.name), cast(column));
  }
  for (const ColumnNumber number : step.key) {
    const Column& column = *relation.column(number);
    conditions += fmt::format("{}t.{} OPERATOR(pg_catalog.=) {}", conditions.empty() ? "" : " AND ",
                              connection.quote_name(column.name), cast(column));
  }
  return fmt::format("UPDATE {} AS t SET {} FROM ROWS FROM ({}) AS v({}) WHERE {}",
                     only_table(connection, relation), assignments, parameters, names, conditions);
}

size_t program_of(const TableProgram& table, const std::string& column) {
  const auto found = std::find_if(table.columns.begin(), table.columns.end(),
                                  [&](const ColumnProgram& p) { return p.name == column; });
  return static_cast<size_t>(found - table.columns.begin());
}

Field value_of(const ColumnBatch& batch, size_t row) {
  if (batch.nulls[row] != 0) return std::nullopt;
  std::string text;
  append_text(batch, row, text);
  return text;
}

// The values of the patched columns and the key, one list each, without the rows whose patched
// columns are all NULL.
std::vector<std::vector<Field>> patched_values(const Program& program, const Relation& relation,
                                               const PatchStep& step,
                                               const std::vector<uint64_t>& rows) {
  std::vector<ColumnNumber> columns = step.columns;
  columns.insert(columns.end(), step.key.begin(), step.key.end());
  std::vector<ColumnBatch> batches(columns.size());
  for (size_t i = 0; i < columns.size(); ++i) {
    const std::string& name = relation.column(columns[i])->name;
    fill(program, step.table, program_of(program.tables[step.table], name), rows, batches[i]);
  }
  std::vector<std::vector<Field>> values(columns.size());
  for (size_t row = 0; row < rows.size(); ++row) {
    bool all_null = true;
    for (size_t i = 0; i < step.columns.size(); ++i) all_null &= batches[i].nulls[row] != 0;
    if (all_null) continue;
    for (size_t i = 0; i < columns.size(); ++i) values[i].push_back(value_of(batches[i], row));
  }
  return values;
}

[[noreturn]] void report_not_found(const Relation& relation, size_t asked, int64_t found) {
  DatabaseError error(fmt::format("{} of {} were found again to complete a cycle of foreign keys",
                                  with_thousands(found),
                                  count_of_things(static_cast<int64_t>(asked), "row")));
  error.step = "UPDATE " + display_name(relation);
  error.schema = relation.schema;
  error.table = relation.name;
  error.hint = "a trigger or a rule changes or drops rows of this table";
  throw error;
}

}  // namespace

void patch_rows(Transaction& transaction, const Catalog& catalog, const Program& program,
                const PatchStep& step) {
  const Relation& relation = catalog.relations[step.relation];
  const std::string sql = update_sql(transaction.connection(), catalog, relation, step);
  const uint64_t total = program.tables[step.table].shape.rows();
  std::vector<uint64_t> rows;
  for (uint64_t first = 0; first < total; first += kRowsInPatch) {
    rows.resize(std::min(kRowsInPatch, total - first));
    std::iota(rows.begin(), rows.end(), first);
    const auto values = patched_values(program, relation, step, rows);
    const size_t count = values.front().size();
    if (count == 0) continue;
    std::vector<Field> parameters;
    for (const std::vector<Field>& list : values) parameters.emplace_back(array_text(list));
    const int64_t found = at_table(relation, [&] {
      return transaction.query(sql, parameters, "UPDATE " + display_name(relation)).affected();
    });
    if (found != static_cast<int64_t>(count)) report_not_found(relation, count, found);
  }
}

}  // namespace resow

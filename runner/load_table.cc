#include "runner/load_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "fixtures/sent_columns.h"
#include "fixtures/text.h"
#include "generators/row_stream.h"
#include "runner/at_table.h"
#include "runner/copy_error.h"
#include "runner/rows_ahead.h"
#include "runner/sql_text.h"

namespace resow {
namespace {

// What the server would say of it, had it been sent as text.
DatabaseError out_of_range(const Relation& relation, const LoadStep& step,
                           const ValueTooLarge& value) {
  DatabaseError error(value.what());
  error.sqlstate = "22003";  // numeric_value_out_of_range
  error.schema = relation.schema;
  error.table = relation.name;
  error.column = relation.column(step.columns[value.column])->name;
  error.step = load_step_name(relation);
  error.context =
      fmt::format("COPY {}, line {}, column {}", relation.name, value.row + 1, error.column);
  return error;
}

uint64_t copy_rows(Transaction& transaction, const Catalog& catalog, const Program& program,
                   const LoadStep& step, uint64_t begin, uint64_t end, Freeze freeze,
                   const OnRows& on_rows) {
  const Relation& relation = catalog.relations[step.relation];
  const Connection& connection = transaction.connection();
  std::vector<SentColumn> columns = sent_columns(catalog, program, step);
  const bool binary = have_binary_form(columns);
  RowStream stream(program, step.table, std::move(columns),
                   binary ? RowFormat::kCopyBinary : RowFormat::kCopyText);
  CopyIn copy(
      transaction,
      fmt::format("COPY {} ({}) FROM STDIN (FORMAT {}, FREEZE {})",
                  table_name(connection, relation), column_list(connection, relation, step.columns),
                  binary ? "binary" : "text", freeze == Freeze::kYes),
      load_step_name(relation));
  copy.write(stream.header());
  const std::string trailer(stream.trailer());
  RowsAhead ahead(std::move(stream), begin, end);
  try {
    while (const RowsAhead::Run* const run = ahead.next()) {
      copy.write(run->bytes);
      if (on_rows) on_rows(static_cast<int64_t>(run->rows));
    }
  } catch (const ValueTooLarge& value) {
    throw out_of_range(relation, step, value);
  }
  copy.write(trailer);
  return static_cast<uint64_t>(copy.finish());
}

// A table all of whose columns the server fills: COPY needs at least one.
uint64_t insert_defaults(Transaction& transaction, const Relation& relation, const LoadStep& step,
                         const OnRows& on_rows) {
  const Rows rows =
      transaction.query(fmt::format("INSERT INTO {} SELECT FROM pg_catalog.generate_series(1, {})",
                                    table_name(transaction.connection(), relation), step.rows),
                        "INSERT INTO " + display_name(relation));
  if (on_rows) on_rows(static_cast<int64_t>(step.rows));
  return static_cast<uint64_t>(rows.affected());
}

[[noreturn]] void report_missing(const Relation& relation, const LoadStep& step, uint64_t loaded) {
  std::vector<std::string> suspects;
  for (const Trigger& trigger : relation.triggers) {
    if (trigger.on_insert && trigger.before && trigger.for_each_row && trigger.enabled != 'D') {
      suspects.push_back(fmt::format("\"{}\" ({})", trigger.name, trigger.function));
    }
  }
  DatabaseError error(fmt::format("{} of {} came in{}", with_thousands(loaded),
                                  count_of_things(static_cast<int64_t>(step.rows), "row"),
                                  suspects.empty() ? std::string()
                                                   : fmt::format(": a trigger keeps rows out, {}",
                                                                 fmt::join(suspects, " or "))));
  error.schema = relation.schema;
  error.table = relation.name;
  error.step = load_step_name(relation);
  error.hint = "change the dataset so that the trigger accepts its rows";
  throw error;
}

}  // namespace

std::string load_step_name(const Relation& relation) { return "COPY " + display_name(relation); }

void load_table(Transaction& transaction, const Catalog& catalog, const Program& program,
                const LoadStep& step, Freeze freeze, const OnRows& on_rows) {
  if (step.rows == 0) return;
  const Relation& relation = catalog.relations[step.relation];
  uint64_t loaded = 0;
  try {
    at_table(relation, [&] {
      loaded = step.columns.empty() ? insert_defaults(transaction, relation, step, on_rows)
                                    : copy_rows(transaction, catalog, program, step, step.first,
                                                step.first + step.rows, freeze, on_rows);
    });
  } catch (DatabaseError& error) {
    name_refused_row(error, relation, program, step);
    throw;
  }
  if (loaded != step.rows) report_missing(relation, step, loaded);
}

uint64_t load_part(Transaction& transaction, const Catalog& catalog, const Program& program,
                   const LoadStep& step, uint64_t first, uint64_t count) {
  const Relation& relation = catalog.relations[step.relation];
  if (!step.columns.empty()) {
    return copy_rows(transaction, catalog, program, step, first, first + count, Freeze::kNo, {});
  }
  LoadStep part = step;
  part.rows = count;
  return insert_defaults(transaction, relation, part, {});
}

}  // namespace resow

#include "runner/prune/remove_rows.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "runner/at_table.h"
#include "runner/catalog/row_values.h"
#include "runner/sql_text.h"

namespace resow {
namespace {

// Rows of one table that lie in one relation.
using Parts = std::map<std::pair<size_t, size_t>, std::vector<Field>>;  // table, relation: ctids

Parts parts_of(const LockedRows& locked, const std::vector<uint32_t>& gone) {
  Parts parts;
  for (const uint32_t row : gone) {
    const StoredRow& place = locked.places[row];
    parts[{place.table, place.relation}].emplace_back(place.ctid);
  }
  return parts;
}

void archive_part(Transaction& transaction, const PruneContext& context, size_t table, size_t part,
                  const std::vector<Field>& rows, Archive& archive, size_t archived) {
  const Connection& connection = transaction.connection();
  const Relation& relation = context.catalog.relations[context.plan.tables[table].relation];
  std::string columns;
  for (const Column& column : relation.columns) {
    if (column.generated) continue;
    columns += (columns.empty() ? "" : ", ") + ("x." + connection.quote_name(column.name));
  }
  CopyOut copy(transaction,
               fmt::format("COPY (SELECT {} FROM {} AS x WHERE x.ctid OPERATOR(pg_catalog.=) ANY"
                           " ({}::pg_catalog.tid[])) TO STDOUT",
                           columns, only_table(connection, context.catalog.relations[part]),
                           connection.quote_literal(array_text(rows))),
               "read rows of " + display_name(relation) + " for the archive");
  std::string line;
  size_t read = 0;
  for (; copy.read(line); ++read) archive.add(archived, 1, line);
  if (read == rows.size()) return;
  DatabaseError error(
      fmt::format("{} of {} rows could be read for the archive", read, rows.size()));
  error.step = "archive rows of " + display_name(relation);
  throw error;
}

// WITH d0 AS (DELETE ... RETURNING ...), ... SELECT counts and times.
std::string delete_sql(const Connection& connection, const PruneContext& context,
                       const Parts& parts) {
  std::string with, select;
  size_t i = 0;
  for (const auto& [key, rows] : parts) {
    const PruneTable& table = context.plan.tables[key.first];
    const Relation& relation = context.catalog.relations[table.relation];
    const std::string time =
        table.time ? "x." + connection.quote_name(relation.column(*table.time)->name) : "NULL";
    with += fmt::format(
        "{}d{} AS (DELETE FROM {} AS x WHERE x.ctid OPERATOR(pg_catalog.=) ANY"
        " (${}::pg_catalog.tid[]) RETURNING {} AS v)",
        i == 0 ? "" : ", ", i, only_table(connection, context.catalog.relations[key.second]), i + 1,
        time);
    select += fmt::format(
        "{0}(SELECT pg_catalog.count(*) FROM d{1}),"
        " (SELECT pg_catalog.min(v)::pg_catalog.text FROM d{1}),"
        " (SELECT pg_catalog.max(v)::pg_catalog.text FROM d{1})",
        i == 0 ? "" : ", ", i);
    ++i;
  }
  return "WITH " + with + " SELECT " + select;
}

[[noreturn]] void kept_back(const Relation& relation, int64_t deleted, size_t wanted) {
  DatabaseError error(fmt::format(
      "{} of {} rows were deleted: a trigger or a rule keeps the others", deleted, wanted));
  error.step = "DELETE FROM " + display_name(relation);
  error.schema = relation.schema;
  error.table = relation.name;
  throw error;
}

}  // namespace

RemovedRows remove_rows(Transaction& transaction, const PruneContext& context,
                        const LockedRows& locked, const std::vector<uint32_t>& gone,
                        Archive* archive, size_t first_archived) {
  const Parts parts = parts_of(locked, gone);
  std::vector<Field> parameters;
  for (const auto& [key, rows] : parts) {
    const auto& [table, part] = key;
    if (archive != nullptr) {
      archive_part(transaction, context, table, part, rows, *archive, first_archived + table);
    }
    parameters.emplace_back(array_text(rows));
  }
  const Rows result =
      transaction.query(delete_sql(transaction.connection(), context, parts), parameters, "DELETE");
  RemovedRows removed;
  size_t i = 0;
  for (const auto& [key, rows] : parts) {
    const Relation& relation = context.catalog.relations[context.plan.tables[key.first].relation];
    const int64_t deleted = result.integer(0, 3 * i);
    if (deleted != static_cast<int64_t>(rows.size())) kept_back(relation, deleted, rows.size());
    RunCount count;
    count.removed = deleted;
    count.oldest = optional_text_at(result, 0, 3 * i + 1);
    count.newest = optional_text_at(result, 0, 3 * i + 2);
    add_count(removed[key.first], count);
    ++i;
  }
  return removed;
}

}  // namespace resow

#include "runner/migration_revision.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "fixtures/scope.h"
#include "runner/catalog/exact_sql.h"
#include "runner/catalog/row_values.h"
#include "runner/sql_text.h"

namespace resow {
namespace {

// In which column a tool says what was applied, and by which its rows are in order; the first one
// that there is.
constexpr std::array<std::string_view, 8> kRevision = {
    "version_num", "version", "migration_name", "MigrationId",
    "version_id",  "name",    "migration",      "id"};
constexpr std::array<std::string_view, 6> kOrder = {"installed_rank", "finished_at", "executed_at",
                                                    "dateexecuted",   "id",          "timestamp"};

template <size_t size>
std::string first_of(const std::array<std::string_view, size>& wanted,
                     const std::set<std::string>& columns) {
  const auto found = std::find_if(wanted.begin(), wanted.end(), [&](std::string_view name) {
    return columns.contains(std::string(name));
  });
  return found == wanted.end() ? "" : std::string(*found);
}

std::string revision_sql(const Connection& connection, const MigrationTable& books) {
  const std::string revision = first_of(kRevision, books.columns);
  if (revision.empty()) return "";
  const std::string table = connection.quote_name(books.schema, books.table);
  std::string text = connection.quote_name(revision) + "::pg_catalog.text";
  if (books.columns.contains("app") && revision == "name") {
    text = "pg_catalog.concat(app, '.', name)";
  }
  if (revision == "version_num") {  // each head of the history has a row
    return fmt::format("(SELECT pg_catalog.string_agg({0}, ', ' ORDER BY {0}) FROM {1})", text,
                       table);
  }
  std::string order = first_of(kOrder, books.columns);
  if (order.empty()) order = revision;
  std::string applied;
  if (books.columns.contains("success")) applied = " WHERE success";
  if (books.columns.contains("rolled_back_at")) applied = " WHERE rolled_back_at IS NULL";
  return fmt::format("(SELECT {} FROM {}{} ORDER BY {} DESC NULLS LAST LIMIT 1)", text, table,
                     applied, connection.quote_name(order));
}

}  // namespace

std::vector<Revision> read_revisions(Transaction& transaction,
                                     std::span<const MigrationTable> tables) {
  std::vector<std::string> expressions;
  std::vector<Revision> revisions;
  for (const MigrationTable& each : tables) {
    const std::string sql = revision_sql(transaction.connection(), each);
    if (sql.empty()) continue;
    expressions.push_back(sql);
    revisions.push_back({each.schema, each.table, migration_tool(each.table), ""});
  }
  const std::vector<Field> values =
      scalars(transaction, expressions, "read what was migrated last");
  for (size_t i = 0; i < values.size(); ++i) revisions[i].revision = values[i].value_or("");
  return revisions;
}

std::vector<Revision> migration_revisions(Transaction& transaction,
                                          std::span<const std::string> schemas) {
  const std::vector<std::string> tables = migration_tables();
  const std::vector<Field> schema_names(schemas.begin(), schemas.end());
  const std::vector<Field> table_names(tables.begin(), tables.end());
  const Field parameters[] = {array_text(schema_names), array_text(table_names)};
  // A handful of columns; no rows are looked at.
  const Rows rows = transaction.query(
      exact("SELECT n.nspname, c.relname, a.attname"
            " FROM @unnest($1::@text[]) WITH ORDINALITY AS w(name, place)"
            " JOIN @pg_namespace n ON n.nspname == w.name::@name"
            " JOIN @pg_class c ON c.relnamespace == n.oid AND c.relkind == 'r'::@\"char\""
            " AND (@lower(c.relname::@text) == ANY ($2::@text[])"
            " OR @right(@lower(c.relname::@text), 9) == '_phinxlog')"
            " JOIN @pg_attribute a ON a.attrelid == c.oid"
            " AND a.attnum OPERATOR(pg_catalog.>) '0'::@int2 AND NOT a.attisdropped"
            " WHERE @has_table_privilege(c.oid, 'SELECT')"
            " ORDER BY w.place, c.relname, a.attnum"),
      parameters, "look for migration tools' tables");
  std::vector<MigrationTable> books;
  for (size_t row = 0; row < rows.size(); ++row) {
    const std::string schema = text_at(rows, row, 0);
    const std::string table = text_at(rows, row, 1);
    if (migration_tool(table).empty()) continue;
    if (books.empty() || books.back().schema != schema || books.back().table != table) {
      books.push_back({schema, table, {}});
    }
    books.back().columns.insert(text_at(rows, row, 2));
  }
  return read_revisions(transaction, books);
}

}  // namespace resow

// What keeps archived rows from coming back: SQL that marks them in their temporary tables.
#include <fmt/format.h>

#include <algorithm>

#include "fixtures/partitions.h"
#include "fixtures/text.h"
#include "runner/prune/undo.h"
#include "runner/prune/undo_names.h"
#include "runner/sql_text.h"

namespace resow {
namespace {

constexpr int kNamedConflicts = 10;
constexpr const char* kThereAlready = "it is there already, as it was";

// Of an index: its columns and expressions as k0, k1, ...; nothing where it is about a column that
// the rows at hand do not have.
std::optional<std::string> key_columns(const Connection& connection, const Relation& relation,
                                       const UniqueKey& key) {
  std::string list;
  size_t expression = 0;
  for (size_t i = 0; i < key.columns.size(); ++i) {
    std::string part;
    if (key.columns[i] == 0) {
      part = "(" + key.expressions[expression++] + ")";
    } else {
      const Column* column = relation.column(key.columns[i]);
      if (column->generated) return std::nullopt;
      part = connection.quote_name(column->name);
    }
    list += fmt::format(", {} AS k{}", part, i);
  }
  return list;
}

std::string keys_alike(const std::vector<std::string>& equal, bool nulls_alike) {
  std::string condition;
  for (size_t i = 0; i < equal.size(); ++i) {
    const std::string alike = fmt::format("b.k{0} {1} a.k{0}", i, equal[i]);
    condition += i == 0 ? "" : " AND ";
    condition +=
        nulls_alike ? fmt::format("({0} OR (b.k{1} IS NULL AND a.k{1} IS NULL))", alike, i) : alike;
  }
  return condition;
}

std::string where_of(const UniqueKey& key) {
  return key.predicate ? " WHERE " + *key.predicate : std::string();
}

}  // namespace

// With all columns of the table by their names, the place in the temporary table, and (of a reset)
// the row that is there.
std::string UndoStage::proposed_rows(const Table& table) const {
  const Connection& connection = transaction_.connection();
  const Relation& relation = catalog_.relations[table.relation];
  if (table.archived->kind == ArchivedKind::kDeleted) {
    return fmt::format(
        "SELECT s.ctid AS {}, NULL::pg_catalog.tid AS {}, s.* FROM {} AS s WHERE"
        " s.{} IS NULL",
        kStagedAt, kStoredAt, table.name, kStagedWhy);
  }
  const std::vector<SnapshotColumn>& columns = table.archived->columns;
  const size_t values = (columns.size() - table.archived->keys) / 2;
  std::string list;
  for (const Column& column : relation.columns) {
    const std::string name = connection.quote_name(column.name);
    const auto first = columns.begin() + static_cast<std::ptrdiff_t>(table.archived->keys);
    const auto last = first + static_cast<std::ptrdiff_t>(values);
    const auto reset = std::find_if(
        first, last, [&](const SnapshotColumn& kept) { return kept.name == column.name; });
    list += reset == last
                ? ", t." + name
                : fmt::format(", s.{} AS {}", staged_column(reset - columns.begin()), name);
  }
  return fmt::format(
      "SELECT s.ctid AS {}, t.ctid AS {}{} FROM {} AS s JOIN {} AS t ON {} WHERE"
      " s.{} IS NULL",
      kStagedAt, kStoredAt, list, table.name, only_table(connection, relation),
      key_condition(table, "s", "t"), kStagedWhy);
}

// Somebody has put back the very row: what hangs on it finds it there.
void UndoStage::find_same_rows(const Table& table) {
  const Connection& connection = transaction_.connection();
  const Relation& relation = catalog_.relations[table.relation];
  const UniqueKey* key = relation.primary_key();
  const auto equal = key == nullptr ? equal_of_index_.end() : equal_of_index_.find(key->index);
  if (table.archived->kind == ArchivedKind::kReset || equal == equal_of_index_.end()) return;
  std::string same;
  for (size_t i = 0; i < key->columns.size(); ++i) {
    const std::string name = connection.quote_name(relation.column(key->columns[i])->name);
    same += fmt::format("{}t.{} {} s.{}", i == 0 ? "" : " AND ", name, equal->second[i], name);
  }
  for (const SnapshotColumn& column : table.archived->columns) {
    same += fmt::format(
        " AND (t.{0}::pg_catalog.text COLLATE \"C\") IS NOT DISTINCT FROM"
        " (s.{0}::pg_catalog.text COLLATE \"C\")",
        connection.quote_name(column.name));
  }
  query(fmt::format("UPDATE {} AS s SET {} = {} FROM {} AS t WHERE s.{} IS NULL AND {}", table.name,
                    kStagedWhy, connection.quote_literal(kThereAlready),
                    only_table(connection, relation), kStagedWhy, same),
        "look for rows that are there already");
}

void UndoStage::find_taken_keys(const Table& table) {
  const Connection& connection = transaction_.connection();
  const Relation& relation = catalog_.relations[table.relation];
  const bool reset = table.archived->kind == ArchivedKind::kReset;
  for (const UniqueKey& key : relation.unique_keys) {
    const std::optional<std::string> columns = key_columns(connection, relation, key);
    const auto equal = equal_of_index_.find(key.index);
    if (!key.valid || !columns || equal == equal_of_index_.end()) continue;
    query(fmt::format(
              "UPDATE {0} AS s SET {1} = {2} FROM (SELECT x.{3} AS staged_at, x.{4} AS stored_at{5}"
              " FROM ({6}) AS x{7}) AS a WHERE s.ctid OPERATOR(pg_catalog.=) a.staged_at AND EXISTS"
              " (SELECT FROM (SELECT y.ctid AS stored_at{5} FROM {8} AS y{7}) AS b WHERE {9}{10})",
              table.name, kStagedWhy,
              connection.quote_literal("a row with the same " + key.name + " is there"), kStagedAt,
              kStoredAt, *columns, proposed_rows(table), where_of(key),
              only_table(connection, relation), keys_alike(equal->second, key.nulls_not_distinct),
              reset ? " AND b.stored_at OPERATOR(pg_catalog.<>) a.stored_at" : ""),
          "look for rows with the same keys");
  }
}

// A row that went twice (somebody had put it back meanwhile) cannot come back twice.
void UndoStage::find_repeated_keys(const Table& table) {
  const Relation& relation = catalog_.relations[table.relation];
  const Connection& connection = transaction_.connection();
  if (table.archived->kind == ArchivedKind::kReset) return;
  for (const UniqueKey& key : relation.unique_keys) {
    const std::optional<std::string> columns = key_columns(connection, relation, key);
    const auto equal = equal_of_index_.find(key.index);
    if (!key.valid || !columns || equal == equal_of_index_.end()) continue;
    const std::string rows =
        fmt::format("SELECT x.ctid AS at{} FROM {} AS x{}", *columns, table.name, where_of(key));
    query(
        fmt::format("UPDATE {0} AS s SET {1} = {2} FROM ({3}) AS a, ({3}) AS b"
                    " WHERE s.ctid OPERATOR(pg_catalog.=) a.at AND s.{1} IS NULL"
                    " AND a.at OPERATOR(pg_catalog.<>) b.at AND {4}",
                    table.name, kStagedWhy,
                    connection.quote_literal("the run deleted several rows with this " + key.name),
                    rows, keys_alike(equal->second, key.nulls_not_distinct)),
        "look for rows that went twice");
  }
}

void UndoStage::find_changed_rows(const Table& table) {
  if (table.archived->kind == ArchivedKind::kDeleted) return;
  const Connection& connection = transaction_.connection();
  const Relation& relation = catalog_.relations[table.relation];
  const std::string stored = only_table(connection, relation);
  std::string comes_back;
  for (const Table& other : tables_) {
    if (other.relation != table.relation || other.archived->kind == ArchivedKind::kReset) continue;
    comes_back += fmt::format(" AND NOT EXISTS (SELECT FROM {} AS t WHERE t.{} IS NULL AND {})",
                              other.name, kStagedWhy, key_condition(table, "s", "t"));
  }
  query(fmt::format("UPDATE {0} AS s SET {1} = 'it is gone' WHERE NOT EXISTS"
                    " (SELECT FROM {2} AS t WHERE {3}){4}",
                    table.name, kStagedWhy, stored, key_condition(table, "s", "t"), comes_back),
        "look for rows that are gone");
  const std::vector<SnapshotColumn>& columns = table.archived->columns;
  const size_t values = (columns.size() - table.archived->keys) / 2;
  for (size_t i = 0; i < values; ++i) {
    const size_t place = table.archived->keys + values + i;
    query(fmt::format("UPDATE {0} AS s SET {1} = {2} FROM {3} AS t WHERE s.{1} IS NULL AND {4}"
                      " AND (t.{5}::pg_catalog.text COLLATE \"C\") IS DISTINCT FROM"
                      " (s.{6}::pg_catalog.text COLLATE \"C\")",
                      table.name, kStagedWhy,
                      connection.quote_literal(columns[place].name + " has changed since"), stored,
                      key_condition(table, "s", "t"), connection.quote_name(columns[place].name),
                      staged_column(static_cast<std::ptrdiff_t>(place))),
          "look for values that have changed");
  }
}

// Whether there were some. The second time round also parents that stay away are missing.
bool UndoStage::find_missing_parents(const Table& table, bool parents_that_stay_away) {
  const Connection& connection = transaction_.connection();
  const Relation& relation = catalog_.relations[table.relation];
  int64_t found = 0;
  for (const ForeignKey& key : relation.foreign_keys) {
    const auto equal = equal_of_key_.find(key.oid);
    const bool generated = std::any_of(key.columns.begin(), key.columns.end(), [&](auto number) {
      return relation.column(number)->generated;
    });
    if (generated || equal == equal_of_key_.end()) continue;
    const Relation& parent = catalog_.relations[key.referenced];
    std::string given, alike;
    for (size_t i = 0; i < key.columns.size(); ++i) {
      const std::string own = connection.quote_name(relation.column(key.columns[i])->name);
      given += fmt::format(" AND x.{} IS NOT NULL", own);
      alike += fmt::format("{}p.{} {} x.{}", i == 0 ? "" : " AND ",
                           connection.quote_name(parent.column(key.referenced_columns[i])->name),
                           equal->second[i], own);
    }
    std::string missing = fmt::format(" NOT EXISTS (SELECT FROM {} AS p WHERE {})",
                                      only_table(connection, parent), alike);
    std::string taken;  // its place is another row's
    for (const Table& other : tables_) {
      const bool holds_parents = other.relation == key.referenced ||
                                 partition_root(catalog_, other.relation) == key.referenced;
      if (!holds_parents || other.archived->kind == ArchivedKind::kReset) continue;
      const std::string comes = fmt::format(
          " AND NOT EXISTS (SELECT FROM {} AS p WHERE {}{})", other.name, alike,
          parents_that_stay_away ? fmt::format(" AND p.{} IS NULL", kStagedWhy) : std::string());
      missing += comes;
      if (!parents_that_stay_away) continue;
      taken += fmt::format(
          " OR (EXISTS (SELECT FROM {} AS p WHERE {} AND p.{} OPERATOR(pg_catalog.<>) {}){})",
          other.name, alike, kStagedWhy, connection.quote_literal(kThereAlready), comes);
    }
    missing = fmt::format(" AND (({}){})", missing, taken);
    found += query(fmt::format("UPDATE {0} AS s SET {1} = {2} FROM (SELECT x.* FROM ({3}) AS x"
                               " WHERE true{4}{5}) AS a WHERE s.ctid OPERATOR(pg_catalog.=) a.{6}",
                               table.name, kStagedWhy,
                               connection.quote_literal(fmt::format(
                                   "its row of {} ({}) {}", display_name(parent), key.name,
                                   parents_that_stay_away ? "stays away" : "is gone")),
                               proposed_rows(table), given, missing, kStagedAt),
                   "look for parents that are gone")
                 .affected();
  }
  return found > 0;
}

std::vector<UndoConflict> UndoStage::conflicts_of(const Table& table) const {
  const Connection& connection = transaction_.connection();
  const Relation& relation = catalog_.relations[table.relation];
  const std::vector<SnapshotColumn>& columns = table.archived->columns;
  // What a row is known by: its key, else all of it.
  std::vector<size_t> shown;
  for (size_t i = 0; i < columns.size(); ++i) {
    const bool of_key =
        table.archived->kind == ArchivedKind::kReset
            ? i < table.archived->keys
            : relation.primary_key() == nullptr ||
                  std::any_of(relation.primary_key()->columns.begin(),
                              relation.primary_key()->columns.end(), [&](ColumnNumber number) {
                                return relation.column(number)->name == columns[i].name;
                              });
    if (of_key) shown.push_back(i);
  }
  std::string row;
  for (const size_t i : shown) {
    row += fmt::format("{}pg_catalog.concat({}, s.{}::pg_catalog.text)", row.empty() ? "" : ", ",
                       connection.quote_literal(columns[i].name + " = "),
                       staged_name(connection, *table.archived, i));
  }
  const Rows rows = transaction_.query(
      fmt::format("SELECT pg_catalog.concat_ws(', ', {}), s.{} FROM {} AS s WHERE s.{} IS NOT NULL"
                  " ORDER BY s.{} LIMIT {}",
                  row, kStagedWhy, table.name, kStagedWhy, kStagedNumber, kNamedConflicts),
      "name what cannot come back");
  std::vector<UndoConflict> conflicts;
  for (size_t i = 0; i < rows.size(); ++i) {
    conflicts.push_back({relation.schema, relation.name, table.archived->kind,
                         std::string(rows.text(i, 0)), std::string(rows.text(i, 1))});
  }
  return conflicts;
}

}  // namespace resow

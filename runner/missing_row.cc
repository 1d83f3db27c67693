#include "runner/missing_row.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "fixtures/column_type.h"
#include "fixtures/partitions.h"
#include "runner/database_failure.h"
#include "runner/sql_text.h"

namespace resow {
namespace {

constexpr const char* kForeignKeyViolation = "23503";

struct MissingKey {
  const ForeignKey* key = nullptr;
  std::vector<std::string> values;  // in the order of its columns
};

// "Key (a, b)=(1, 2) is not present in table "t".", in whatever language.
std::optional<std::vector<std::string>> values_in_detail(std::string_view detail, size_t count) {
  constexpr std::string_view kBetween = ")=(";
  const size_t between = detail.find(kBetween);
  const size_t end = detail.rfind(')');
  if (between == std::string_view::npos || end < between + kBetween.size()) return std::nullopt;
  std::string_view text = detail.substr(between + kBetween.size(), end - between - kBetween.size());
  std::vector<std::string> values;
  for (size_t comma = 0; count > 1 && (comma = text.find(", ")) != std::string_view::npos;) {
    values.emplace_back(text.substr(0, comma));
    text.remove_prefix(comma + 2);
  }
  values.emplace_back(text);
  if (values.size() != count) return std::nullopt;
  return values;
}

std::optional<MissingKey> missing_key(const Catalog& catalog, const DatabaseError& error) {
  if (error.sqlstate != kForeignKeyViolation || error.table.empty()) return std::nullopt;
  const auto table = catalog.find(error.schema, error.table);
  if (!table) return std::nullopt;
  for (const ForeignKey& key : catalog.relations[*table].foreign_keys) {
    if (key.name != error.constraint) continue;
    if (auto values = values_in_detail(error.detail, key.columns.size())) {
      return MissingKey{&key, std::move(*values)};
    }
  }
  return std::nullopt;
}

bool is_unique(const Relation& relation, ColumnNumber number) {
  return std::any_of(
      relation.unique_keys.begin(), relation.unique_keys.end(), [&](const UniqueKey& key) {
        return std::find(key.columns.begin(), key.columns.end(), number) != key.columns.end();
      });
}

// What a column of the new row is; nothing where the server is to say.
std::optional<std::string> new_value(const Connection& connection, const Catalog& catalog,
                                     const Relation& relation, const Column& column,
                                     const MissingKey& missing) {
  const auto& referenced = missing.key->referenced_columns;
  const auto at = std::find(referenced.begin(), referenced.end(), column.number);
  if (at != referenced.end()) {
    return connection.quote_literal(missing.values[static_cast<size_t>(at - referenced.begin())]);
  }
  const std::string name = connection.quote_name(column.name);
  if (!is_unique(relation, column.number)) return "x." + name;
  if (column.default_expression || column.identity != Identity::kNone) return std::nullopt;
  const ColumnType type = column_type(catalog, column);
  if (!type.not_null) return "NULL";
  if (type.kind == ValueKind::kText) return connection.quote_literal(missing.values.front());
  if (type.kind == ValueKind::kInteger) {
    return fmt::format("(SELECT pg_catalog.max({0}) OPERATOR(pg_catalog.+) 1 FROM {1})", name,
                       table_name(connection, relation));
  }
  return "x." + name;
}

std::string described(const Relation& relation, const MissingKey& missing) {
  std::string text;
  for (size_t i = 0; i < missing.values.size(); ++i) {
    const Column* column = relation.column(missing.key->referenced_columns[i]);
    text += fmt::format("{}{} = {}", i == 0 ? "" : ", ", column->name, missing.values[i]);
  }
  return text;
}

}  // namespace

std::optional<std::string> add_missing_row(Transaction& transaction, const Catalog& catalog,
                                           const DatabaseError& error,
                                           const std::set<size_t>& seeded) {
  const auto missing = missing_key(catalog, error);
  if (!missing || !seeded.contains(partition_root(catalog, missing->key->referenced))) {
    return std::nullopt;
  }
  const Connection& connection = transaction.connection();
  const Relation& relation = catalog.relations[missing->key->referenced];
  std::string names, values;
  for (const Column& column : relation.columns) {
    if (column.generated) continue;
    const auto value = new_value(connection, catalog, relation, column, *missing);
    if (!value) continue;
    names += (names.empty() ? "" : ", ") + connection.quote_name(column.name);
    values += (values.empty() ? "" : ", ") + *value;
  }
  int64_t added = 0;
  try {
    transaction.savepoint([&] {
      added = transaction
                  .query(fmt::format("INSERT INTO {0} ({1}) OVERRIDING SYSTEM VALUE"
                                     " SELECT {2} FROM {0} AS x LIMIT 1",
                                     table_name(connection, relation), names, values),
                         "add a row to " + display_name(relation))
                  .affected();
    });
  } catch (const DatabaseError& refusal) {
    if (is_about_the_session(refusal)) throw;
    return std::nullopt;
  }
  if (added == 0) return std::nullopt;
  return fmt::format("{}: a row more, with {}: what the server makes of rows of {} refers to it",
                     display_name(relation), described(relation, *missing),
                     error.schema + "." + error.table);
}

}  // namespace resow

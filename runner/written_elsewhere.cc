#include "runner/written_elsewhere.h"

#include <string_view>

#include "fixtures/partitions.h"
#include "runner/database_failure.h"
#include "runner/sql_text.h"

namespace resow {

std::optional<KeyWrittenElsewhere> key_written_elsewhere(const Catalog& catalog, size_t ours,
                                                         const DatabaseError& error) {
  const auto written = error.table.empty() ? std::nullopt : catalog.find(error.schema, error.table);
  if (!written || partition_root(catalog, *written) == ours) return std::nullopt;
  for (const ForeignKey& key : catalog.relations[*written].foreign_keys) {
    if (key.name != error.constraint || key.columns.size() != 1) continue;
    KeyWrittenElsewhere result;
    result.referenced = &catalog.relations[key.referenced];
    result.column = result.referenced->column(key.referenced_columns[0]);
    for (const ForeignKey& own : catalog.relations[ours].foreign_keys) {
      for (size_t i = 0; own.referenced == *written && i < own.columns.size(); ++i) {
        if (own.referenced_columns[i] == key.columns[0]) result.sources.insert(own.columns[i]);
      }
    }
    const std::string_view name = catalog.relations[*written].column(key.columns[0])->name;
    const Column* like = catalog.relations[ours].column(name);
    if (like != nullptr) result.sources.insert(like->number);
    return result;
  }
  return std::nullopt;
}

std::vector<std::string> first_keys(Transaction& transaction, const Relation& relation,
                                    const Column& column, size_t most) {
  const Connection& connection = transaction.connection();
  const std::string name = connection.quote_name(column.name);
  std::vector<std::string> values;
  try {
    transaction.savepoint([&] {
      const Rows rows = transaction.query(
          "SELECT DISTINCT " + name + "::pg_catalog.text FROM " + table_name(connection, relation) +
              " WHERE " + name + " IS NOT NULL ORDER BY 1 LIMIT " + std::to_string(most),
          "look at " + display_name(relation));
      for (size_t i = 0; i < rows.size(); ++i) values.emplace_back(rows.text(i, 0));
    });
  } catch (const DatabaseError& error) {
    if (is_about_the_session(error)) throw;
  }
  return values;
}

}  // namespace resow

#include "runner/look_up_keys.h"

#include <fmt/format.h>

#include <map>
#include <set>
#include <string>
#include <utility>

#include "runner/error_kinds.h"
#include "runner/key_operators.h"
#include "runner/sql_text.h"

namespace resow {
namespace {

using Values = std::vector<std::string>;

// The places, from 1, of the keys ($1.. are their columns) that have no row.
std::string absent_sql(const Connection& connection, const Catalog& catalog,
                       const Relation& relation, const ForeignKey& key,
                       const std::vector<std::string>& operators) {
  const Relation& parent = catalog.relations[key.referenced];
  std::string arrays, names, joined;
  for (size_t i = 0; i < key.columns.size(); ++i) {
    const std::string separator = i == 0 ? "" : ", ";
    arrays += fmt::format("{}${}::pg_catalog.text[]", separator, i + 1);
    names += fmt::format("{}v{}", separator, i);
    joined += fmt::format("{}p.{} {} (u.v{})::{}", i == 0 ? "" : " AND ",
                          connection.quote_name(parent.column(key.referenced_columns[i])->name),
                          operators.at(i), i,
                          type_name(connection, catalog, *relation.column(key.columns[i])));
  }
  return fmt::format(
      "SELECT u.place FROM ROWS FROM (pg_catalog.unnest({})) WITH ORDINALITY AS u({}, place)"
      " WHERE NOT EXISTS (SELECT FROM {} AS p WHERE {})",
      arrays, names, only_table(connection, parent), joined);
}

std::set<Values> absent_of(Transaction& transaction, const Catalog& catalog,
                           const Relation& relation, const ForeignKey& key,
                           const std::vector<std::string>& operators,
                           const std::vector<Values>& asked) {
  std::vector<Field> parameters;
  for (size_t i = 0; i < key.columns.size(); ++i) {
    std::vector<Field> column;
    for (const Values& values : asked) column.emplace_back(values[i]);
    parameters.emplace_back(array_text(column));
  }
  std::set<Values> absent;
  try {
    transaction.savepoint([&] {
      const Rows rows = transaction.query(
          absent_sql(transaction.connection(), catalog, relation, key, operators), parameters,
          fmt::format("look up what {} of {} refers to", key.name, display_name(relation)));
      for (size_t row = 0; row < rows.size(); ++row) {
        absent.insert(asked[static_cast<size_t>(rows.integer(row, 0) - 1)]);
      }
    });
  } catch (const DatabaseError& error) {
    if (!refuses_a_value(error) && !cannot_judge_here(error)) throw;
  }
  return absent;
}

}  // namespace

AbsentKeys look_up_keys(Transaction& transaction, const Catalog& catalog,
                        const std::vector<WrittenKey>& keys) {
  AbsentKeys absent;
  if (keys.empty()) return absent;
  std::map<std::pair<size_t, size_t>, std::set<Values>> by_key;
  std::vector<Oid> oids;
  for (const WrittenKey& key : keys) {
    by_key[{key.key.relation, key.key.foreign_key}].insert(key.values);
  }
  for (const auto& [of, values] : by_key) {
    oids.push_back(catalog.relations[of.first].foreign_keys[of.second].oid);
  }
  const auto operators = foreign_key_operators(transaction, oids);
  for (const auto& [of, values] : by_key) {
    const Relation& relation = catalog.relations[of.first];
    const ForeignKey& key = relation.foreign_keys[of.second];
    const auto found = operators.find(key.oid);
    if (found == operators.end()) continue;
    const std::vector<Values> asked(values.begin(), values.end());
    for (const Values& gone :
         absent_of(transaction, catalog, relation, key, found->second, asked)) {
      absent.insert({of, gone});
    }
  }
  return absent;
}

}  // namespace resow

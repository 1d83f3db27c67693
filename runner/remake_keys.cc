#include "runner/remake_keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "runner/at_table.h"
#include "runner/sql_text.h"

namespace resow {
namespace {

constexpr uint64_t kMostMemory = 256 * 1024;  // kilobytes
constexpr uint64_t kMemoryOfRow = 100;        // bytes that sorting it takes, roughly

std::string altered(const Connection& connection, const Relation& relation) {
  return "ALTER TABLE " + table_name(connection, relation);
}

// What is dropped of one table, in the order in which it has to be.
struct Drops {
  std::string foreign_keys, keys, indexes;
};

void add_to_list(std::string& list, const std::string& item) {
  list += (list.empty() ? "" : ", ") + item;
}

// The statements that make an index and what stands on it, with all that they had.
std::string making(const Connection& connection, const Relation& relation, const IndexFact& index) {
  const std::string table = table_name(connection, relation);
  const std::string name = connection.quote_name(index.name);
  const std::string full_name = connection.quote_name(relation.schema, index.name);
  std::string sql = "SET LOCAL default_tablespace = " + connection.quote_literal(index.tablespace) +
                    ";" + index.definition;
  if (index.key) {
    sql += fmt::format(";ALTER TABLE {} ADD CONSTRAINT {} {} USING INDEX {}{}", table, name,
                       index.key->primary ? "PRIMARY KEY" : "UNIQUE", name,
                       index.key->deferred     ? " DEFERRABLE INITIALLY DEFERRED"
                       : index.key->deferrable ? " DEFERRABLE"
                                               : "");
    if (index.key->comment) {
      sql += fmt::format(";COMMENT ON CONSTRAINT {} ON {} IS {}", name, table,
                         connection.quote_literal(*index.key->comment));
    }
  }
  if (index.comment) {
    sql += fmt::format(";COMMENT ON INDEX {} IS {}", full_name,
                       connection.quote_literal(*index.comment));
  }
  for (const auto& [column, target] : index.statistics) {
    sql +=
        fmt::format(";ALTER INDEX {} ALTER COLUMN {} SET STATISTICS {}", full_name, column, target);
  }
  if (index.clustered) sql += fmt::format(";ALTER TABLE {} CLUSTER ON {}", table, name);
  if (index.replica_identity) {
    sql += fmt::format(";ALTER TABLE {} REPLICA IDENTITY USING INDEX {}", table, name);
  }
  for (const std::string& extension : index.extensions) {
    sql += fmt::format(";ALTER INDEX {} DEPENDS ON EXTENSION {}", full_name,
                       connection.quote_name(extension));
  }
  return sql;
}

// One step of it; an error says how to do without.
void alter(Transaction& transaction, const Relation& relation, const std::string& sql,
           const std::string& what) {
  try {
    at_table(relation, [&] { transaction.execute(sql, what); });
  } catch (DatabaseError& error) {
    if (error.hint.empty() && !error.connection_lost) {
      error.hint =
          "with --remake-keys never indexes and keys stay, and the first row that one refuses is "
          "named";
    }
    throw;
  }
}

}  // namespace

void drop_keys(Transaction& transaction, const Catalog& catalog, const Remaking& remaking) {
  const Connection& connection = transaction.connection();
  std::map<size_t, Drops> drops;  // by relation
  for (const RemadeKey& key : remaking.keys) {
    const std::string& name = catalog.relations[key.relation].foreign_keys[key.foreign_key].name;
    add_to_list(drops[key.relation].foreign_keys, "DROP CONSTRAINT " + connection.quote_name(name));
  }
  for (const RemadeIndex& index : remaking.indexes) {
    Drops& of_table = drops[index.fact.relation];
    const std::string& schema = catalog.relations[index.fact.relation].schema;
    if (index.fact.key) {
      add_to_list(of_table.keys, "DROP CONSTRAINT " + connection.quote_name(index.fact.name));
    } else {
      add_to_list(of_table.indexes, connection.quote_name(schema, index.fact.name));
    }
  }
  const auto drop = [&](size_t table, const std::string& sql, const char* what) {
    const Relation& relation = catalog.relations[table];
    alter(transaction, relation, sql,
          fmt::format("drop {} of {} for the load", what, display_name(relation)));
  };
  for (const auto& [table, of_table] : drops) {
    if (of_table.foreign_keys.empty()) continue;
    drop(table, altered(connection, catalog.relations[table]) + " " + of_table.foreign_keys,
         "foreign keys");
  }
  for (const auto& [table, of_table] : drops) {
    std::string sql;
    if (!of_table.keys.empty()) {
      sql = altered(connection, catalog.relations[table]) + " " + of_table.keys + ";";
    }
    if (!of_table.indexes.empty()) sql += "DROP INDEX " + of_table.indexes;
    if (!sql.empty()) drop(table, sql, "indexes");
  }
}

void allow_memory(Transaction& transaction, uint64_t rows) {
  const uint64_t wanted = std::min(kMostMemory, rows * kMemoryOfRow / 1024);
  const std::vector<Field> parameters = {std::to_string(wanted)};
  transaction.query(
      "SELECT pg_catalog.set_config('maintenance_work_mem', $1::pg_catalog.text, true) FROM "
      "pg_catalog.pg_settings"
      " WHERE name OPERATOR(pg_catalog.=) 'maintenance_work_mem'::pg_catalog.text"
      " AND setting::pg_catalog.int8 OPERATOR(pg_catalog.<) $1::pg_catalog.text::pg_catalog.int8",
      parameters, "allow memory for making indexes");
}

void make_indexes(Transaction& transaction, const Catalog& catalog, const Remaking& remaking,
                  const OnMake& on_make) {
  for (const RemadeIndex& index : remaking.indexes) {
    const Relation& relation = catalog.relations[index.fact.relation];
    const std::string what = "make index " + index.fact.name + " of " + display_name(relation);
    if (on_make) on_make(what);
    alter(transaction, relation, making(transaction.connection(), relation, index.fact), what);
  }
}

void make_foreign_keys(Transaction& transaction, const Catalog& catalog, const Remaking& remaking,
                       const OnMake& on_make) {
  const Connection& connection = transaction.connection();
  for (const RemadeKey& key : remaking.keys) {
    const Relation& relation = catalog.relations[key.relation];
    const std::string& name = relation.foreign_keys[key.foreign_key].name;
    const std::string quoted = connection.quote_name(name);
    std::string sql =
        altered(connection, relation) + " ADD CONSTRAINT " + quoted + " " + key.fact.definition;
    if (key.fact.comment) {
      sql += ";COMMENT ON CONSTRAINT " + quoted + " ON " + table_name(connection, relation) +
             " IS " + connection.quote_literal(*key.fact.comment);
    }
    const std::string what =
        "check the rows of " + display_name(relation) + " by foreign key " + name;
    if (on_make) on_make(what);
    alter(transaction, relation, sql, what);
  }
}

}  // namespace resow

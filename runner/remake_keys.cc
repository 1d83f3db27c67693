#include "runner/remake_keys.h"

#include <map>
#include <utility>

#include "runner/at_table.h"
#include "runner/sql_text.h"

namespace resow {
namespace {

constexpr const char* kDefinitions = R"sql(
SELECT key.oid, pg_catalog.pg_get_constraintdef(key.oid),
       pg_catalog.obj_description(key.oid, 'pg_constraint')
FROM pg_catalog.pg_constraint AS key
WHERE key.oid OPERATOR(pg_catalog.=) ANY ($1::pg_catalog.oid[])
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger AS trigger
                  WHERE trigger.tgconstraint OPERATOR(pg_catalog.=) key.oid
                    AND trigger.tgenabled OPERATOR(pg_catalog.<>) 'O'::pg_catalog."char")
ORDER BY key.oid)sql";

std::string altered(const Connection& connection, const Relation& relation) {
  return "ALTER TABLE " + table_name(connection, relation);
}

}  // namespace

std::vector<DroppedKey> drop_keys(Transaction& transaction, const Catalog& catalog,
                                  const Plan& plan) {
  std::vector<Field> oids;
  std::map<Oid, const RemadeKey*> wanted;
  for (const RemadeKey& key : plan.remade) {
    const Oid oid = catalog.relations[key.relation].foreign_keys[key.foreign_key].oid;
    oids.emplace_back(std::to_string(oid));
    wanted.emplace(oid, &key);
  }
  const std::vector<Field> parameters = {array_text(oids)};
  const Rows rows = transaction.query(kDefinitions, parameters, "read foreign keys");

  std::vector<DroppedKey> dropped;
  std::map<size_t, std::string> drops;  // by relation
  const Connection& connection = transaction.connection();
  for (size_t i = 0; i < rows.size(); ++i) {
    const RemadeKey& key = *wanted.at(static_cast<Oid>(rows.integer(i, 0)));
    const Relation& relation = catalog.relations[key.relation];
    DroppedKey& entry = dropped.emplace_back();
    entry.relation = key.relation;
    entry.name = relation.foreign_keys[key.foreign_key].name;
    entry.definition = rows.text(i, 1);
    if (!rows.is_null(i, 2)) entry.comment = std::string(rows.text(i, 2));
    std::string& drop = drops[key.relation];
    drop += (drop.empty() ? " " : ", ") + ("DROP CONSTRAINT " + connection.quote_name(entry.name));
  }
  for (const auto& entry : drops) {
    const Relation& relation = catalog.relations[entry.first];
    at_table(relation, [&] {
      transaction.execute(altered(connection, relation) + entry.second,
                          "drop foreign keys of " + display_name(relation) + " for the load");
    });
  }
  return dropped;
}

void make_keys(Transaction& transaction, const Catalog& catalog,
               const std::vector<DroppedKey>& keys) {
  const Connection& connection = transaction.connection();
  for (const DroppedKey& key : keys) {
    const Relation& relation = catalog.relations[key.relation];
    const std::string name = connection.quote_name(key.name);
    std::string sql =
        altered(connection, relation) + " ADD CONSTRAINT " + name + " " + key.definition;
    if (key.comment) {
      sql += ";COMMENT ON CONSTRAINT " + name + " ON " + table_name(connection, relation) + " IS " +
             connection.quote_literal(*key.comment);
    }
    at_table(relation, [&] {
      transaction.execute(
          sql, "check the rows of " + display_name(relation) + " by foreign key " + key.name);
    });
  }
}

}  // namespace resow

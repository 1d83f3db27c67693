#include "runner/relation_sizes.h"

#include <string>
#include <vector>

#include "runner/sql_text.h"

namespace resow {
namespace {

constexpr std::string_view kPlainSizes =
    "SELECT 1 AS kind, t.place, pg_catalog.pg_relation_size(t.oid) AS bytes"
    " FROM pg_catalog.unnest($1::pg_catalog.oid[]) WITH ORDINALITY AS t(oid, place)";

// A partition that is a foreign table counts as a block: its size is not known here.
constexpr std::string_view kPartitionedSizes =
    "SELECT 2, t.place, (SELECT coalesce(pg_catalog.sum("
    "CASE WHEN c.relkind OPERATOR(pg_catalog.=) 'f'::pg_catalog.\"char\" THEN 8192"
    " ELSE pg_catalog.pg_relation_size(c.oid) END), 0)::pg_catalog.int8"
    " FROM pg_catalog.pg_partition_tree(t.oid::pg_catalog.regclass) AS p"
    " JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) p.relid::pg_catalog.oid"
    " WHERE p.isleaf)"
    " FROM pg_catalog.unnest($2::pg_catalog.oid[]) WITH ORDINALITY AS t(oid, place)";

[[noreturn]] void report_gone(const Relation& relation, std::string_view step) {
  DatabaseError error("table " + display_name(relation) + " is gone since the catalog was read");
  error.sqlstate = "42P01";
  error.schema = relation.schema;
  error.table = relation.name;
  error.step = step;
  throw error;
}

}  // namespace

std::map<size_t, int64_t> relation_sizes(Transaction& transaction, const Catalog& catalog,
                                         const std::set<size_t>& relations, std::string_view step) {
  std::vector<size_t> order, partitioned;
  std::vector<Field> plain_oids, partitioned_oids;
  for (const size_t index : relations) {
    const Relation& relation = catalog.relations[index];
    if (relation.kind == RelationKind::kTable) {
      order.push_back(index);
      plain_oids.emplace_back(std::to_string(relation.oid));
    } else if (relation.kind == RelationKind::kPartitionedTable) {
      partitioned.push_back(index);
      partitioned_oids.emplace_back(std::to_string(relation.oid));
    }
  }
  order.insert(order.end(), partitioned.begin(), partitioned.end());
  std::map<size_t, int64_t> bytes;
  if (order.empty()) return bytes;

  std::string sql(kPlainSizes);
  std::vector<Field> parameters = {array_text(plain_oids)};
  if (!partitioned.empty()) {
    sql.append(" UNION ALL ").append(kPartitionedSizes);
    parameters.emplace_back(array_text(partitioned_oids));
  }
  const Rows rows = transaction.query(sql + " ORDER BY 1, 2", parameters, step);
  for (size_t i = 0; i < order.size(); ++i) {
    if (rows.is_null(i, 2)) report_gone(catalog.relations[order[i]], step);
    bytes[order[i]] = rows.integer(i, 2);
  }
  return bytes;
}

}  // namespace resow

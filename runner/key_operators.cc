#include "runner/key_operators.h"

#include <string_view>

#include "runner/catalog/row_values.h"

namespace resow {
namespace {

// `sql`: gives an oid and an operator, in the order of the columns.
KeyOperators operators_of(Transaction& transaction, std::string_view sql,
                          std::span<const Oid> keys) {
  const Field parameters[] = {integer_array(keys)};
  const Rows rows = transaction.query(sql, parameters, "read how keys are compared");
  KeyOperators operators;
  for (size_t row = 0; row < rows.size(); ++row) {
    operators[oid_at(rows, row, 0)].emplace_back(rows.text(row, 1));
  }
  return operators;
}

}  // namespace

KeyOperators foreign_key_operators(Transaction& transaction, std::span<const Oid> foreign_keys) {
  return operators_of(
      transaction,
      "SELECT c.oid, pg_catalog.format('OPERATOR(%I.%s)', n.nspname, o.oprname)"
      " FROM pg_catalog.pg_constraint AS c"
      " CROSS JOIN LATERAL pg_catalog.unnest(c.conpfeqop) WITH ORDINALITY AS k(operator, place)"
      " JOIN pg_catalog.pg_operator AS o ON o.oid OPERATOR(pg_catalog.=) k.operator"
      " JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) o.oprnamespace"
      " WHERE c.oid OPERATOR(pg_catalog.=) ANY ($1::pg_catalog.oid[]) ORDER BY c.oid, k.place",
      foreign_keys);
}

KeyOperators index_operators(Transaction& transaction, std::span<const Oid> indexes) {
  return operators_of(
      transaction,
      "SELECT i.indexrelid, pg_catalog.format('OPERATOR(%I.%s)', n.nspname, o.oprname)"
      " FROM pg_catalog.pg_index AS i"
      " CROSS JOIN LATERAL pg_catalog.unnest(i.indclass::pg_catalog.oid[])"
      " WITH ORDINALITY AS k(class, place)"
      " JOIN pg_catalog.pg_opclass AS c ON c.oid OPERATOR(pg_catalog.=) k.class"
      " JOIN pg_catalog.pg_amop AS a ON a.amopfamily OPERATOR(pg_catalog.=) c.opcfamily"
      " AND a.amoplefttype OPERATOR(pg_catalog.=) c.opcintype"
      " AND a.amoprighttype OPERATOR(pg_catalog.=) c.opcintype"
      " AND a.amopstrategy OPERATOR(pg_catalog.=) 3::pg_catalog.int2"
      " JOIN pg_catalog.pg_operator AS o ON o.oid OPERATOR(pg_catalog.=) a.amopopr"
      " JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) o.oprnamespace"
      " WHERE i.indexrelid OPERATOR(pg_catalog.=) ANY ($1::pg_catalog.oid[])"
      " AND k.place OPERATOR(pg_catalog.<=) i.indnkeyatts ORDER BY i.indexrelid, k.place",
      indexes);
}

}  // namespace resow

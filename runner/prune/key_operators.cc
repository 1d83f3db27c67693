#include "runner/prune/key_operators.h"

#include <span>

#include "runner/catalog/row_values.h"

namespace resow {

KeyOperators read_key_operators(Transaction& transaction, const std::vector<Oid>& foreign_keys) {
  const Field parameters[] = {integer_array(std::span<const Oid>(foreign_keys))};
  const Rows rows = transaction.query(
      "SELECT c.oid, pg_catalog.format('OPERATOR(%I.%s)', n.nspname, o.oprname)"
      " FROM pg_catalog.pg_constraint AS c"
      " CROSS JOIN LATERAL pg_catalog.unnest(c.conpfeqop) WITH ORDINALITY AS k(operator, place)"
      " JOIN pg_catalog.pg_operator AS o ON o.oid OPERATOR(pg_catalog.=) k.operator"
      " JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) o.oprnamespace"
      " WHERE c.oid OPERATOR(pg_catalog.=) ANY ($1::pg_catalog.oid[]) ORDER BY c.oid, k.place",
      parameters, "read how keys are compared");
  KeyOperators operators;
  for (size_t row = 0; row < rows.size(); ++row) {
    operators[oid_at(rows, row, 0)].emplace_back(rows.text(row, 1));
  }
  return operators;
}

}  // namespace resow

#include "runner/key_operators.h"

#include <fmt/format.h>

#include "runner/sql_text.h"

namespace resow {

std::map<Oid, std::vector<std::string>> key_operators(Transaction& transaction,
                                                      std::span<const Oid> foreign_keys) {
  std::vector<Field> oids;
  for (const Oid oid : foreign_keys) oids.emplace_back(std::to_string(oid));
  const std::vector<Field> parameters = {array_text(oids)};
  const Rows rows = transaction.query(
      "SELECT k.oid::pg_catalog.int8, n.nspname, o.oprname FROM pg_catalog.pg_constraint AS k,"
      " pg_catalog.unnest(k.conpfeqop) WITH ORDINALITY AS u(operator, place)"
      " JOIN pg_catalog.pg_operator AS o ON o.oid OPERATOR(pg_catalog.=) u.operator"
      " JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) o.oprnamespace"
      " WHERE k.oid OPERATOR(pg_catalog.=) ANY ($1::pg_catalog.oid[])"
      " ORDER BY k.oid, u.place",
      parameters, "read the operators of foreign keys");
  std::map<Oid, std::vector<std::string>> operators;
  for (size_t row = 0; row < rows.size(); ++row) {
    operators[static_cast<Oid>(rows.integer(row, 0))].push_back(
        fmt::format("OPERATOR({}.{})", transaction.connection().quote_name(rows.text(row, 1)),
                    rows.text(row, 2)));
  }
  return operators;
}

}  // namespace resow

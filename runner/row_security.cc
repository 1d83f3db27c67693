#include "runner/row_security.h"

#include <set>
#include <string>

#include "runner/sql_text.h"

namespace resow {
namespace {

void alter(Transaction& transaction, const Relation& relation, const std::string& action) {
  transaction.execute(
      "ALTER TABLE " + table_name(transaction.connection(), relation) + " " + action,
      action + " on " + display_name(relation));
}

}  // namespace

std::vector<size_t> lift_row_security(Transaction& transaction, const Catalog& catalog,
                                      const Scope& scope) {
  std::set<size_t> tables(scope.clear.begin(), scope.clear.end());
  tables.insert(scope.seed.begin(), scope.seed.end());
  std::vector<size_t> lifted;
  for (const size_t index : tables) {
    const Relation& relation = catalog.relations[index];
    if (!relation.row_security_active || !relation.force_row_security ||
        !relation.privileges.owner) {
      continue;
    }
    alter(transaction, relation, "NO FORCE ROW LEVEL SECURITY");
    lifted.push_back(index);
  }
  return lifted;
}

void restore_row_security(Transaction& transaction, const Catalog& catalog,
                          const std::vector<size_t>& lifted) {
  for (const size_t index : lifted) {
    alter(transaction, catalog.relations[index], "FORCE ROW LEVEL SECURITY");
  }
}

}  // namespace resow

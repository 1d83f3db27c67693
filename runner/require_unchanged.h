#pragma once

#include "fixtures/catalog.h"
#include "fixtures/scope.h"
#include "runner/connection.h"

namespace resow {

// Locks the tables that a unit clears or seeds against changes of what the plan stands on (ROW
// EXCLUSIVE, which a DELETE takes too: rows may still be read and written), then compares with
// what is there now: the foreign keys that lead to them, their partitions, triggers, rules and row
// security. Throws DatabaseError when something is not as the catalog says; it names the table.
void require_unchanged(Transaction& transaction, const Catalog& catalog, const Scope& scope);

}  // namespace resow

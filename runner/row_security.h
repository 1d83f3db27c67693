#pragma once

#include <vector>

#include "fixtures/catalog.h"
#include "fixtures/scope.h"
#include "runner/connection.h"

namespace resow {

// Row security that a table forces upon its owner hides rows from counts and refuses COPY. Where
// the role owns such a table of the scope, it is lifted until restore_row_security(), within the
// transaction. Gives the relations for which that was done.
std::vector<size_t> lift_row_security(Transaction& transaction, const Catalog& catalog,
                                      const Scope& scope);

// REQUIRES: no deferred constraint is pending on these tables.
void restore_row_security(Transaction& transaction, const Catalog& catalog,
                          const std::vector<size_t>& lifted);

}  // namespace resow

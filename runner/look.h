#pragma once

#include "fixtures/catalog.h"
#include "fixtures/scope.h"
#include "fixtures/state.h"
#include "runner/connection.h"

namespace resow {

// Asks the database what a plan for `scope` has to know. Empty tables cost next to nothing (a size
// of zero blocks is read, not counted); others are counted exactly.
State look(Transaction& transaction, const Catalog& catalog, const Scope& scope);

}  // namespace resow

#pragma once

#include <vector>

#include "fixtures/catalog.h"
#include "fixtures/scope.h"
#include "fixtures/state.h"
#include "runner/connection.h"

namespace resow {

// Asks the database what a plan for `scope` has to know. Empty tables cost next to nothing (a size
// of zero blocks is read, not counted); others are counted exactly. Where row security keeps the
// role from counting, the catalog's estimate stands in, at least 1 for a table that has blocks.
// State::greatest is left out where there is no row; for a descending sequence it is the least.
// `lifted`: tables whose row security does not apply in this transaction after all.
// `count`: else rows are left alone, as a plan that changes nothing does not ask for them.
State look(Transaction& transaction, const Catalog& catalog, const Scope& scope,
           const std::vector<size_t>& lifted = {}, bool count = true);

}  // namespace resow

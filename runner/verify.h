#pragma once

#include <vector>

#include "fixtures/catalog.h"
#include "fixtures/plan.h"
#include "runner/connection.h"

namespace resow {

struct Verification {
  std::vector<Difference> differences;                  // in the order of the plan's expectations
  std::vector<std::pair<size_t, int64_t>> actual_rows;  // relation, rows
};

// Holds the plan's expectations against what is there. Changes nothing; SQL expectations run in a
// read-only subtransaction.
Verification verify(Transaction& transaction, const Catalog& catalog, const Plan& plan);

}  // namespace resow

#pragma once

#include <cstddef>
#include <vector>

#include "fixtures/catalog.h"
#include "fixtures/plan.h"
#include "fixtures/remake_facts.h"
#include "runner/connection.h"

namespace resow {

// Asks the server about the indexes of `tables` and of those that they refer to, about all foreign
// keys from and to `tables`, and about what else is at work while `plan` fills its tables.
RemakeFacts read_remake_facts(Transaction& transaction, const Catalog& catalog, const Plan& plan,
                              const std::vector<size_t>& tables);

}  // namespace resow

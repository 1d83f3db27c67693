// Asks the server about the values that a dataset writes out, before any row is made.
#pragma once

#include <vector>

#include "fixtures/catalog.h"
#include "fixtures/dataset.h"
#include "fixtures/fault.h"
#include "fixtures/scope.h"
#include "runner/connection.h"
#include "runner/value_verdicts.h"

namespace resow {

// A fault for each written value (see written_values.h) that the server cannot read as a value of
// its column's type, that a check on that column alone refuses, or that lies in no partition.
// Nothing is changed; a bad value does not end the transaction. What `verdicts` know is not asked
// again.
std::vector<Fault> check_values(Transaction& transaction, const Catalog& catalog,
                                const Dataset& dataset, const Scope& scope,
                                ValueVerdicts& verdicts);

}  // namespace resow

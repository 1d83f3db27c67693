// Asks the server about the values that a dataset writes out for types that only it can read.
#pragma once

#include <vector>

#include "fixtures/catalog.h"
#include "fixtures/dataset.h"
#include "fixtures/fault.h"
#include "fixtures/scope.h"
#include "runner/connection.h"

namespace resow {

// A fault for each value that the dataset writes out and that the server cannot read as a value of
// its column's type (see open_literals.h). Nothing is changed; a bad value does not end the
// transaction.
std::vector<Fault> check_literals(Transaction& transaction, const Catalog& catalog,
                                  const Dataset& dataset, const Scope& scope);

}  // namespace resow

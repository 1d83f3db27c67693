#pragma once

#include <cstdint>
#include <functional>

#include "fixtures/catalog.h"
#include "fixtures/plan.h"
#include "fixtures/report.h"
#include "runner/connection.h"

namespace resow {

// Called now and then with the rows done since the last call. May be called from any worker.
using OnRows = std::function<void(uint64_t rows)>;

// Carries out a plan within the transaction: clear, check that it is clear, load, patch, sequences.
// Does not commit. Throws DatabaseError (step, schema, table named), Interrupted, and StillThere
// when rows survived every way to clear them.
SchemaReport execute(Transaction& transaction, const Catalog& catalog, const Plan& plan,
                     const OnRows& on_rows);

}  // namespace resow

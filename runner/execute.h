#pragma once

#include <cstdint>
#include <functional>

#include "fixtures/catalog.h"
#include "fixtures/plan.h"
#include "fixtures/report.h"
#include "runner/connection.h"
#include "runner/load_table.h"

namespace resow {

// Carries out a plan within the transaction: clear, check that it is clear, load, patch, check what
// was deferred, sequences. Does not commit. Throws DatabaseError (step, schema, table named),
// Interrupted, and StillThere when rows survived every way to clear them.
SchemaReport execute(Transaction& transaction, const Catalog& catalog, const Plan& plan,
                     const OnRows& on_rows);

}  // namespace resow

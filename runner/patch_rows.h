#pragma once

#include "fixtures/catalog.h"
#include "fixtures/plan.h"
#include "runner/connection.h"

namespace resow {

// Sets the columns that were loaded as NULL because their foreign keys close a cycle. Rows whose
// value is NULL are left alone. Throws DatabaseError, also when a row is not found again.
void patch_rows(Transaction& transaction, const Catalog& catalog, const Program& program,
                const PatchStep& step);

}  // namespace resow

#pragma once

#include "fixtures/catalog.h"
#include "fixtures/plan.h"
#include "runner/connection.h"
#include "runner/findings.h"

namespace resow {

// expected::NoOrphans: rows whose foreign key leads nowhere, for every foreign key of the table,
// also those that are NOT VALID or were not enforced while rows came in.
void check_orphans(Transaction& transaction, const Catalog& catalog, const Plan& plan,
                   Findings& findings);

// expected::SequenceBeyond: the next value of a sequence lies beyond the greatest of its column.
void check_sequences(Transaction& transaction, const Catalog& catalog, const Plan& plan,
                     Findings& findings);

}  // namespace resow

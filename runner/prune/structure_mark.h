// Whether tables are still what they were when the catalog was read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fixtures/catalog.h"
#include "fixtures/prune_plan.h"
#include "runner/connection.h"

namespace resow {

// It is another one as soon as a table that a plan changes gains, loses or alters a column, a
// trigger (every foreign key to it has some), a rule or row security, or a partition of it is
// detached. A partition that is new changes nothing.
struct StructureMark {
  std::vector<Oid> relations;  // the plan's tables, and their partitions
  std::string mark;
};

// For each plan.
std::vector<StructureMark> structure_marks(Transaction& transaction, const Catalog& catalog,
                                           const std::vector<PrunePlan>& plans);

// Throws DatabaseError where it is another one now; `what`: the schemas. What the transaction has
// changed by then stays as it is until its end, for it holds the locks.
void require_structure(Transaction& transaction, const StructureMark& mark, std::string_view what);

}  // namespace resow

// One tenant brought to the structure of its template.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "fixtures/structure/sync_plan.h"
#include "runner/connection.h"

namespace resow {

// What a plan would cost, and what keeps it from being done, as the rows say.
struct SyncFindings {
  std::vector<std::pair<SyncLoss, int64_t>> losses;  // with the number of values that are not NULL
  std::vector<Fault> faults;                         // of rows that do not fit
};
SyncFindings look_at_rows(Transaction& transaction, const StructureGraph& found,
                          const SyncPlan& plan);

// The same in the transaction that changes them: nobody writes into these tables any more.
SyncFindings look_at_locked_rows(Transaction& transaction, const StructureGraph& found,
                                 const SyncPlan& plan);

// Does it: keeps what would be lost, changes, compares with the template, and writes down the way
// back. `run`: its number in the history, where both are kept; nothing: nothing is kept, and
// nothing must be lost. Throws DatabaseError where it did not become like the template.
void sync_tenant(Transaction& transaction, const StructureGraph& wanted,
                 const StructureGraph& found, const SyncChoices& choices, const SyncPlan& plan,
                 const std::string& creator, std::optional<int64_t> run);

}  // namespace resow

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "runner/history/run_log.h"
#include "runner/prune/archive.h"
#include "runner/prune/subtree.h"

namespace resow {

using RemovedRows = std::map<size_t, RunCount>;  // by index into PrunePlan::tables

// Gives the rows to the archive (nullptr: to none) and deletes them, all in one statement, so that
// the foreign keys among them are checked when all are gone. REQUIRES: they are locked. Throws
// DatabaseError, also where a trigger or a rule keeps one of them.
RemovedRows remove_rows(Transaction& transaction, const PruneContext& context,
                        const LockedRows& locked, const std::vector<uint32_t>& gone,
                        Archive* archive, size_t first_archived);

}  // namespace resow

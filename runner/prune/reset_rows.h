// Columns that get a value again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "runner/prune/archive.h"
#include "runner/prune/row_scan.h"

namespace resow {

// The rows of plan.resets[place] that have another value.
RowScan reset_scan(const PruneContext& context, const Connection& connection, size_t place);

// Locks them, gives keys, old values and new ones to the archive (nullptr: to none) and sets the
// columns of those that differ still. Gives how many those are.
int64_t reset_rows(Transaction& transaction, const PruneContext& context, size_t place,
                   const std::vector<Candidate>& candidates, Archive* archive, size_t archived);

}  // namespace resow

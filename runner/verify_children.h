#pragma once

#include <cstdint>
#include <set>

#include "fixtures/catalog.h"
#include "fixtures/plan.h"
#include "runner/connection.h"
#include "runner/findings.h"

namespace resow {

// Up to this many parents are compared key by key; above, how many parents have how many children.
inline constexpr uint64_t kParentsByKey = 100'000;

// expected::RowsPerParent: how many children each parent has, recomputed from the plan's program.
// Expectations that are `proven` already are passed over.
void check_rows_per_parent(Transaction& transaction, const Catalog& catalog, const Plan& plan,
                           const std::set<size_t>& proven, Findings& findings,
                           uint64_t parents_by_key = kParentsByKey);

}  // namespace resow

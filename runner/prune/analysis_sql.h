// Queries that count, over whole tables and set-based, what a plan would delete and reset.
#pragma once

#include <string>

#include "runner/connection.h"
#include "runner/prune/prune_context.h"

namespace resow {

// Method: pins bottom-up (each foreign key's values in rows that stay), then what follows top-down;
// within circles of foreign keys by recursion over rows. To be run within as_the_policy_reads().
// Columns: place (of plan.tables, then of plan.resets), rows, rows that go (that are reset), rows
// that are chosen and stay, for each edge of the plan to the table (in their order) how many of
// these it keeps (bigint[]), oldest, newest, oldest and newest that go (text). "" for an empty
// plan.
std::string totals_sql(const Connection& connection, const PruneContext& context);

// Likewise. Columns: place of plan.tables, month ("2026-01", NULL), rows, rows that go. "" where no
// table has a time.
std::string months_sql(const Connection& connection, const PruneContext& context);

}  // namespace resow

// One query that counts, over whole tables and set-based, what a plan would delete and reset.
#pragma once

#include <string>

#include "fixtures/catalog.h"
#include "fixtures/prune_plan.h"
#include "runner/connection.h"
#include "runner/prune/key_operators.h"

namespace resow {

struct AnalysisSql {
  // Columns: place (of plan.tables, then of plan.resets), rows, rows that go (that are reset), rows
  // that are chosen and stay, for each edge of the plan to the table (in their order) how many of
  // these it keeps (bigint[]), oldest, newest, oldest and newest that go (text).
  std::string totals;
  // Columns: place of plan.tables, month ("2026-01", NULL), rows, rows that go. "" where no table
  // has a time.
  std::string months;
};

// Method: pins bottom-up (each foreign key's values in rows that stay), then what follows top-down;
// within circles of foreign keys by recursion over rows. To be run within as_the_policy_reads().
AnalysisSql analysis_sql(const Connection& connection, const Catalog& catalog,
                         const PrunePlan& plan, const KeyOperators& operators);

}  // namespace resow

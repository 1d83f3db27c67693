#include "runner/execute.h"

#include <algorithm>
#include <map>

#include "runner/clear_tables.h"
#include "runner/fill_tables.h"
#include "runner/local_settings.h"
#include "runner/plan_report.h"
#include "runner/remake_keys.h"
#include "runner/set_sequences.h"

namespace resow {

namespace {

uint64_t most_rows(const Plan& plan) {
  uint64_t rows = 0;
  for (const LoadStep& step : plan.load) rows = std::max(rows, step.rows);
  return rows;
}

}  // namespace

SchemaReport execute(Transaction& transaction, const Catalog& catalog, const Plan& plan,
                     const OnRows& on_rows) {
  transaction.execute(kPlanChecksOnce, "plan checks of foreign keys once");
  if (plan.defer_constraints) {
    transaction.execute(kDefer, "defer constraints");
  }
  const std::vector<int64_t> removed = clear_tables(transaction, catalog, plan);
  const Remaking& remaking = plan.remaking;
  const bool remakes = !remaking.indexes.empty() || !remaking.keys.empty();
  if (remakes || !plan.relaxed.empty()) {
    // The server alters no table that a deferred check still waits for.
    transaction.execute(kCheckDeferred, "check deferred constraints");
    if (remakes) drop_keys(transaction, catalog, remaking);
    if (plan.defer_constraints) transaction.execute(kDefer, "defer constraints");
  }
  // Before the rows: a trigger that draws from a sequence goes on after our ids.
  set_sequences(transaction, catalog, plan.sequences);
  fill_tables(transaction, catalog, plan, on_rows);
  transaction.execute(kPlanAsUsual, "plan by the number of rows again");
  transaction.execute(kPinnedPath, "name everything in full again");
  if (remakes) allow_memory(transaction, most_rows(plan));
  make_indexes(transaction, catalog, remaking);
  make_foreign_keys(transaction, catalog, remaking);

  SchemaReport report = report_plan(catalog, plan);
  for (size_t i = 0; i < removed.size(); ++i) {
    report.tables[i].removed = removed[i];
    // What was done, not what it was expected to take.
    if (plan.clear[i].by_cost) report.tables[i].why.clear();
    if (plan.clear[i].strategy == ClearStrategy::kSkip) report.tables[i].why = "was empty";
  }
  return report;
}

}  // namespace resow

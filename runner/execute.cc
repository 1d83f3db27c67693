#include "runner/execute.h"

#include <map>

#include "runner/clear_tables.h"
#include "runner/patch_rows.h"
#include "runner/plan_report.h"
#include "runner/set_sequences.h"

namespace resow {
namespace {

// Unless told otherwise the server plans every check of a foreign key anew for the first five rows
// that it looks at: most of the time that it takes to empty or fill a small table.
constexpr const char* kPlanChecksOnce = "SET LOCAL plan_cache_mode = force_generic_plan";
constexpr const char* kPlanAsUsual = "SET LOCAL plan_cache_mode TO DEFAULT";

}  // namespace

SchemaReport execute(Transaction& transaction, const Catalog& catalog, const Plan& plan,
                     const OnRows& on_rows) {
  transaction.execute(kPlanChecksOnce, "plan checks of foreign keys once");
  if (plan.defer_constraints) {
    transaction.execute("SET CONSTRAINTS ALL DEFERRED", "defer constraints");
  }
  const std::vector<int64_t> removed = clear_tables(transaction, catalog, plan);
  for (const LoadStep& step : plan.load) {
    load_table(transaction, catalog, plan.program, step, on_rows);
  }
  if (!plan.patch.empty()) transaction.execute(kPlanAsUsual, "plan by the number of rows again");
  for (const PatchStep& step : plan.patch) patch_rows(transaction, catalog, plan.program, step);
  // Else they would fail at COMMIT, where nothing says what was being done.
  transaction.execute("SET CONSTRAINTS ALL IMMEDIATE", "check deferred constraints");
  transaction.execute(kPlanAsUsual, "plan by the number of rows again");
  set_sequences(transaction, catalog, plan.sequences);

  SchemaReport report = report_plan(catalog, plan);
  for (size_t i = 0; i < removed.size(); ++i) report.tables[i].removed = removed[i];
  return report;
}

}  // namespace resow

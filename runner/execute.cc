#include "runner/execute.h"

#include <map>

#include "runner/clear_tables.h"
#include "runner/patch_rows.h"
#include "runner/plan_report.h"
#include "runner/remake_keys.h"
#include "runner/set_sequences.h"

namespace resow {
namespace {

// Unless told otherwise the server plans every check of a foreign key anew for the first five rows
// that it looks at: most of the time that it takes to empty or fill a small table.
constexpr const char* kPlanChecksOnce = "SET LOCAL plan_cache_mode = force_generic_plan";
constexpr const char* kDefer = "SET CONSTRAINTS ALL DEFERRED";
constexpr const char* kCheckDeferred = "SET CONSTRAINTS ALL IMMEDIATE";
constexpr const char* kPlanAsUsual = "SET LOCAL plan_cache_mode TO DEFAULT";

}  // namespace

SchemaReport execute(Transaction& transaction, const Catalog& catalog, const Plan& plan,
                     const OnRows& on_rows) {
  transaction.execute(kPlanChecksOnce, "plan checks of foreign keys once");
  if (plan.defer_constraints) {
    transaction.execute(kDefer, "defer constraints");
  }
  const std::vector<int64_t> removed = clear_tables(transaction, catalog, plan);
  std::vector<DroppedKey> dropped;
  if (!plan.remade.empty()) {
    transaction.execute(kCheckDeferred, "check deferred constraints");
    dropped = drop_keys(transaction, catalog, plan);
    if (plan.defer_constraints) transaction.execute(kDefer, "defer constraints");
  }
  for (const LoadStep& step : plan.load) {
    load_table(transaction, catalog, plan.program, step, on_rows);
  }
  if (!plan.patch.empty()) transaction.execute(kPlanAsUsual, "plan by the number of rows again");
  for (const PatchStep& step : plan.patch) patch_rows(transaction, catalog, plan.program, step);
  // Else they would fail at COMMIT, where nothing says what was being done.
  transaction.execute(kCheckDeferred, "check deferred constraints");
  transaction.execute(kPlanAsUsual, "plan by the number of rows again");
  make_keys(transaction, catalog, dropped);
  set_sequences(transaction, catalog, plan.sequences);

  SchemaReport report = report_plan(catalog, plan);
  for (size_t i = 0; i < removed.size(); ++i) report.tables[i].removed = removed[i];
  return report;
}

}  // namespace resow

#include "runner/execute.h"

#include <map>

#include "runner/clear_tables.h"
#include "runner/patch_rows.h"
#include "runner/plan_report.h"
#include "runner/set_sequences.h"

namespace resow {

SchemaReport execute(Transaction& transaction, const Catalog& catalog, const Plan& plan,
                     const OnRows& on_rows) {
  if (plan.defer_constraints) {
    transaction.execute("SET CONSTRAINTS ALL DEFERRED", "defer constraints");
  }
  const std::vector<int64_t> removed = clear_tables(transaction, catalog, plan);
  for (const LoadStep& step : plan.load) {
    load_table(transaction, catalog, plan.program, step, on_rows);
  }
  for (const PatchStep& step : plan.patch) patch_rows(transaction, catalog, plan.program, step);
  // Else they would fail at COMMIT, where nothing says what was being done.
  transaction.execute("SET CONSTRAINTS ALL IMMEDIATE", "check deferred constraints");
  set_sequences(transaction, catalog, plan.sequences);

  SchemaReport report = report_plan(catalog, plan);
  for (size_t i = 0; i < removed.size(); ++i) report.tables[i].removed = removed[i];
  return report;
}

}  // namespace resow

#include "runner/fill_what_can.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "runner/database_failure.h"
#include "runner/fill_tables.h"
#include "runner/local_settings.h"
#include "runner/plan_report.h"
#include "runner/set_sequences.h"
#include "runner/told_rows.h"

namespace resow {
namespace {

struct Attempt {
  std::vector<LeftOut> refused;
  std::vector<size_t> done;
  std::map<size_t, uint64_t> rows;
  std::vector<std::pair<std::string, std::string>> preserved;  // before anything was done
  Plan last;
};

// `check_at_once`: what is deferred is checked table by table.
Attempt fill_all(Transaction& transaction, const Catalog& catalog, const PlanRest& plan_rest,
                 const OnRows& on_rows, std::vector<LeftOut> refused, bool check_at_once) {
  Attempt attempt;
  attempt.refused = std::move(refused);
  std::vector<ForeignKeyRef> relaxed;
  for (bool first = true;; first = false) {
    attempt.last = plan_rest(attempt.refused, attempt.done);
    const Plan& plan = attempt.last;
    if (first) attempt.preserved = report_plan(catalog, plan).preserved;
    transaction.execute(kPlanChecksOnce, "plan checks of foreign keys once");
    if (plan.defer_constraints) {
      transaction.execute("SET CONSTRAINTS ALL DEFERRED", "defer constraints");
    } else if (check_at_once) {
      transaction.execute(kCheckDeferred, "check constraints at once");
    }
    FilledTables filled = fill_some_tables(transaction, catalog, plan, on_rows);
    transaction.execute(kPlanAsUsual, "plan by the number of rows again");
    transaction.execute(kPinnedPath, "name everything in full again");
    set_sequences(transaction, catalog, plan.sequences);
    for (const auto& [relation, rows] : filled.rows) {
      attempt.done.push_back(relation);
      attempt.rows[relation] += rows;
    }
    for (LeftOut& table : filled.refused) {
      attempt.last.left_out.push_back(table);  // a next plan would know it; there may be none
      attempt.refused.push_back(std::move(table));
    }
    relaxed.insert(relaxed.end(), plan.relaxed.begin(), plan.relaxed.end());
    if (filled.complete) {
      attempt.last.relaxed = std::move(relaxed);
      return attempt;
    }
  }
}

SchemaReport report_of(const Catalog& catalog, Attempt attempt) {
  SchemaReport report = report_plan(catalog, attempt.last);
  report.tables.clear();
  report.preserved = std::move(attempt.preserved);
  for (const size_t relation : attempt.done) {
    TableReport& table = report.tables.emplace_back();
    table.schema = catalog.relations[relation].schema;
    table.table = catalog.relations[relation].name;
    table.seeded = static_cast<int64_t>(attempt.rows[relation]);
  }
  return report;
}

// The table that a deferred constraint found wanting. Throws the error where it names none, or one
// that is left out already.
void leave_out_at_fault(const Catalog& catalog, const DatabaseError& error,
                        std::vector<LeftOut>& refused) {
  const auto table = error.table.empty() ? std::nullopt : catalog.find(error.schema, error.table);
  const auto is_known = [&](const LeftOut& left) { return left.relation == table; };
  if (!table || std::any_of(refused.begin(), refused.end(), is_known)) throw error;
  refused.push_back({*table, {to_string(database_failure(error))}});
}

}  // namespace

SchemaReport fill_what_can(Transaction& transaction, const Catalog& catalog,
                           const PlanRest& plan_rest, const OnRows& on_rows) {
  std::vector<LeftOut> refused;
  for (bool check_at_once = false;;) {
    transaction.execute("SAVEPOINT resow_unit", "SAVEPOINT");
    try {
      ToldRows told(on_rows);
      Attempt attempt =
          fill_all(transaction, catalog, plan_rest, told.receiver(), refused, check_at_once);
      transaction.execute(kCheckDeferred, "check deferred constraints");
      restore_relaxed_keys(transaction, catalog, attempt.last);
      told.stay();
      return report_of(catalog, std::move(attempt));
    } catch (const DatabaseError& error) {
      if (is_about_the_session(error)) throw;
      if (check_at_once) leave_out_at_fault(catalog, error, refused);
    }
    check_at_once = true;
    transaction.execute("ROLLBACK TO SAVEPOINT resow_unit; RELEASE SAVEPOINT resow_unit",
                        "ROLLBACK TO SAVEPOINT");
  }
}

}  // namespace resow

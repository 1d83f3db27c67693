#include "runner/fill_what_can.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "fixtures/partitions.h"
#include "runner/database_failure.h"
#include "runner/fill_tables.h"
#include "runner/local_settings.h"
#include "runner/plan_report.h"
#include "runner/refusal_text.h"
#include "runner/set_sequences.h"
#include "runner/sql_text.h"
#include "runner/told_rows.h"

namespace resow {
namespace {

struct Attempt : FoundSoFar {
  std::map<size_t, uint64_t> rows;
  std::vector<std::pair<std::string, std::string>> preserved;  // before anything was done
  std::vector<std::string> notes;
  Plan last;
};

void prepare(Transaction& transaction, const Catalog& catalog, const Plan& plan,
             WhenChecked check) {
  // Before the rows: a trigger that draws from a sequence goes on after our ids.
  set_sequences(transaction, catalog, plan.sequences);
  transaction.execute(kPlanChecksOnce, "plan checks of foreign keys once");
  if (plan.defer_constraints) {
    transaction.execute(kDefer, "defer constraints");
  } else if (check == WhenChecked::kEach) {
    transaction.execute(kCheckDeferred, "check constraints at once");
  }
}

// True when one of them was not known.
bool learn(const std::vector<ForeignKeyRef>& made_by_triggers, Attempt& attempt) {
  const size_t before = attempt.made_by_triggers.size();
  for (const ForeignKeyRef& ref : made_by_triggers) {
    auto& known = attempt.made_by_triggers;
    if (std::find(known.begin(), known.end(), ref) == known.end()) known.push_back(ref);
  }
  return attempt.made_by_triggers.size() > before;
}

Attempt fill_all(Transaction& transaction, const Catalog& catalog, const Dataset& dataset,
                 const PlanRest& plan_rest, const OnRows& on_rows,
                 const std::vector<LeftOut>& refused, WhenChecked check) {
  Attempt attempt;
  attempt.refused = refused;
  Tried tried;
  std::vector<ForeignKeyRef> relaxed;
  bool again = false;  // what was refused is tried once more, when the others are there
  for (bool first = true;; first = false) {
    attempt.last = plan_rest(attempt);
    const Plan& plan = attempt.last;
    if (first) attempt.preserved = report_plan(catalog, plan).preserved;
    prepare(transaction, catalog, plan, check);
    FilledTables filled =
        fill_some_tables(transaction, catalog, dataset, plan, check, attempt.done, tried, on_rows);
    transaction.execute(kPlanAsUsual, "plan by the number of rows again");
    transaction.execute(kPinnedPath, "name everything in full again");
    for (const auto& [relation, rows] : filled.rows) {
      attempt.done.push_back(relation);
      attempt.rows[relation] += rows;
    }
    for (LeftOut& table : filled.refused) {
      attempt.last.left_out.push_back(table);  // a next plan would know it; there may be none
      attempt.refused.push_back(std::move(table));
    }
    const bool learned = learn(filled.made_by_triggers, attempt);
    std::move(filled.found.begin(), filled.found.end(), std::back_inserter(attempt.found));
    attempt.notes.insert(attempt.notes.end(), filled.notes.begin(), filled.notes.end());
    relaxed.insert(relaxed.end(), plan.relaxed.begin(), plan.relaxed.end());
    if (!filled.complete) continue;
    if ((!again || learned) && attempt.refused.size() > refused.size()) {
      attempt.refused = refused;
      again = true;
      continue;
    }
    attempt.last.relaxed = std::move(relaxed);
    return attempt;
  }
}

// A trigger may take rows away again, at the latest when what is deferred is checked.
void leave_out_what_is_gone(Transaction& transaction, const Catalog& catalog, Attempt& attempt) {
  std::erase_if(attempt.done, [&](size_t relation) {
    if (attempt.rows[relation] == 0) return false;
    const Rows rows = transaction.query(
        "SELECT FROM " + table_name(transaction.connection(), catalog.relations[relation]) +
            " LIMIT 1",
        "look at " + display_name(catalog.relations[relation]));
    if (rows.size() > 0) return false;
    attempt.last.left_out.push_back(
        {relation, {"its rows are gone: a trigger took them away again"}});
    return true;
  });
}

SchemaReport report_of(const Catalog& catalog, Attempt attempt) {
  SchemaReport report = report_plan(catalog, attempt.last);
  report.tables.clear();
  report.preserved = std::move(attempt.preserved);
  report.notes.insert(report.notes.end(), attempt.notes.begin(), attempt.notes.end());
  for (const size_t relation : attempt.done) {
    TableReport& table = report.tables.emplace_back();
    table.schema = catalog.relations[relation].schema;
    table.table = catalog.relations[relation].name;
    table.seeded = static_cast<int64_t>(attempt.rows[relation]);
  }
  return report;
}

// Leaves out the table that a deferred constraint found wanting. False where the error names none,
// or one that is left out already.
bool leave_out_at_fault(const Catalog& catalog, const DatabaseError& error,
                        std::vector<LeftOut>& refused) {
  auto table = error.table.empty() ? std::nullopt : catalog.find(error.schema, error.table);
  if (!table) return false;
  table = partition_root(catalog, *table);
  const auto is_known = [&](const LeftOut& left) { return left.relation == *table; };
  if (std::any_of(refused.begin(), refused.end(), is_known)) return false;
  refused.push_back({*table, {refusal_text(catalog, error)}});
  return true;
}

}  // namespace

SchemaReport fill_what_can(Transaction& transaction, const Catalog& catalog, const Dataset& dataset,
                           const PlanRest& plan_rest, const OnRows& on_rows) {
  constexpr size_t kMostAtEnd = 3;  // tables that are found wanting one after the other
  std::vector<LeftOut> refused;
  for (WhenChecked check = WhenChecked::kAtEnd;;) {
    transaction.execute("SAVEPOINT resow_unit", "SAVEPOINT");
    try {
      ToldRows told(on_rows);
      Attempt attempt =
          fill_all(transaction, catalog, dataset, plan_rest, told.receiver(), refused, check);
      use_search_path(transaction, attempt.last);
      transaction.execute(kCheckDeferred, "check deferred constraints");
      transaction.execute(kPinnedPath, "name everything in full again");
      restore_relaxed_keys(transaction, catalog, attempt.last);
      leave_out_what_is_gone(transaction, catalog, attempt);
      told.stay();
      return report_of(catalog, std::move(attempt));
    } catch (const DatabaseError& error) {
      if (is_about_the_session(error)) throw;
      const bool left_out = (check == WhenChecked::kEach || refused.size() < kMostAtEnd) &&
                            leave_out_at_fault(catalog, error, refused);
      if (!left_out && check == WhenChecked::kEach) throw;
      // What the schema itself puts off until the end is put off, as long as that leads anywhere.
      if (!left_out) check = WhenChecked::kEach;
    }
    transaction.execute("ROLLBACK TO SAVEPOINT resow_unit; RELEASE SAVEPOINT resow_unit",
                        "ROLLBACK TO SAVEPOINT");
  }
}

}  // namespace resow

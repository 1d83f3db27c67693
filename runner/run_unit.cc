#include "runner/run_unit.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "fixtures/filled_tables.h"
#include "fixtures/partitions.h"
#include "fixtures/plan.h"
#include "fixtures/remade_keys.h"
#include "fixtures/text.h"
#include "fixtures/written_keys.h"
#include "runner/baseline/baseline.h"
#include "runner/check_values.h"
#include "runner/commit_surely.h"
#include "runner/fill_what_can.h"
#include "runner/findings.h"
#include "runner/judge.h"
#include "runner/lock.h"
#include "runner/lock_room.h"
#include "runner/look.h"
#include "runner/look_up_keys.h"
#include "runner/plan_report.h"
#include "runner/read_remake_facts.h"
#include "runner/require_unchanged.h"
#include "runner/row_security.h"
#include "runner/sql_text.h"
#include "runner/verify.h"
#include "runner/verify_sql.h"

namespace resow {
namespace {

using Clock = std::chrono::steady_clock;

// Adds up how long each phase takes.
class Stopwatch {
 public:
  explicit Stopwatch(std::map<std::string, double>& seconds) : seconds_(seconds) {}
  void lap(const char* phase) {
    const auto now = Clock::now();
    seconds_[phase] += std::chrono::duration<double>(now - std::exchange(last_, now)).count();
  }

 private:
  std::map<std::string, double>& seconds_;
  Clock::time_point last_ = Clock::now();
};

bool has_column(const JudgedRows& rows, const JudgedColumn& other) {
  return std::any_of(rows.columns.begin(), rows.columns.end(),
                     [&](const JudgedColumn& column) { return column.column == other.column; });
}

bool has_columns_of(const JudgedRows& rows, const JudgedRows& others) {
  return std::all_of(others.columns.begin(), others.columns.end(),
                     [&](const JudgedColumn& other) { return has_column(rows, other); });
}

bool has_one_value(const JudgedColumn& column) {
  return std::all_of(column.values.begin(), column.values.end(),
                     [&](const Constant& value) { return value == column.values.front(); });
}

// Whether there is nothing, or one value of each.
bool has_one_row(const std::vector<JudgedColumn>& columns) {
  return std::all_of(columns.begin(), columns.end(), has_one_value);
}

// Columns that have one value in all rows that satisfy the checks had it in the rows that were
// tried, too.
void add_what_is_constant(const JudgedRows& judged, JudgedRows& added) {
  const size_t rows = added.columns.empty() ? 0 : added.columns.front().values.size();
  for (const JudgedColumn& column : judged.columns) {
    if (has_column(added, column) || !has_one_value(column) || rows == 0) continue;
    added.columns.push_back(
        {column.column, std::vector<Constant>(rows, column.values.front()), std::nullopt});
  }
}

// What was found by trying goes along with what the server said of checks. Where it has all columns
// of that, it was tried against the same checks, and more; else the checks come first.
void add_found_rows(const FoundSoFar& found, Judgements& judgements) {
  for (const auto& [relation, rows] : found.found) {
    JudgedRows added = rows;
    const size_t table = relation;
    for (const JudgedRows& judged : judgements.rows[table]) add_what_is_constant(judged, added);
    std::erase_if(judgements.rows[table], [&](const JudgedRows& judged) {
      return has_one_row(judged.by) && has_columns_of(added, judged);
    });
    std::erase_if(added.columns, [&](const JudgedColumn& column) {
      return judgements.find(table, column.column).column != nullptr;
    });
    if (!added.columns.empty()) judgements.rows[table].push_back(std::move(added));
  }
}

// `judgements`: of plans before, and what is found for this one.
Plan plan(Transaction& transaction, const Task& task, const Scope& chosen, Judgements& judgements,
          const std::vector<size_t>& lifted = {}, const FoundSoFar& found = {}) {
  Scope scope = chosen;
  if (!found.done.empty()) {
    take_from_seed(task.catalog, *task.dataset, {found.done.begin(), found.done.end()}, scope);
  }
  for (const ForeignKeyRef& ref : found.made_by_triggers) {
    judgements.made_by_triggers.emplace(ref.relation, ref.foreign_key);
  }
  add_found_rows(found, judgements);
  const bool changes = task.request.clear || task.request.seed;
  State state = look(transaction, task.catalog, scope, lifted, changes);
  const bool adds = task.request.seed && !task.request.clear;
  const bool keeps = adds && !task.request.takes_tables_for_empty();
  if (task.dataset != nullptr && keeps &&
      keep_filled_tables(task.catalog, *task.dataset, state, scope)) {
    state = look(transaction, task.catalog, scope, lifted);
  }
  if (task.dataset != nullptr && task.request.seed) {
    state.absent = look_up_keys(transaction, task.catalog,
                                keys_to_look_up(task.catalog, *task.dataset, scope, state));
  }
  state.refused = found.refused;
  state.judgements = judgements;
  Plan steps =
      make_judged_plan(transaction, task.catalog, task.dataset, task.request, scope, state);
  const std::vector<size_t> remakable =
      tables_worth_remaking(task.catalog, task.request, state, steps);
  if (!remakable.empty()) {
    steps.remaking =
        choose_remaking(task.catalog, task.request, state, steps,
                        read_remake_facts(transaction, task.catalog, steps, remakable));
  }
  judgements = std::move(state.judgements);
  return steps;
}

void require_lock_room(Transaction& transaction, const Catalog& catalog, const Scope& scope) {
  std::vector<Fault> faults = check_lock_room(transaction, catalog, scope);
  if (!faults.empty()) throw InputError(std::move(faults));
}

// The plan, once the server takes what the dataset writes out. All faults at once.
Plan plan_of_readable(Transaction& transaction, const Task& task, const Scope& scope,
                      const std::vector<size_t>& lifted = {}) {
  std::vector<Fault> faults;
  if (task.dataset != nullptr && task.request.seed) {
    faults = check_values(transaction, task.catalog, *task.dataset, scope, *task.verdicts);
  }
  Plan steps;
  try {
    Judgements judgements;
    steps = plan(transaction, task, scope, judgements, lifted);
  } catch (const InputError& error) {
    std::vector<Fault> others = error.faults();
    std::erase_if(others, [&](const Fault& fault) {
      return std::any_of(faults.begin(), faults.end(),
                         [&](const Fault& value) { return follows_from(fault, value); });
    });
    append(faults, std::move(others));
  } catch (const DatabaseError& error) {
    if (error.connection_lost || faults.empty()) throw;
  }
  if (!faults.empty()) throw InputError(std::move(faults));
  return steps;
}

// Also what will be asked at the end can be asked.
Plan plan_to_the_end(Transaction& transaction, const Task& task, const Scope& scope) {
  require_lock_room(transaction, task.catalog, scope);
  Plan steps = plan_of_readable(transaction, task, scope);
  if (!task.request.verify) return steps;
  std::vector<Fault> faults = check_queries(transaction, steps);
  if (!faults.empty()) throw InputError(std::move(faults));
  return steps;
}

uint64_t rows_to_load(const Plan& plan) {
  uint64_t rows = 0;
  for (const LoadStep& step : plan.load) rows += step.rows;
  return rows;
}

uint64_t rows_to_compare(const Plan& plan) {
  uint64_t rows = 0;
  for_each_expectation<expected::Content>(
      plan, [&](size_t, const Expectation&, const expected::Content& content) {
        if (!content.columns.empty())
          rows += plan.program.tables[content.program_table].shape.rows();
      });
  return rows;
}

// Says in the report what was expected and what was found, table by table.
void add_verification(const Catalog& catalog, const Plan& plan, Verification verification,
                      UnitResult& result) {
  const auto table = [&](size_t index) -> TableReport& {
    const Relation& relation = catalog.relations[index];
    auto& tables = result.report.tables;
    const auto found = std::find_if(tables.begin(), tables.end(), [&](const TableReport& t) {
      return t.schema == relation.schema && t.table == relation.name;
    });
    if (found != tables.end()) return *found;
    TableReport& added = tables.emplace_back();
    added.schema = relation.schema;
    added.table = relation.name;
    return added;
  };
  for (const Expectation& expectation : plan.expectations) {
    const auto* rows = std::get_if<expected::Rows>(&expectation.what);
    if (rows != nullptr && expectation.relation && rows->low == rows->high) {
      table(*expectation.relation).expected = rows->low;
    } else if (rows != nullptr && expectation.relation) {
      table(*expectation.relation).expected_between = {rows->low, rows->high};
    }
    const auto* content = std::get_if<expected::Content>(&expectation.what);
    if (content == nullptr) continue;
    for (const expected::NotCompared& column : content->not_compared) {
      table(*expectation.relation).not_compared.emplace_back(column.column, column.why);
    }
  }
  for (const auto& [index, rows] : verification.actual_rows) table(index).actual = rows;
  for (auto& [index, breakdown] : verification.breakdowns) {
    table(index).by.push_back(std::move(breakdown));
  }
  result.report.checks = std::move(verification.checks);
  result.differences = std::move(verification.differences);
  if (!result.differences.empty()) result.report.outcome = Outcome::kDifferences;
}

// What a unit that is rolled back did not do after all.
void take_back(SchemaReport& report) {
  for (TableReport& table : report.tables) {
    table.removed.reset();
    table.seeded.reset();
  }
}

// Rows of tables that stay and refer to what goes are looked at before anything goes. A row that
// another transaction has added and not committed would not be seen, and then go along (ON DELETE
// CASCADE) with the one it refers to: wait for such a transaction, and keep others from beginning.
void hold_referenced_tables(Transaction& transaction, const Catalog& catalog, const Scope& scope) {
  std::map<Oid, size_t> referenced;
  for (const ForeignKeyRef& ref : scope.dangling) {
    const size_t table = catalog.relations[ref.relation].foreign_keys[ref.foreign_key].referenced;
    referenced.emplace(catalog.relations[table].oid, table);
  }
  for (const auto& [oid, table] : referenced) {
    const Relation& relation = catalog.relations[table];
    transaction.execute(
        "LOCK TABLE " + table_name(transaction.connection(), relation) + " IN EXCLUSIVE MODE",
        "lock " + display_name(relation) + ", which tables that stay refer to");
  }
}

std::vector<std::string> shared_sequences(const Catalog& catalog, const Scope& scope) {
  std::vector<std::string> names;
  for (const auto& [oid, table] : scope.shared_sequences) {
    const Sequence& sequence = catalog.sequences.at(oid);
    names.push_back(display_name(sequence.schema, sequence.name));
  }
  return names;
}

SchemaReport fill_rest(Transaction& transaction, const Task& task, const Scope& scope,
                       const std::vector<size_t>& lifted, const ChangeOptions& options) {
  bool told = false;
  Judgements judgements;
  const auto plan_rest = [&](const FoundSoFar& found) {
    Plan steps = plan(transaction, task, scope, judgements, lifted, found);
    if (options.on_planned && !std::exchange(told, true)) options.on_planned(rows_to_load(steps));
    return steps;
  };
  return fill_what_can(transaction, task.catalog, *task.dataset, plan_rest, options.on_rows);
}

// Whether a key that is taken may be that of a row that was there.
bool meets_rows_that_stay(const DatabaseError& error, const Catalog& catalog, const Plan& plan) {
  if (error.sqlstate != "23505" || error.table.empty()) return false;
  const auto named = catalog.find(error.schema, error.table);
  return named && std::any_of(plan.load.begin(), plan.load.end(), [&](const LoadStep& step) {
           return step.relation == partition_root(catalog, *named) && step.beside > 0;
         });
}

UnitResult change_in(Transaction& transaction, const Task& task, const Scope& scope,
                     const ChangeOptions& options) {
  UnitResult result;
  Stopwatch watch(result.seconds);
  if (options.before_change) options.before_change(transaction);
  require_lock_room(transaction, task.catalog, scope);
  std::vector<std::string> schemas = scope.schemas;
  schemas.insert(schemas.end(), scope.partition_schemas.begin(), scope.partition_schemas.end());
  const LockMode mode = task.request.slice ? LockMode::kShared : LockMode::kExclusive;
  lock_schemas(transaction, schemas, options.lock_wait, options.on_wait, mode);
  const bool moves_sequences = task.request.seed && !task.request.slice;
  if (moves_sequences) lock_sequences(transaction, shared_sequences(task.catalog, scope));
  if (options.baseline) pause_journals(transaction, scope.schemas);
  hold_referenced_tables(transaction, task.catalog, scope);
  require_unchanged(transaction, task.catalog, scope);
  const std::vector<size_t> lifted = lift_row_security(transaction, task.catalog, scope);
  if (task.request.leave_out) {
    result.report = fill_rest(transaction, task, scope, lifted, options);
    watch.lap("change");
    restore_row_security(transaction, task.catalog, lifted);
    commit_surely(transaction, options.connection);
    watch.lap("commit");
    return result;
  }
  const Plan steps = plan_of_readable(transaction, task, scope, lifted);
  if (options.on_planned) options.on_planned(rows_to_load(steps));
  watch.lap("plan");
  try {
    result.report = execute(transaction, task.catalog, steps, options.on_rows);
  } catch (DatabaseError& error) {
    if (meets_rows_that_stay(error, task.catalog, steps)) {
      error.hint = "\"resow seed\" adds to the rows that are there; \"resow apply\" empties first" +
                   (error.hint.empty() ? "" : "; " + error.hint);
    }
    throw;
  }
  watch.lap("change");
  if (task.request.verify) {
    add_verification(task.catalog, steps, verify(transaction, task.catalog, steps), result);
    watch.lap("verify");
  }
  if (!result.differences.empty()) {
    take_back(result.report);
    return result;
  }
  restore_row_security(transaction, task.catalog, lifted);
  if (options.rehearse) return result;
  if (options.baseline) {
    for (const std::string& schema : scope.schemas) take_baseline(transaction, schema);
    watch.lap("baseline");
  }
  commit_surely(transaction, options.connection);
  watch.lap("commit");
  return result;
}

// What is there then becomes the baseline: how each table is tracked from there on.
void add_baselines(Transaction& transaction, const Scope& scope, SchemaReport& report) {
  for (const std::string& schema : scope.schemas) {
    const Planned planned = plan_of(transaction, schema);
    std::string lines = to_string(planned.plan, planned.catalog);
    // The first one names the schema, which stands above all where it is the only one.
    const std::string name = one_line(schema) + ": ";
    if (scope.schemas.size() == 1) lines.erase(0, name.size());
    report.text += "  then the baseline: ";
    for (const char c : lines) report.text += c == '\n' ? std::string("\n  ") : std::string(1, c);
    report.text.erase(report.text.size() - 2);
    report.notes.push_back(
        fmt::format("{}becomes the baseline: {}", scope.schemas.size() == 1 ? "" : name,
                    count_of_things(static_cast<int64_t>(planned.plan.tables.size()), "table")));
  }
}

}  // namespace

std::string unit_name(const Scope& scope) {
  return fmt::format("{}", fmt::join(scope.schemas, ", "));
}

uint64_t plan_unit(Connection& connection, const Task& task, const Scope& scope) {
  Transaction transaction(connection, Access::kReadOnly);
  return rows_to_load(plan_to_the_end(transaction, task, scope));
}

UnitResult preview_unit(Connection& connection, const Task& task, const Scope& scope,
                        bool baseline) {
  UnitResult result;
  Stopwatch watch(result.seconds);
  Transaction transaction(connection, Access::kReadOnly);
  const Plan steps = plan_to_the_end(transaction, task, scope);
  result.report = report_plan(task.catalog, steps);
  result.report.outcome = Outcome::kPreview;
  result.report.text = to_string(steps, task.catalog);
  if (baseline) add_baselines(transaction, scope, result.report);
  watch.lap("plan");
  return result;
}

UnitResult verify_unit(Connection& connection, const Task& task, const Scope& scope,
                       const OnRows& on_planned, const OnRows& on_rows) {
  UnitResult result;
  Stopwatch watch(result.seconds);
  result.report.schema = unit_name(scope);
  Transaction transaction(connection, Access::kReadOnly);
  Judgements judgements;
  const Plan steps = plan(transaction, task, scope, judgements);
  watch.lap("plan");
  if (on_planned && task.request.content) on_planned(static_cast<long>(rows_to_compare(steps)));
  add_verification(task.catalog, steps, verify(transaction, task.catalog, steps, on_rows), result);
  watch.lap("verify");
  return result;
}

UnitResult change_unit(Connection& connection, LockObserver& observer, const Task& task,
                       const Scope& scope, const ChangeOptions& options) {
  Transaction transaction(connection, Access::kReadWrite);
  return observer.watched(transaction, unit_name(scope), options.lock_wait,
                          [&] { return change_in(transaction, task, scope, options); });
}

}  // namespace resow

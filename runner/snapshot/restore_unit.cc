#include "runner/snapshot/restore_unit.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "fixtures/clear_plan.h"
#include "fixtures/remade_keys.h"
#include "fixtures/restore_plan.h"
#include "fixtures/text.h"
#include "generators/encode.h"
#include "runner/at_table.h"
#include "runner/baseline/baseline.h"
#include "runner/clear_tables.h"
#include "runner/commit_surely.h"
#include "runner/fill_tables.h"
#include "runner/local_settings.h"
#include "runner/lock.h"
#include "runner/lock_room.h"
#include "runner/look.h"
#include "runner/plan_report.h"
#include "runner/read_remake_facts.h"
#include "runner/remake_keys.h"
#include "runner/require_unchanged.h"
#include "runner/row_security.h"
#include "runner/run_unit.h"
#include "runner/snapshot/stored_sequences.h"
#include "runner/snapshot/table_rows.h"
#include "runner/sql_text.h"
#include "runner/told_rows.h"
#include "runner/triggers.h"

namespace resow {
namespace {

// By relation: its place in the snapshot.
using KeptTables = std::map<size_t, size_t>;

KeptTables kept_tables(const RestoreTask& task, const Scope& scope) {
  const std::set<size_t> wanted(scope.clear.begin(), scope.clear.end());
  KeptTables kept;
  const std::vector<SnapshotTable>& tables = task.file.header().tables;
  for (size_t i = 0; i < tables.size(); ++i) {
    const auto index = task.catalog.find(tables[i].schema, tables[i].name);
    if (index && wanted.contains(*index)) kept.emplace(*index, i);
  }
  return kept;
}

std::vector<SnapshotSequence> sequences_of_unit(const RestoreTask& task, const Scope& scope) {
  std::vector<SnapshotSequence> sequences;
  for (const SnapshotSequence& sequence : task.file.header().sequences) {
    if (std::find(scope.schemas.begin(), scope.schemas.end(), sequence.schema) !=
        scope.schemas.end()) {
      sequences.push_back(sequence);
    }
  }
  return sequences;
}

struct Restoring {
  Catalog catalog;  // with the triggers switched off
  std::map<size_t, std::vector<std::string>> triggers;
  KeptTables tables;
  Plan plan;
};

Restoring plan_of_unit(Transaction& transaction, const RestoreTask& task, const Scope& scope,
                       const std::vector<size_t>& lifted) {
  Restoring restoring;
  restoring.triggers = triggers_to_switch_off(task.catalog, scope);
  restoring.catalog = without_triggers(task.catalog, restoring.triggers);
  restoring.tables = kept_tables(task, scope);
  std::map<size_t, uint64_t> rows;
  for (const auto& [relation, place] : restoring.tables) {
    rows[relation] = task.file.sums()[place].rows;
  }
  const Catalog& catalog = restoring.catalog;
  const State state = look(transaction, catalog, scope, lifted);
  restoring.plan = plan_restore(catalog, scope, state, rows);
  Request request;
  request.clear = request.seed = true;
  const std::vector<size_t> remakable =
      tables_worth_remaking(catalog, request, state, restoring.plan);
  if (!remakable.empty()) {
    restoring.plan.remaking =
        choose_remaking(catalog, request, state, restoring.plan,
                        read_remake_facts(transaction, catalog, restoring.plan, remakable));
  }
  return restoring;
}

std::vector<TriggerState> switch_off(Transaction& transaction, const Restoring& restoring) {
  std::vector<ClearStep> steps;
  for (const auto& [relation, names] : restoring.triggers) {
    ClearStep step;
    step.relation = relation;
    step.disable_triggers = names;
    steps.push_back(std::move(step));
  }
  return disable_triggers(transaction, restoring.catalog, steps);
}

DatabaseError not_the_same(const Relation& relation, const std::string& what) {
  DatabaseError error(what);
  error.schema = relation.schema;
  error.table = relation.name;
  error.step = "compare the rows of " + display_name(relation) + " with the snapshot";
  return error;
}

void load_kept_rows(Transaction& transaction, const RestoreTask& task, const Relation& relation,
                    size_t place, bool frozen, const OnRows& on_rows) {
  const SnapshotTable& table = task.file.header().tables[place];
  const Connection& connection = transaction.connection();
  std::string columns;
  for (const SnapshotColumn& column : table.columns) {
    columns += (columns.empty() ? "" : ", ") + connection.quote_name(column.name);
  }
  at_table(relation, [&] {
    CopyIn copy(transaction,
                fmt::format("COPY {} ({}) FROM STDIN (FORMAT {}, FREEZE {})",
                            table_name(connection, relation), columns,
                            table.binary ? "binary" : "text", frozen),
                "COPY " + display_name(relation));
    if (table.binary) copy.write(copy_binary_header());
    task.file.each_block(place, [&](const BlockHead& head, std::string_view bytes) {
      copy.write(bytes);
      if (on_rows) on_rows(head.rows);
    });
    if (table.binary) copy.write(copy_binary_trailer());
    copy.finish();
  });
}

void fill_from(Transaction& transaction, const RestoreTask& task, const Restoring& restoring,
               const OnRows& on_rows) {
  for (const LoadStep& step : restoring.plan.load) {
    if (step.rows == 0) continue;
    load_kept_rows(transaction, task, restoring.catalog.relations[step.relation],
                   restoring.tables.at(step.relation),
                   comes_in_frozen(restoring.catalog, restoring.plan, step.relation), on_rows);
  }
}

void compare_with_file(Transaction& transaction, const RestoreTask& task,
                       const Restoring& restoring) {
  for (const auto& [index, place] : restoring.tables) {
    const Relation& relation = restoring.catalog.relations[index];
    RowSum sum;
    each_row(transaction, relation, task.file.header().tables[place],
             [&](std::string_view row) { sum.add(row); });
    const RowSum& kept = task.file.sums()[place];
    if (sum.rows != kept.rows) {
      throw not_the_same(relation,
                         fmt::format("{} came back, and the snapshot holds {}",
                                     count_of_things(static_cast<int64_t>(sum.rows), "row"),
                                     count_of_things(static_cast<int64_t>(kept.rows), "row")));
    }
    if (sum != kept) {
      throw not_the_same(relation, "the rows that came back are not those of the snapshot");
    }
  }
}

// The steps of execute(), with rows out of the file.
void execute_restore(Transaction& transaction, const RestoreTask& task, const Scope& scope,
                     const Restoring& restoring, const OnRows& on_rows, SchemaReport& report) {
  const Catalog& catalog = restoring.catalog;
  const Plan& plan = restoring.plan;
  transaction.execute(kPlanChecksOnce, "plan checks of foreign keys once");
  if (plan.defer_constraints) transaction.execute(kDefer, "defer constraints");
  const std::vector<int64_t> removed = clear_tables(transaction, catalog, plan);
  for (size_t i = 0; i < removed.size(); ++i) report.tables[i].removed = removed[i];
  transaction.execute(kCheckDeferred, "check deferred constraints");
  drop_keys(transaction, catalog, plan.remaking);
  relax_keys(transaction, catalog, plan);
  if (plan.defer_constraints) transaction.execute(kDefer, "defer constraints");
  use_search_path(transaction, plan);  // checks and generated columns may name what is there
  fill_from(transaction, task, restoring, on_rows);
  transaction.execute(kCheckDeferred, "check deferred constraints");
  restore_relaxed_keys(transaction, catalog, plan);
  transaction.execute(kPlanAsUsual, "plan by the number of rows again");
  transaction.execute(kPinnedPath, "name everything in full again");
  uint64_t most = 0;
  for (const LoadStep& step : plan.load) most = std::max(most, step.rows);
  if (!plan.remaking.indexes.empty() || !plan.remaking.keys.empty()) {
    allow_memory(transaction, most);
  }
  make_indexes(transaction, catalog, plan.remaking);
  make_foreign_keys(transaction, catalog, plan.remaking);
  restore_sequences(transaction, sequences_of_unit(task, scope));
}

// Those of the unit's schemas that have one.
std::vector<std::string> baselines_of(Transaction& transaction, const Scope& scope) {
  std::vector<std::string> schemas;
  for (const std::string& schema : baseline_schemas(transaction)) {
    if (std::find(scope.schemas.begin(), scope.schemas.end(), schema) != scope.schemas.end()) {
      schemas.push_back(schema);
    }
  }
  return schemas;
}

void add_notes(const Restoring& restoring, const std::vector<std::string>& baselines,
               size_t sequences, Plan& plan) {
  for (const auto& [relation, names] : restoring.triggers) {
    plan.notes.push_back(fmt::format(
        "{} of {} {} switched off meanwhile",
        names.size() == 1 ? "trigger " + names.front()
                          : fmt::format("triggers {}", fmt::join(names, ", ")),
        display_name(restoring.catalog.relations[relation]), names.size() == 1 ? "is" : "are"));
  }
  if (sequences > 0) {
    plan.notes.push_back(count_of_things(static_cast<int64_t>(sequences), "sequence") +
                         " set to where " + (sequences == 1 ? "it" : "they") + " stood");
  }
  for (const std::string& schema : baselines) {
    plan.notes.push_back("what is restored becomes the baseline of " + schema);
  }
}

SchemaReport restore_in(Transaction& transaction, const RestoreTask& task, const Scope& scope,
                        const RestoreSettings& settings) {
  if (settings.before_change) settings.before_change(transaction);
  std::vector<Fault> faults = check_lock_room(transaction, task.catalog, scope);
  if (!faults.empty()) throw InputError(std::move(faults));
  std::vector<std::string> schemas = scope.schemas;
  schemas.insert(schemas.end(), scope.partition_schemas.begin(), scope.partition_schemas.end());
  lock_schemas(transaction, schemas, settings.lock_wait, settings.on_wait);
  const std::vector<std::string> baselines = baselines_of(transaction, scope);
  if (!baselines.empty()) pause_journals(transaction, baselines);
  require_unchanged(transaction, task.catalog, scope);
  const std::vector<size_t> lifted = lift_row_security(transaction, task.catalog, scope);
  Restoring restoring = plan_of_unit(transaction, task, scope, lifted);
  add_notes(restoring, baselines, sequences_of_unit(task, scope).size(), restoring.plan);
  SchemaReport report = report_plan(restoring.catalog, restoring.plan);
  const std::vector<TriggerState> states = switch_off(transaction, restoring);
  execute_restore(transaction, task, scope, restoring, settings.on_rows, report);
  compare_with_file(transaction, task, restoring);
  restore_triggers(transaction, states);
  restore_row_security(transaction, task.catalog, lifted);
  for (const std::string& schema : baselines) take_baseline(transaction, schema);
  commit_surely(transaction, settings.connection);
  return report;
}

}  // namespace

std::vector<Fault> restore_faults(Transaction& transaction, const RestoreTask& task,
                                  const std::vector<Scope>& units) {
  std::vector<Fault> faults;
  for (const Scope& scope : units) {
    std::vector<size_t> left_alone;
    for (const PreservedTable& table : scope.preserved) left_alone.push_back(table.relation);
    append(faults, misfits(task.file.header(), task.catalog, scope.schemas, left_alone));
    append(faults, sequence_misfits(transaction, task.file.header(), scope.schemas));
    for (const size_t index : scope.clear) {
      const Relation& relation = task.catalog.relations[index];
      if (relation.privileges.owner) continue;
      faults.push_back({display_name(relation), "the connected role does not own it",
                        "connect as its owner, or as a member of that role"});
    }
  }
  return faults;
}

SchemaReport preview_restore(Transaction& transaction, const RestoreTask& task,
                             const Scope& scope) {
  Restoring restoring = plan_of_unit(transaction, task, scope, {});
  add_notes(restoring, baselines_of(transaction, scope), sequences_of_unit(task, scope).size(),
            restoring.plan);
  SchemaReport report = report_plan(restoring.catalog, restoring.plan);
  report.outcome = Outcome::kPreview;
  report.text = to_string(restoring.plan, restoring.catalog);
  return report;
}

SchemaReport restore_unit(Connection& connection, LockObserver& observer, const RestoreTask& task,
                          const Scope& scope, const RestoreSettings& settings) {
  Transaction transaction(connection, Access::kReadWrite);
  return observer.watched(transaction, unit_name(scope), settings.lock_wait,
                          [&] { return restore_in(transaction, task, scope, settings); });
}

}  // namespace resow

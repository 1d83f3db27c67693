#include "runner/make_draft.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fixtures/dataset_json.h"
#include "fixtures/guard.h"
#include "fixtures/partitions.h"
#include "fixtures/plan.h"
#include "fixtures/scope.h"
#include "runner/commands/inspect.h"
#include "runner/database_failure.h"
#include "runner/guard_facts.h"
#include "runner/judge.h"
#include "runner/load_table.h"
#include "runner/lock_observer.h"
#include "runner/look.h"
#include "runner/read_catalog.h"
#include "runner/run_unit.h"
#include "runner/sql_text.h"

namespace resow {
namespace {

constexpr const char* kFile = "dataset.json";

Request request_of_apply() {
  Request request;
  request.clear = request.seed = request.verify = true;
  return request;
}

std::vector<size_t> without_rows(Transaction& transaction, const Catalog& catalog,
                                 const std::vector<size_t>& relations) {
  std::vector<size_t> empty;
  for (const size_t index : relations) {
    const Relation& relation = catalog.relations[index];
    if (!relation.privileges.select || relation.row_security_active) continue;
    const Rows rows = transaction.query(
        "SELECT FROM " + table_name(transaction.connection(), relation) + " LIMIT 1",
        "look at " + display_name(relation));
    if (rows.empty()) empty.push_back(index);
  }
  return empty;
}

Draft first_draft(Transaction& transaction, const Catalog& catalog, const DraftOptions& options) {
  const std::vector<std::string>& patterns = options.schemas.include;
  DraftScope scope = choose_draft_scope(catalog, patterns, {});
  const std::vector<size_t> needed =
      without_rows(transaction, catalog, needed_elsewhere(catalog, scope));
  if (!needed.empty()) scope = choose_draft_scope(catalog, patterns, needed);

  Draft draft;
  draft.name = catalog.database;
  draft.schemas = scope.schemas;
  if (scope.keys.empty()) return draft;
  const Dataset dataset = automatic_dataset(catalog, scope, options.rows);
  Request request;
  request.seed = request.leave_out = true;
  for (const Scope& unit : choose_scopes(catalog, &dataset, request)) {
    if (unit.seed.empty()) continue;
    const State state = look(transaction, catalog, unit);
    const Plan plan = make_plan(catalog, &dataset, request, unit, state);
    for (DraftTable& table : draft_tables(catalog, scope, dataset, plan, state)) {
      draft.tables.push_back(std::move(table));
    }
  }
  return draft;
}

// The draft as apply reads it.
struct Reading {
  Dataset dataset;
  Catalog catalog;
  std::vector<Scope> units;
};

Reading read(Transaction& transaction, const Draft& draft) {
  Reading reading;
  reading.dataset = parse_dataset(to_text(draft, true), kFile);
  reading.catalog =
      read_catalog(transaction, schemas_to_read(&reading.dataset, Request()), CatalogDetail::kAll);
  reading.units = choose_scopes(reading.catalog, &reading.dataset, request_of_apply());
  return reading;
}

// The table of the draft that stands for this one, or for the root of this partition.
DraftTable* find_table(Draft& draft, const Catalog& catalog, const std::string& schema,
                       const std::string& table) {
  const auto relation = catalog.find(schema, table);
  if (!relation) return nullptr;
  const Relation& root = catalog.relations[partition_root(catalog, *relation)];
  return find_table(draft, root.schema, root.name);
}

// Rows that stay would refer to rows that go: those stay too.
bool keep_referenced(const Catalog& catalog, const Scope& unit, const State& state, Draft& draft) {
  bool kept = false;
  for (const ForeignKeyRef& ref : unit.dangling) {
    const auto rows = state.dangling.find({ref.relation, ref.foreign_key});
    if (rows == state.dangling.end() || rows->second == 0) continue;
    const Relation& referencing = catalog.relations[ref.relation];
    const Relation& target =
        catalog.relations[referencing.foreign_keys[ref.foreign_key].referenced];
    DraftTable* table = find_table(draft, catalog, target.schema, target.name);
    if (table == nullptr || !table->left_out.empty()) continue;
    table->left_out = {fmt::format("rows of {} refer to it, and stay", display_name(referencing))};
    kept = true;
  }
  return kept;
}

// The function of the trigger that raised an error: the outermost of its context.
std::string_view trigger_function_of(std::string_view context) {
  constexpr std::string_view kFunction = "PL/pgSQL function ";
  const size_t at = context.rfind(kFunction);
  if (at == std::string_view::npos) return "";
  const std::string_view name = context.substr(at + kFunction.size());
  return name.substr(0, name.find('('));
}

// Of an error that names no table, as one of a trigger does that fires when the transaction ends:
// those that have such a trigger.
std::vector<size_t> tables_with_trigger_of(const Catalog& catalog, const DatabaseError& error) {
  std::vector<size_t> tables;
  const std::string_view function = trigger_function_of(error.context);
  if (!error.table.empty() || function.empty()) return tables;
  for (size_t i = 0; i < catalog.relations.size(); ++i) {
    const std::vector<Trigger>& triggers = catalog.relations[i].triggers;
    const bool raises = std::any_of(triggers.begin(), triggers.end(), [&](const Trigger& trigger) {
      const std::string_view name = trigger.function;
      return trigger.constraint &&
             (name == function || name.ends_with(fmt::format(".{}", function)));
    });
    if (raises) tables.push_back(i);
  }
  return tables;
}

// The table whose rows were coming in when a trigger of it failed, be it in another table.
std::optional<size_t> table_with_trigger_at_work(const Catalog& catalog,
                                                 const DatabaseError& error) {
  if (trigger_function_of(error.context).empty()) return std::nullopt;
  for (size_t i = 0; i < catalog.relations.size(); ++i) {
    if (error.step == load_step_name(catalog.relations[i])) return i;
  }
  return std::nullopt;
}

// What keeps apply from planning; `kept` where tables were left out meanwhile.
std::vector<Fault> faults_of(Transaction& transaction, const Reading& reading, Draft& draft,
                             bool& kept) {
  std::vector<Fault> faults;
  for (const Scope& unit : reading.units) {
    State state = look(transaction, reading.catalog, unit);
    try {
      make_judged_plan(transaction, reading.catalog, &reading.dataset, request_of_apply(), unit,
                       state);
    } catch (const InputError& error) {
      append(faults, error.faults());
    }
    kept |= keep_referenced(reading.catalog, unit, state, draft);
  }
  return faults;
}

// Simplifies the draft until a plan can be made of it. Gives the faults that it could not mend.
std::vector<Fault> mend_faults(Transaction& transaction, Draft& draft) {
  for (;;) {
    std::vector<Fault> faults;
    bool mended = false;
    try {
      faults = faults_of(transaction, read(transaction, draft), draft, mended);
    } catch (const InputError& error) {
      faults = error.faults();
    }
    if (faults.empty()) return {};
    std::set<std::string> done;
    for (const Fault& fault : faults) {
      if (done.insert(fault.where).second) mended |= simplify(draft, fault, kFile);
    }
    if (!mended) return faults;
  }
}

// One that stands for all schemas that are alike.
bool is_worth_a_rehearsal(const Scope& unit, const std::set<std::string>& schemas) {
  return !unit.seed.empty() &&
         std::any_of(unit.schemas.begin(), unit.schemas.end(),
                     [&](const std::string& schema) { return schemas.contains(schema); });
}

// Carries the draft out in one unit after the other, and rolls back. What the server refuses, or
// what is not there in the end as it should be, is left out; true when something was.
class Rehearsal {
 public:
  Rehearsal(Connection& connection, const DraftOptions& options, std::set<std::string> schemas)
      : connection_(connection),
        options_(options),
        schemas_(std::move(schemas)),
        observer_(options.connection, options.on_diagnostic) {}

  bool changes(const Reading& reading, Draft& draft) {
    const Request request = request_of_apply();
    const Task task{reading.catalog, &reading.dataset, request};
    bool changed = false;
    for (const Scope& unit : reading.units) {
      if (is_worth_a_rehearsal(unit, schemas_)) changed |= changes(task, unit, draft);
    }
    return changed;
  }

 private:
  bool changes(const Task& task, const Scope& unit, Draft& draft) {
    ChangeOptions change;
    change.connection = options_.connection;
    change.lock_wait = options_.lock_wait;
    change.rehearse = true;
    change.before_change = [](Transaction& transaction) {
      require_disposable(transaction, std::nullopt);
    };
    change.on_wait = options_.on_diagnostic;
    try {
      bool changed = false;
      for (const Difference& difference :
           change_unit(connection_, observer_, task, unit, change).differences) {
        changed |= leave(draft, task.catalog, difference.schema, difference.table,
                         fmt::format("it has not the rows in the end that it should have: "
                                     "expected {}, found {}",
                                     difference.expected, difference.actual));
      }
      return changed;
    } catch (const DatabaseError& error) {
      if (is_about_the_session(error) || !leave_at_fault(draft, task.catalog, error)) throw;
      return true;
    }
  }

  static bool leave_at_fault(Draft& draft, const Catalog& catalog, const DatabaseError& error) {
    const std::string why = to_string(database_failure(error));
    if (const auto table = table_with_trigger_at_work(catalog, error)) {
      const Relation& relation = catalog.relations[*table];
      if (leave(draft, catalog, relation.schema, relation.name, why)) return true;
    }
    bool left = leave(draft, catalog, error.schema, error.table, why);
    for (const size_t table : tables_with_trigger_of(catalog, error)) {
      left |= leave(draft, catalog, catalog.relations[table].schema, catalog.relations[table].name,
                    why);
    }
    return left;
  }

  static bool leave(Draft& draft, const Catalog& catalog, const std::string& schema,
                    const std::string& name, const std::string& why) {
    DraftTable* table = find_table(draft, catalog, schema, name);
    return table != nullptr && leave_to_others(*table, why);
  }

  Connection& connection_;
  const DraftOptions& options_;
  std::set<std::string> schemas_;
  LockObserver observer_;
};

void remark_on_faults(const std::vector<Fault>& faults, Draft& draft) {
  for (const Fault& fault : faults) {
    draft.remarks.push_back("apply would refuse this as it is: " + to_string(fault));
  }
}

}  // namespace

Draft make_draft(Connection& connection, const DraftOptions& given) {
  DraftOptions options = given;
  if (options.schemas.include.empty()) options.schemas.include = {"public"};
  std::optional<Transaction> reading(std::in_place, connection, Access::kReadOnly);
  const Catalog catalog = read_catalog(*reading, options.schemas, CatalogDetail::kAll);
  require_matches(catalog, options.schemas);
  const DatabaseFacts facts = ask_database_facts(*reading);
  const GuardVerdict verdict = judge(facts, std::nullopt);
  Draft draft = first_draft(*reading, catalog, options);
  std::set<std::string> schemas;
  for (const DraftTable& table : draft.tables) {
    schemas.insert(catalog.relations[table.relation].schema);
  }
  std::vector<Fault> faults;
  if (!draft.tables.empty()) faults = mend_faults(*reading, draft);
  if (!faults.empty() || draft.tables.empty() || !options.rehearse) {
    remark_on_faults(faults, draft);
    return draft;
  }
  if (!verdict.allowed) {
    draft.remarks.push_back("not tried out: " + to_string(verdict, facts));
    return draft;
  }
  Rehearsal rehearsal(connection, options, std::move(schemas));
  for (;;) {
    const Reading read_again = read(*reading, draft);
    reading.reset();
    const bool changed = rehearsal.changes(read_again, draft);
    if (!changed) return draft;
    reading.emplace(connection, Access::kReadOnly);
    faults = mend_faults(*reading, draft);
    if (faults.empty()) continue;
    remark_on_faults(faults, draft);
    return draft;
  }
}

}  // namespace resow

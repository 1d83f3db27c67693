#include "runner/prune/prune.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iterator>
#include <memory>
#include <set>

#include "fixtures/moment.h"
#include "fixtures/plan_id.h"
#include "fixtures/resolve_policy.h"
#include "fixtures/text.h"
#include "generators/calendar.h"
#include "generators/text_form.h"
#include "runner/each_schema.h"
#include "runner/guard_facts.h"
#include "runner/history/control_tables.h"
#include "runner/lock.h"
#include "runner/prune/prune_forecast.h"
#include "runner/prune/prune_report.h"
#include "runner/read_catalog.h"

namespace resow {
namespace {

using PruneClock = std::chrono::steady_clock;

int64_t server_moment(Transaction& transaction) {
  const Rows rows = transaction.query(
      "SELECT (pg_catalog.floor(EXTRACT(epoch FROM pg_catalog.now()))"
      " OPERATOR(pg_catalog.-) 946684800)::pg_catalog.int8",
      "ask for the time");
  return rows.integer(0, 0) * kMicrosecondsPerSecond;
}

// Only what the server itself says of being protected counts: a production database is what prune
// is for.
void ask_guard_of_prune(Transaction& transaction, bool execute, PruneResult& result) {
  const DatabaseFacts facts = ask_database_facts(transaction);
  result.database = facts.name;
  const GuardVerdict verdict = judge_protection(facts);
  result.guard_refuses = !verdict.allowed;
  if (!verdict.allowed) result.guard = to_string(verdict, facts);
  if (!verdict.allowed && execute) throw GuardRefused(facts, verdict);
}

std::vector<Oid> keys_of(const Catalog& catalog, const std::vector<PrunePlan>& plans) {
  std::set<Oid> keys;
  for (const PrunePlan& plan : plans) {
    for (const PruneEdge& edge : plan.edges) {
      keys.insert(catalog.relations[edge.key_owner].foreign_keys[edge.foreign_key].oid);
    }
  }
  return {keys.begin(), keys.end()};
}

void analyze_all(Connection& connection, const ConnectionOptions& options,
                 const PruneRequest& request, const KeyOperators& operators,
                 const PruneHooks& hooks, PruneResult& result) {
  if (hooks.on_pass) hooks.on_pass("counting", result.plans.size());
  std::vector<UnitAnalysis> found(result.plans.size());
  std::vector<std::vector<Fault>> faults(result.plans.size());
  for_each_schema(
      connection, options, request.jobs, result.plans.size(), [&](Connection& own, size_t i) {
        Transaction transaction(own, Access::kReadOnly);
        try {
          found[i] =
              analyze(transaction, {result.catalog, result.plans[i], operators}, request.by_month);
        } catch (const InputError& error) {
          faults[i] = error.faults();
        }
        if (hooks.on_done) hooks.on_done(1);
      });
  // Schemas that are alike have the same faults.
  std::vector<Fault> all;
  std::set<std::string> places;
  for (std::vector<Fault>& of_unit : faults) {
    for (Fault& fault : of_unit) {
      if (places.insert(fault.where).second) all.push_back(std::move(fault));
    }
  }
  if (!all.empty()) throw InputError(std::move(all));
  result.found = std::move(found);  // of all or of none
}

void require_fit(const PruneRequest& request, const PlanId& plan, const PruneResult& result,
                 int64_t done_before) {
  if (plan_hash(basis_of(request, result), plan.now, plan.rows) != plan.hash) {
    throw InputError(
        {{"--plan", "is no plan of this policy, its settings and this database as they are now",
          "look at the preview once more, and take the id that it prints"}});
  }
  const int64_t now = planned_rows(result) + done_before;
  const auto allowed =
      static_cast<int64_t>(std::floor(static_cast<double>(plan.rows) * request.tolerance));
  if (std::llabs(now - plan.rows) <= allowed) return;
  throw InputError(
      {{"--plan",
        fmt::format("the plan was about {}, and now it would be {}: more than {:g} % apart",
                    count_of_things(plan.rows, "row"), with_thousands(now),
                    request.tolerance * 100),
        "look at the preview once more, or allow it with --tolerance"}});
}

constexpr double kForever = 1e10;  // seconds

double seconds_of(const std::string& duration, int64_t now) {
  const auto moment = parse_moment("-" + duration, now);
  return moment ? static_cast<double>(now - *moment) / kMicrosecondsPerSecond : kForever;
}

// The history has a retention of its own.
void forget_what_is_old(Connection& connection, const Policy& policy, const PruneHooks& hooks) {
  if (!policy.history_keep && !policy.archive_keep) return;
  Transaction transaction(connection, Access::kReadWrite);
  const int64_t now = server_moment(transaction);
  const double history = policy.history_keep ? seconds_of(*policy.history_keep, now) : kForever;
  const double archive = policy.archive_keep ? seconds_of(*policy.archive_keep, now) : history;
  const Forgotten forgotten = forget_runs(transaction, history, archive);
  transaction.commit();
  for (const std::string& file : forgotten.files) {
    if (hooks.on_message) {
      hooks.on_message(fmt::format("{} belongs to a run that is forgotten, and may go", file));
    }
  }
}

// What was done is done, whether or not the history could be cleared.
void try_to_forget(Connection& connection, const Policy& policy, const PruneHooks& hooks) {
  try {
    forget_what_is_old(connection, policy, hooks);
  } catch (const DatabaseError& error) {
    if (error.connection_lost) throw;
    if (hooks.on_message) {
      hooks.on_message(
          fmt::format("the history keeps what is old until the next run: {}", error.what()));
    }
  }
}

// What was read together with the catalog.
struct Foundation {
  KeyOperators operators;
  std::vector<StructureMark> structure;  // as PruneResult::plans; of an execution
};

struct UnitOfRun {
  size_t unit = 0;
  size_t first_archived = 0;
};

// A run of its own in the history: all units that have something to do.
void execute_units(Connection& connection, const ConnectionOptions& options,
                   const PruneRequest& request, const Foundation& foundation,
                   const PruneHooks& hooks, PruneResult& result) {
  std::vector<UnitOfRun> units;
  std::vector<ArchivedTable> tables;
  for (size_t i = 0; i < result.plans.size(); ++i) {
    if (result.found[i].changes() == 0) continue;
    units.push_back({i, tables.size()});
    const std::vector<ArchivedTable> own = archived_tables(result.catalog, result.plans[i]);
    std::copy(own.begin(), own.end(), std::back_inserter(tables));
  }
  std::optional<ReplicaWatch> replicas;
  if (request.limits.lag) {
    replicas.emplace(*request.limits.lag, hooks.on_message);
    replicas->await(connection, [] { return true; });  // whether the role may see it at all
  }
  RunHead head;
  head.command = "prune";
  head.subject = request.policy.name;
  head.subject_hash = request.policy_hash;
  head.plan = result.plan_id;
  const std::string& folder =
      request.archive_folder.empty() ? request.policy.archive_folder : request.archive_folder;
  if (request.archive) head.archive = folder.empty() ? std::string(kArchiveInTable) : folder;
  RunLog log(options, head);
  result.run = log.id();
  log.keep_record_of([&] {
    const std::unique_ptr<Archive> archive =
        request.archive ? make_archive(log, std::move(tables)) : nullptr;
    const auto began = PruneClock::now();
    PruneSettings settings;
    settings.limits = request.limits;
    settings.archive = archive.get();
    settings.log = &log;
    settings.elapsed = [began] {
      return std::chrono::duration<double>(PruneClock::now() - began).count();
    };
    settings.on_rows = hooks.on_rows;
    settings.on_wait = hooks.on_message;
    settings.table_wait = request.lock_wait;
    settings.replicas = replicas ? &*replicas : nullptr;
    if (hooks.on_pass) hooks.on_pass("", units.size());
    for (const UnitOfRun& of : units) {
      if (!result.progress.stopped.empty()) break;
      const PrunePlan& plan = result.plans[of.unit];
      settings.first_archived = of.first_archived;
      settings.structure = &foundation.structure[of.unit];
      log.work_under(
          [&](Transaction& holding) {
            lock_schemas(holding, plan.schemas, request.lock_wait, hooks.on_message);
          },
          [&] {
            prune_unit(connection, {result.catalog, plan, foundation.operators}, settings,
                       result.progress, result.counts[of.unit]);
          });
      if (hooks.on_done) hooks.on_done(1);
    }
    if (archive) archive->close();
    try_to_forget(connection, request.policy, hooks);
    log.finish(result.progress.stopped.empty() ? RunState::kCompleted : RunState::kStopped,
               result.progress.stopped);
  });
}

}  // namespace

void prune(Connection& connection, const ConnectionOptions& options, const PruneRequest& request,
           const PruneHooks& hooks, PruneResult& result) {
  const bool execute = !request.plan.empty();
  std::optional<PlanId> plan;
  if (execute) {
    plan = parse_plan_id(request.plan);
    if (!plan) {
      throw InputError({{"--plan", fmt::format("\"{}\" is no plan's id", request.plan),
                         "take the one that the preview prints"}});
    }
  }
  Foundation foundation;
  int64_t done_before = 0, now = 0;
  {
    Transaction transaction(connection, Access::kReadOnly);
    ask_guard_of_prune(transaction, execute, result);
    now = plan ? plan->now : server_moment(transaction);
    result.now = timestamp_text(now);
    result.catalog = read_catalog(transaction, schemas_of_policy(request.policy, request.schemas),
                                  CatalogDetail::kAll);
    result.plans = make_prune_plans(result.catalog, request.policy, request.schemas, now);
    foundation.operators =
        foreign_key_operators(transaction, keys_of(result.catalog, result.plans));
    if (plan) {
      foundation.structure = structure_marks(transaction, result.catalog, result.plans);
      for (const RunCount& count : done_for_plan(transaction, request.plan)) {
        done_before += count.removed + count.reset;
      }
    }
  }
  result.counts.resize(result.plans.size());
  analyze_all(connection, options, request, foundation.operators, hooks, result);
  if (!execute) {
    result.facts = measure_tables(connection, result.catalog);
    add_notes(result);
    result.everything = emptied_without_a_word(result);
    for (const Fault& fault : obstacles(result, request.archive)) {
      result.notes.push_back(to_string(fault));
    }
    PlanId id{now, planned_rows(result), 0};
    id.hash = plan_hash(basis_of(request, result), id.now, id.rows);
    result.plan_id = to_string(id);
    return;
  }
  result.plan_id = request.plan;
  require_fit(request, *plan, result, done_before);
  result.everything = emptied_without_a_word(result);
  if (!result.everything.empty() && !request.allow_everything && done_before == 0) {
    std::vector<Fault> faults;
    for (const std::string& what : result.everything) {
      faults.push_back({"--execute", what, "say --allow-everything if that is meant"});
    }
    throw InputError(std::move(faults));
  }
  if (std::vector<Fault> faults = obstacles(result, request.archive); !faults.empty()) {
    throw InputError(std::move(faults));
  }
  const int64_t rows = planned_rows(result);
  if (hooks.on_planned) hooks.on_planned(static_cast<uint64_t>(rows));
  if (rows == 0) return;  // nothing is left to do
  execute_units(connection, options, request, foundation, hooks, result);
}

}  // namespace resow

// From a policy to what was pruned: preview, plan, execution.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fixtures/catalog.h"
#include "fixtures/pattern.h"
#include "fixtures/policy.h"
#include "fixtures/prune_plan.h"
#include "runner/connection.h"
#include "runner/inspection.h"
#include "runner/prune/analysis.h"
#include "runner/prune/prune_unit.h"

namespace resow {

struct PruneRequest {
  Policy policy;
  std::string policy_hash;  // of its text and the settings
  Selection schemas;        // -n, -N
  bool by_month = false;
  int jobs = 1;           // schemas that are counted at once
  double lock_wait = 30;  // for other runs
  // Of the execution.
  std::string plan;         // the id; "" for a preview
  double tolerance = 0.01;  // share of the plan's rows
  bool allow_everything = false;
  bool archive = true;
  std::string archive_folder;  // "" for the policy's, else the control schema
  PruneLimits limits;
};

// What was found, and what was done.
struct PruneResult {
  std::string database;
  Catalog catalog;
  std::vector<PrunePlan> plans;
  std::vector<UnitAnalysis> found;     // as `plans`
  std::map<size_t, TableFacts> facts;  // by relation: sizes, rows of what is preserved
  std::string now;                     // as of when rows are old: "2026-01-19 12:00:00+00"
  std::string plan_id;
  std::vector<std::string> notes;
  std::string guard;  // what it says of an execution
  bool guard_refuses = false;
  std::vector<std::string>
      everything;  // tables that would be emptied by a rule that does not say so
  // Of the execution.
  std::optional<int64_t> run;
  std::vector<std::vector<RunCount>> counts;  // as `plans`: PrunePlan::tables, then resets
  PruneProgress progress;
};

struct PruneHooks {
  std::function<void(std::string_view pass, size_t things)> on_pass;
  std::function<void(size_t things)> on_done;
  std::function<void(uint64_t rows)> on_planned;
  std::function<void(int64_t rows)> on_rows;
  std::function<void(std::string_view line)> on_message;
};

// Reads and counts; with request.plan does it. What was done stands in `result` also where this
// throws InputError, GuardRefused, DatabaseError, OutputError, Interrupted.
void prune(Connection& connection, const ConnectionOptions& options, const PruneRequest& request,
           const PruneHooks& hooks, PruneResult& result);

}  // namespace resow

// One unit of a command, over a connection that the caller keeps.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fixtures/catalog.h"
#include "fixtures/dataset.h"
#include "fixtures/report.h"
#include "fixtures/scope.h"
#include "runner/connection.h"
#include "runner/execute.h"
#include "runner/lock_observer.h"
#include "runner/value_verdicts.h"

namespace resow {

// What every unit of a command has in common.
struct Task {
  const Catalog& catalog;
  const Dataset* dataset;  // nullptr for a plain reset
  const Request& request;
  std::shared_ptr<ValueVerdicts> verdicts = std::make_shared<ValueVerdicts>();
};

struct UnitResult {
  SchemaReport report;
  std::vector<Difference> differences;
  std::map<std::string, double> seconds;  // by phase: "plan", "change", "verify", "commit"
};

struct ChangeOptions {
  ConnectionOptions connection;                     // to ask again, when a COMMIT is in doubt
  double lock_wait = 30;                            // seconds, for each lock
  bool baseline = false;                            // taken in the same transaction
  std::function<void(Transaction&)> before_change;  // throws to refuse
  std::function<void(uint64_t)> on_planned;         // rows that the plan will load
  OnRows on_rows;
  std::function<void(std::string_view)> on_wait;  // "waiting for pid 4711 (...)"
  bool rehearse = false;                          // everything is rolled back at the end
};

// "user_1", or "sales, hr" for schemas that change together.
std::string unit_name(const Scope& scope);

// The rows that this unit's plan would load. Throws InputError: what the plan has for faults.
// Changes nothing.
uint64_t plan_unit(Connection& connection, const Task& task, const Scope& scope);

// The plan in words, with its tables, and (baseline) how they would be tracked from then on.
// Changes nothing. Throws InputError: what the plan, or the baseline, has for faults.
UnitResult preview_unit(Connection& connection, const Task& task, const Scope& scope,
                        bool baseline);

// Holds what is there against the plan. Changes nothing. The first is told of rows whose values
// will be compared, the second as they are.
UnitResult verify_unit(Connection& connection, const Task& task, const Scope& scope,
                       const OnRows& on_planned, const OnRows& on_rows);

// Lock, look, plan, execute, verify; commits unless something differs, or to rehearse. Throws
// DatabaseError, InputError, Interrupted: then nothing was changed, unless the error is in doubt.
UnitResult change_unit(Connection& connection, LockObserver& observer, const Task& task,
                       const Scope& scope, const ChangeOptions& options);

}  // namespace resow

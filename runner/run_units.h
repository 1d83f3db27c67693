// Runs a command's units: each in a transaction of its own, several at once.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

#include "fixtures/catalog.h"
#include "fixtures/dataset.h"
#include "fixtures/report.h"
#include "fixtures/scope.h"
#include "runner/connection.h"

namespace resow {

struct RunOptions {
  ConnectionOptions connection;  // every worker opens one
  Connection* idle = nullptr;    // in no transaction: saves the first worker from opening its own
  int jobs = 1;
  bool execute = false;     // false: plans only, nothing is changed (ignored when nothing would be)
  bool keep_going = false;  // a unit that failed or differs does not keep the others from running
  bool baseline = false;    // the state that a unit was brought to becomes its schemas' baseline
  double lock_wait = 30;    // seconds to wait for locks of others before a unit fails
  // In each transaction that is to change something, before it does; throws to refuse. From any
  // worker, also two at once.
  std::function<void(Transaction&)> before_change;
  // These may be called from any worker, never two at once.
  std::function<void(uint64_t rows)> on_planned;  // rows that a plan will load
  std::function<void(int64_t rows)> on_rows;  // loaded since the last call, or rolled back (< 0)
  // All schemas are gone through: "planning", 1,000; then "" for what the command is about.
  std::function<void(std::string_view pass, size_t schemas)> on_pass;
  std::function<void(size_t schemas)> on_schemas;  // so many of the pass more are done
  std::function<void(std::string_view)>
      on_diagnostic;  // "user_1: waiting for pid 4711 (pytest ...)"
};

// For each unit: lock, look, plan, execute, verify (what `request` asks for), then commit, or roll
// back where a difference was found. Units are handed out in order; the report keeps that order.
// A unit that fails stops those that did not start, unless keep_going; what was committed stays,
// and the report says which. A unit that met a deadlock or a lock that was not available is tried
// again until lock_wait is over. When there are several units, all are planned once before the
// first change, so that a dataset that is impossible in one schema, or a table that may not be
// read, changes none. Throws InputError (the faults of all units; equal ones reported once), before
// any change; nothing else: what the guard refuses, and errors of ours, are in the report too,
// beside what was done before. Interrupted: the units in progress are rolled back and reported as
// failed; ask interrupted(). The caller sets Report::command.
Report run_units(const RunOptions& options, const Catalog& catalog, const Dataset* dataset,
                 const Request& request, std::span<const Scope> units);

}  // namespace resow

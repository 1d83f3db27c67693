// Does what a plan says to the schemas of one unit, a bounded batch after the other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/connection.h"
#include "runner/history/run_log.h"
#include "runner/prune/archive.h"
#include "runner/prune/replication_lag.h"
#include "runner/prune/structure_mark.h"
#include "runner/prune/subtree.h"

namespace resow {

struct PruneLimits {
  size_t batch_rows = 1000;
  std::optional<int64_t> rows;    // of the whole run
  std::optional<double> seconds;  // likewise
  double pause = 0;               // seconds between batches
  double statement_timeout = 0;   // seconds; 0: none
  double row_wait = 0.4;          // seconds; shorter than the server's deadlock_timeout, so that it
                                  // is always we who give way
  std::optional<double> lag;      // seconds that a replica may be behind
  bool atomic = false;            // a unit in one transaction
};

// What one run has done so far, over all units.
struct PruneProgress {
  int64_t rows = 0;     // deleted
  int64_t resets = 0;   // rows
  int64_t batches = 0;  // committed
  int64_t busy = 0;     // rows that others had locked to the end
  std::string stopped;  // why the run stopped before its end: "--max-rows is reached"
};

struct PruneSettings {
  PruneLimits limits;
  Archive* archive = nullptr;                     // nullptr: nothing is kept
  size_t first_archived = 0;                      // of the unit: index into the archive's tables
  RunLog* log = nullptr;                          // nullptr: in tests
  ReplicaWatch* replicas = nullptr;               // nullptr: they may be as far behind as they are
  const StructureMark* structure = nullptr;       // as of the catalog; nullptr: nobody looks
  double table_wait = 30;                         // seconds that others may lock a whole table
  std::function<double()> elapsed;                // seconds of the run
  std::function<void(int64_t)> on_rows;           // rows that a commit made final
  std::function<void(std::string_view)> on_wait;  // what it waits for
};

// The tables that the unit's rows come from, as an archive knows them: plan.tables, then
// plan.resets.
std::vector<ArchivedTable> archived_tables(const Catalog& catalog, const PrunePlan& plan);

// Deletes and resets. `counts`: of plan.tables, then of plan.resets; what was committed is in it
// also when this throws DatabaseError, InputError, OutputError, Interrupted.
void prune_unit(Connection& connection, const PruneContext& context, const PruneSettings& settings,
                PruneProgress& progress, std::vector<RunCount>& counts);

}  // namespace resow

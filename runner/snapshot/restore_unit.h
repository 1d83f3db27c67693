// Brings the schemas of one unit back to what a snapshot holds, over a connection that the caller
// keeps.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "fixtures/catalog.h"
#include "fixtures/report.h"
#include "fixtures/scope.h"
#include "runner/connection.h"
#include "runner/load_table.h"
#include "runner/lock_observer.h"
#include "runner/snapshot/snapshot_file.h"

namespace resow {

struct RestoreTask {
  const SnapshotFile& file;
  const Catalog& catalog;
};

struct RestoreSettings {
  ConnectionOptions connection;                     // to ask again, when a COMMIT is in doubt
  double lock_wait = 30;                            // seconds, for each lock
  std::function<void(Transaction&)> before_change;  // throws to refuse
  OnRows on_rows;
  std::function<void(std::string_view)> on_wait;
};

// What the snapshot does not fit, and what the role may not do: all of it, before anything is
// changed. `schemas`: those that are restored.
std::vector<Fault> restore_faults(Transaction& transaction, const RestoreTask& task,
                                  const std::vector<Scope>& units);

// The plan in words, with its tables. Changes nothing. Throws InputError.
SchemaReport preview_restore(Transaction& transaction, const RestoreTask& task, const Scope& scope);

// Empties the tables, loads the snapshot's rows with the user's triggers switched off, sets the
// sequences, reads all rows back and compares them, declares baselines anew, commits. Throws
// DatabaseError, InputError, Interrupted: then nothing was changed, unless the error is in doubt.
SchemaReport restore_unit(Connection& connection, LockObserver& observer, const RestoreTask& task,
                          const Scope& scope, const RestoreSettings& settings);

}  // namespace resow

#pragma once

#include <optional>
#include <string>

#include "fixtures/pattern.h"
#include "runner/options.h"

namespace resow {

struct SnapshotOptions {
  Selection schemas;  // -n, -N
  std::string file;
  bool force = false;  // replace a file that is there
};

// Writes the data of schemas into a file. Returns the exit status; throws InputError, OutputError,
// DatabaseError, Interrupted.
int run_snapshot(const SnapshotOptions& options, const CommonOptions& common);

struct RestoreOptions {
  Selection schemas;  // of those in the file
  std::string file;
  bool execute = false;
  int jobs = 1;
  double lock_timeout = kLockWait;
  std::optional<std::string> force_database;
  bool history = true;  // a run of it is recorded
};

// Shows what would be restored, or (execute) restores it, each unit in a transaction of its own. As
// above, and GuardRefused.
int run_restore(const RestoreOptions& options, const CommonOptions& common);

}  // namespace resow

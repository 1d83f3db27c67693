#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "runner/options.h"

namespace resow {

struct HistoryOptions {
  std::optional<int64_t> run;  // one of them, with its tables
  int64_t limit = 20;
};

// What was done to the database. Returns the exit status; throws InputError, DatabaseError,
// Interrupted.
int run_history(const HistoryOptions& options, const CommonOptions& common);

struct UndoOptions {
  std::optional<int64_t> run;
  bool execute = false;
  bool skip_conflicts = false;
  bool allow_loss = false;  // of a tenants sync: though what was written since goes
  std::string archive;      // a file, where it is not where the run left it
  double lock_timeout = kLockWait;
};

// Shows what would come back, or (execute) brings it back, in one transaction. As above, and
// GuardRefused; 1 where conflicts keep rows from coming back.
int run_undo(const UndoOptions& options, const CommonOptions& common);

}  // namespace resow

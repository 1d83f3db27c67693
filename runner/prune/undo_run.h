// Undoes a run: looks for what is in the way, and brings back what it deleted and reset.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "runner/connection.h"
#include "runner/prune/undo.h"

namespace resow {

struct UndoRequest {
  int64_t run = 0;
  bool execute = false;
  bool skip_conflicts = false;
  std::string archive;  // a file, where it is not where the run left it
  double lock_wait = 30;
};

struct UndoReport {
  std::string database;
  int64_t undone_run = 0;
  std::optional<int64_t> run;  // that this one is in the history
  bool executed = false;
  bool refused = false;         // conflicts, and they are not to be skipped
  size_t back = 0, pieces = 0;  // schemas, with those that keys connect them to: done, of all
  Undone undone;
  double seconds = 0;
};

struct UndoHooks {
  std::function<void(std::string_view pass, size_t schemas)> on_pass;
  std::function<void(size_t schemas)> on_done;
  std::function<void(std::string_view line)> on_message;
};

// Each schema, with those that foreign keys connect it to, comes back in one transaction. Where
// there are several all are looked at first, and nothing is changed while something is in the way;
// one that is interrupted goes on where it stopped. Throws InputError, GuardRefused, DatabaseError,
// Interrupted.
// `idle`: in no transaction; it does the work, and another connection reads the archive.
void undo(Connection& idle, const ConnectionOptions& options, const UndoRequest& request,
          const UndoHooks& hooks, UndoReport& report);

// Of one that ended in the middle: "90 of 150 schemas came back before that, ...".
std::string what_is_back(const UndoReport& report);

}  // namespace resow

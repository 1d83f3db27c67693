#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runner/commands/history_options.h"
#include "runner/connection.h"
#include "runner/progress.h"
#include "runner/tenants/way_back.h"

namespace resow {

struct UndoneSync {
  std::string database;
  std::vector<WayBack> ways;   // one for each tenant that was not back before
  std::optional<int64_t> run;  // that the undo is in the history
};

// Undoes a run of `tenants sync`: the structure of each tenant becomes what it was, and what went
// is there again; without UndoOptions::execute it only looks. REQUIRES: the run is such a one.
// Throws as run_undo().
UndoneSync undo_sync(Connection& connection, const ConnectionOptions& to,
                     const UndoOptions& options, Progress& progress);

// Prints it. Gives the exit status.
int print_undone_sync(const UndoneSync& undone, const UndoOptions& options,
                      const CommonOptions& common);

}  // namespace resow

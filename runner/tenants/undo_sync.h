#pragma once

#include <optional>

#include "runner/commands/history_options.h"

namespace resow {

// Undoes a run of `tenants sync`: the structure of each tenant becomes what it was, and what went
// is there again. Gives the exit status; nothing where the run is of another command. Throws as
// run_undo().
std::optional<int> undo_sync(const UndoOptions& options, const CommonOptions& common);

}  // namespace resow

// What undoing a run has to ask and to note, whatever the run was.
#pragma once

#include <cstdint>
#include <string>

#include "runner/connection.h"
#include "runner/history/read_runs.h"

namespace resow {

// "run 17": what an undo is about, in the history and in faults.
std::string name_of_run(int64_t id);

// Throws InputError where there is no such run.
RunRecord existing_run(Transaction& transaction, int64_t id);

// Throws InputError where it is undone already, or still running.
void require_undoable(const RunRecord& run);

// Nobody else undoes it: throws InputError where it is undone already.
void note_undone(Transaction& transaction, int64_t id);

}  // namespace resow

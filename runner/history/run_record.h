// The rows of the history that are about one run.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "runner/connection.h"
#include "runner/history/run_log.h"

namespace resow {

struct NewRun {
  int64_t id = 0;
  std::string token, database, archive;
};

// REQUIRES: make_control_tables().
NewRun insert_run(Transaction& transaction, const RunHead& head, RunState state);

// Adds to the counts that are there.
void add_run_counts(Transaction& transaction, int64_t run, std::span<const RunCount> counts);

// How it ended, unless somebody noted that already; `error` as RunLog::finish() has it.
void end_run(Transaction& transaction, int64_t run, RunState state, const std::string& error);

// Until the transaction ends, others see that the run is alive; several may say so of one run.
void show_run_alive(Transaction& transaction, int64_t run);

}  // namespace resow

// What the history says of runs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runner/connection.h"
#include "runner/history/run_log.h"

namespace resow {

struct RunRecord {
  int64_t id = 0;
  std::string token;
  std::string command, subject, subject_hash, plan, archive;
  std::string os_user, host, database_user, application;
  std::string started, finished;  // ISO, in UTC; "" where it has not ended
  double seconds = 0;             // until its end, or so far
  std::string state;              // as RunState's words, or "died"
  std::string error;
  int64_t batches = 0;
  RunCount total;                // of all tables
  std::vector<RunCount> tables;  // of one run alone
};

// The last ones, the newest first. Empty where there is no history.
std::vector<RunRecord> read_runs(Transaction& transaction, int64_t limit);

// One, with its tables.
std::optional<RunRecord> read_run(Transaction& transaction, int64_t id);

}  // namespace resow

#pragma once

#include <optional>
#include <string>

#include "fixtures/pattern.h"
#include "runner/options.h"

namespace resow {

struct BaselineOptions {
  Selection schemas;  // -n, -N
  bool execute = false;
  bool drop = false;
  int jobs = 1;  // -j
  double lock_timeout = kLockWait;
  std::optional<std::string> force_database;
};

// Shows how the schemas would be tracked, or (execute) takes their baselines, or (drop) removes
// them: each in a transaction of its own. Returns the exit status; throws InputError, GuardRefused,
// DatabaseError, Interrupted.
int run_baseline(const BaselineOptions& options, const CommonOptions& common);

struct RewindOptions {
  Selection schemas;
  bool report = false;  // also who changed what
  double lock_timeout = 0;
  std::optional<std::string> force_database;
};

// SELECT resow.rewind(...) for the baselines that are chosen. As above.
int run_rewind(const RewindOptions& options, const CommonOptions& common);

}  // namespace resow

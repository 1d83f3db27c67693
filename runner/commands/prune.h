#pragma once

#include <optional>
#include <string>

#include "runner/commands/command.h"
#include "runner/prune/prune.h"

namespace resow {

Command prune_command();

struct PruneOptions {
  std::string policy;  // a file, "-" for stdin
  std::vector<std::pair<std::string, std::string>> settings;
  bool check = false;  // the exit status says whether there is something to do
  bool execute = false;
  PruneRequest request;  // all but the policy
};

// Shows what a policy would delete and reset, or does it. Returns the exit status; throws nothing.
int run_prune(const PruneOptions& options, const CommonOptions& common);

}  // namespace resow

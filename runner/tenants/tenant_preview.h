// What tenants' commands have in common: the guard's word, and how they end.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "runner/connection.h"
#include "runner/history/command_run.h"
#include "runner/options.h"
#include "runner/progress.h"

namespace resow {

// What the guard says to --execute, in a preview; throws GuardRefused when it is to be executed.
struct TenantGuard {
  std::string text;
  bool allowed = true;
};
TenantGuard ask_tenant_guard(Transaction& transaction, bool execute,
                             const std::optional<std::string>& force);

// The last lines of a preview.
std::string end_of_preview(const TenantGuard& guard, const CommonOptions& common);

// Does `work` as a run of the history; gives its number. What it throws is recorded.
std::optional<int64_t> as_run(Connection& idle, const ConnectionOptions& to, const RunHead& head,
                              bool history, Progress& progress,
                              const std::function<void(const CommandRun*)>& work);

}  // namespace resow

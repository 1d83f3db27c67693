#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "runner/connection.h"
#include "runner/history/command_run.h"
#include "runner/progress.h"

namespace resow {

// Does `work` as a run of the history; gives its number. What it throws is recorded.
std::optional<int64_t> as_run(Connection& idle, const ConnectionOptions& to, const RunHead& head,
                              bool history, Progress& progress,
                              const std::function<void(const CommandRun*)>& work);

}  // namespace resow

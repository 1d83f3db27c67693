#pragma once

#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>

#include "runner/connection.h"
#include "runner/options.h"
#include "runner/progress.h"
#include "runner/server_warnings.h"

namespace resow {

using OnMeasured = std::function<void(size_t done, size_t all)>;

// Calls `work` with a connection, and with what it tells how many tables were measured: progress is
// shown, and the server's warnings once each. Gives what it gives.
template <typename Work>
auto measuring(const char* command, const CommonOptions& common, const Work& work) {
  Progress progress(command, !common.quiet && is_capable_terminal(STDERR_FILENO));
  ServerWarnings warnings([&](std::string_view line) { progress.say(line); });
  ConnectionOptions where{.dbname = common.dbname, .lock_wait = kLockWait};
  where.on_step = [&](std::string_view step) { progress.step(step); };
  where.on_notice = [&](std::string_view message) { warnings.receive(message); };
  Connection connection(where);
  uint64_t before = 0;
  const OnMeasured on_measured = [&](size_t done, size_t all) {
    if (done == 0) progress.begin("", all, "tables");
    progress.done(done - std::exchange(before, done));
  };
  return work(connection, on_measured);
}

}  // namespace resow

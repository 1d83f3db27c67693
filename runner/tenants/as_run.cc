#include "runner/tenants/as_run.h"

#include <exception>

#include "fixtures/report.h"

namespace resow {

std::optional<int64_t> as_run(Connection& idle, const ConnectionOptions& to, const RunHead& head,
                              bool history, Progress& progress,
                              const std::function<void(const CommandRun*)>& work) {
  if (!history) {
    work(nullptr);
    return std::nullopt;
  }
  CommandRun run(idle, head);
  if (!run.why_not().empty()) progress.say("no history: " + run.why_not());
  try {
    work(&run);
  } catch (const std::exception& error) {
    run.fail(idle, to, error.what());
    throw;
  }
  run.finish(idle, to, Report{});
  return run.id();
}

}  // namespace resow

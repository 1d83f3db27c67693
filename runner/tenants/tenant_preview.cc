#include "runner/tenants/tenant_preview.h"

#include <exception>

#include "fixtures/report.h"
#include "fixtures/text.h"
#include "runner/guard_facts.h"

namespace resow {

TenantGuard ask_tenant_guard(Transaction& transaction, bool execute,
                             const std::optional<std::string>& force) {
  if (execute) {
    require_disposable(transaction, force);
    return {};
  }
  const DatabaseFacts facts = ask_database_facts(transaction);
  const GuardVerdict verdict = judge(facts, force);
  return {to_string(verdict, facts), verdict.allowed};
}

std::string end_of_preview(const TenantGuard& guard, const CommonOptions& common) {
  std::string text = "Nothing was changed.\nGuard: " + one_line(guard.text) + "\n";
  if (guard.allowed) text += "To do it: " + common.execute_line + "\n";
  return text;
}

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

#include "runner/preview_guard.h"

#include "fixtures/text.h"
#include "runner/guard_facts.h"

namespace resow {

PreviewGuard ask_guard(Transaction& transaction, bool execute,
                       const std::optional<std::string>& force) {
  if (execute) {
    require_disposable(transaction, force);
    return {};
  }
  const DatabaseFacts facts = ask_database_facts(transaction);
  const GuardVerdict verdict = judge(facts, force);
  return {to_string(verdict, facts), verdict.allowed};
}

void ask_guard(Transaction& transaction, bool execute, const std::optional<std::string>& force,
               Report& report) {
  const PreviewGuard guard = ask_guard(transaction, execute, force);
  report.guard = guard.text;
  report.guard_refuses = !guard.allowed;
}

std::string end_of_preview(const PreviewGuard& guard, const CommonOptions& common) {
  std::string text = "Nothing was changed.\nGuard: " + one_line(guard.text) + "\n";
  if (guard.allowed) text += "To do it: " + common.execute_line + "\n";
  return text;
}

}  // namespace resow

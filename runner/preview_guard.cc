#include "runner/preview_guard.h"

#include <string_view>

#include "fixtures/text.h"
#include "runner/guard_facts.h"

namespace resow {
namespace {

// A preview's line ends with --execute.
std::string with_allowed_loss(std::string line) {
  constexpr std::string_view kAllow = " --allow-loss";
  constexpr std::string_view kExecute = " --execute";
  if (!line.ends_with(kExecute) || line.find(kAllow) != std::string::npos) return line;
  line.insert(line.size() - kExecute.size(), kAllow);
  return line;
}

}  // namespace

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

std::string end_of_preview(const PreviewGuard& guard, const CommonOptions& common, bool losing) {
  std::string text = "Nothing was changed.\nGuard: " + one_line(guard.text) + "\n";
  if (!guard.allowed) return text;
  text += losing ? "To do it, losing these values: " : "To do it: ";
  return text + (losing ? with_allowed_loss(common.execute_line) : common.execute_line) + "\n";
}

}  // namespace resow

// What the guard says of a command that changes data, and how its preview ends.
#pragma once

#include <optional>
#include <string>

#include "fixtures/report.h"
#include "runner/connection.h"
#include "runner/options.h"

namespace resow {

struct PreviewGuard {
  std::string text;
  bool allowed = true;
};

// What it would say to --execute; throws GuardRefused when it is to be executed.
PreviewGuard ask_guard(Transaction& transaction, bool execute,
                       const std::optional<std::string>& force);

// The same, told in a report.
void ask_guard(Transaction& transaction, bool execute, const std::optional<std::string>& force,
               Report& report);

// The last lines of a preview. `losing`: what is done loses values, and the line that does it has
// to allow that.
std::string end_of_preview(const PreviewGuard& guard, const CommonOptions& common,
                           bool losing = false);

}  // namespace resow

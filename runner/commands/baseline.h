#pragma once

#include "runner/commands/command.h"

namespace resow {

Command baseline_command();
Command rewind_command();

}  // namespace resow

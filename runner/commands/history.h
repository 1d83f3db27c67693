#pragma once

#include "runner/commands/command.h"

namespace resow {

Command history_command();
Command undo_command();

}  // namespace resow

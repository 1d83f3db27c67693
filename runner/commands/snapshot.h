#pragma once

#include "runner/commands/command.h"

namespace resow {

Command snapshot_command();
Command restore_command();

}  // namespace resow

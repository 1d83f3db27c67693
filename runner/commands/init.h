#pragma once

#include "runner/commands/command.h"

namespace resow {

Command init_command();

}  // namespace resow

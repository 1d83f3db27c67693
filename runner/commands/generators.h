#pragma once

#include "runner/commands/command.h"

namespace resow {

Command generators_command();

}  // namespace resow

// The commands that make up the main job.
#pragma once

#include "runner/commands/command.h"

namespace resow {

Command reset_command();
Command seed_command();
Command verify_command();
Command apply_command();

}  // namespace resow

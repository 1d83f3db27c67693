#include <vector>

#include "runner/commands/command.h"
#include "runner/commands/jobs.h"

namespace resow {

std::span<const Command> all_commands() {
  static const std::vector<Command> commands = {
      reset_command(),
      seed_command(),
      verify_command(),
      apply_command(),
  };
  return commands;
}

}  // namespace resow

#include <vector>

#include "runner/commands/audit.h"
#include "runner/commands/baseline.h"
#include "runner/commands/command.h"
#include "runner/commands/generators.h"
#include "runner/commands/history.h"
#include "runner/commands/init.h"
#include "runner/commands/inspect.h"
#include "runner/commands/jobs.h"
#include "runner/commands/prune.h"
#include "runner/commands/sandbox.h"
#include "runner/commands/snapshot.h"
#include "runner/commands/tenants.h"

namespace resow {

std::span<const Command> all_commands() {
  // clang-format off
  static const std::vector<Command> commands = {
      inspect_command(),
      init_command(),
      reset_command(),
      seed_command(),
      verify_command(),
      apply_command(),
      generators_command(),
      baseline_command(),
      rewind_command(),
      prune_command(),
      history_command(),
      undo_command(),
      audit_command(),
      tenants_list_command(),
      tenants_create_command(),
      tenants_drop_command(),
      tenants_diff_command(),
      tenants_sync_command(),
      snapshot_command(),
      restore_command(),
      sandbox_command(),
  };
  // clang-format on
  return commands;
}

}  // namespace resow

#pragma once

#include "runner/commands/command.h"

namespace resow {

Command tenants_list_command();
Command tenants_create_command();
Command tenants_drop_command();
Command tenants_diff_command();
Command tenants_sync_command();

}  // namespace resow

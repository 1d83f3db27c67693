#pragma once

#include <string>

#include "runner/sandbox/find_server.h"
#include "runner/sandbox/sandbox.h"

namespace resow {

// The sandbox's postgresql.conf. `port` is the one in force; TCP only when the options have one.
// Throws SandboxError when a setting of the options cannot be written down.
std::string server_settings(const ServerBinaries& server, const SandboxOptions& options,
                            const std::string& socket_folder, int port, const std::string& locale);

}  // namespace resow

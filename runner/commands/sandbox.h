#pragma once

#include <string>
#include <vector>

#include "runner/commands/command.h"
#include "runner/sandbox/sandbox.h"

namespace resow {

Command sandbox_command();

struct SandboxCommand {
  SandboxOptions options;
  std::vector<std::string> command;  // with its arguments; empty for none
  bool quiet = false;                // nothing but the URI, and what does not go by itself
};

// Starts a sandbox. With a command: runs it with PGHOST, PGPORT, PGUSER, PGDATABASE and
// DATABASE_URL set, and returns its exit status: 128+n when signal n ended it, 126 or 127 when it
// cannot be run. Signals are the command's to act upon; those sent to us alone are passed on.
// Without one: prints how to connect (quiet: the URI alone) and waits for Ctrl-C, SIGTERM, or the
// end of stdin when that is a pipe; with SandboxOptions::keep it returns at once. When there is no
// server, or it does not start, it says so, in the lines of the server's log, and returns 4.
int run_sandbox(const SandboxCommand& command);

// What a program has to have in its environment to reach the sandbox, and nothing of ours that
// would lead it elsewhere.
std::vector<std::string> sandbox_environment(const Sandbox& sandbox);

}  // namespace resow

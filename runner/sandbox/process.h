// Programs that we start: the server's tools, the watchdog, a sandbox's COMMAND.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runner/sandbox/server_user.h"

namespace resow {

struct ChildProgram {
  std::vector<std::string> argv = {};         // argv[0] is looked up in PATH unless it has a slash
  std::vector<std::string> environment = {};  // "NAME=value", all of it
  std::optional<ServerUser> user = {};        // whom to become
  std::vector<std::pair<int, int>> descriptors = {};  // ours, the program's number for it
  bool detached = false;      // a session of its own, no descriptor but the above
  bool dies_with_us = false;  // SIGKILL when the thread that started it ends (Linux)
};

// Throws std::system_error when it cannot be started, with exec's own error.
pid_t start(const ChildProgram& program);

// waitpid that goes on after signals; the raw status, nothing when somebody else has reaped it.
std::optional<int> wait_for(pid_t pid);

struct ProgramOutcome {
  int status = 0;      // 128+n when signal n ended it
  std::string output;  // stdout and stderr as they came
};

// Runs it to its end, `input` (a pipe's buffer at most) on its stdin. Throws like start().
ProgramOutcome run(ChildProgram program, const std::string& input = "");

int exit_status(int wait_status);  // 128+n for signal n

// This process's environment without the variables whose names begin with one of `prefixes`.
std::vector<std::string> environment_without(const std::vector<std::string>& prefixes);
// What the server and its tools get of it: nothing that decides how they work or speak.
std::vector<std::string> server_environment();

}  // namespace resow

// The command `resow sandbox` alone, for tests that start, signal and kill it as a process.
//   sandbox_main sandbox [--bindir DIR] [--port N] [--keep] [--dbname NAME] [--server-user NAME]
//   [-- COMMAND...]
#include <fmt/format.h>

#include <exception>
#include <string>

#include "runner/commands/sandbox.h"

int main(int argc, char** argv) {
  resow::SandboxCommand command;
  auto& options = command.options;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const auto value = [&] { return std::string(i + 1 < argc ? argv[++i] : ""); };
    if (word == "--") {
      command.command.assign(argv + i + 1, argv + argc);
      break;
    }
    if (word == "--bindir") options.bindir = value();
    if (word == "--port") options.port = std::stoi(value());
    if (word == "--dbname") options.dbname = value();
    if (word == "--server-user") options.server_user = value();
    if (word == "--keep") options.keep = true;
  }
  try {
    return resow::run_sandbox(command);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 4;
  }
}

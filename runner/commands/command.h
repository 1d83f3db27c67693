// One command of the command line. A new one is a file that defines a Command, and a line in
// commands.cc.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "runner/options.h"

namespace CLI {
class App;
}

namespace resow {

struct Command {
  std::string name;
  std::string summary;    // one line for resow --help
  std::string arguments;  // "DATASET [OPTIONS]", for the usage line
  std::string example;    // shown by --help: command lines, one a line
  // Adds the command's own options to `app`, with callbacks that append to `faults` what is wrong
  // with their values (both outlive the action). What it returns is done after a faultless parse.
  std::variant<std::shared_ptr<const JobOptions>, CommandFunction> (*define)(
      CLI::App& app, std::vector<Fault>& faults) = nullptr;
};

std::span<const Command> all_commands();

}  // namespace resow

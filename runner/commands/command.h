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
  std::string name;       // of one of a family two words: "tenants list"
  std::string summary;    // one line for resow --help
  std::string arguments;  // "DATASET [OPTIONS]", for the usage line
  std::string example;    // shown by --help: command lines, one a line
  // Adds the command's own options to `app`, with callbacks that append to `faults` what is wrong
  // with their values. `app` and `faults` live until the line is parsed, the action longer.
  CommandAction (*define)(CLI::App& app, std::vector<Fault>& faults) = nullptr;
  bool takes_rest = false;          // what stands after "--": CommonOptions::rest
  bool tests = false;               // its report can be one of tests: junit, tap
  bool page = false;                // what it finds can be shown as a picture: html
  std::string family_summary = {};  // of the first of a family: one line for resow --help
};

std::span<const Command> all_commands();

}  // namespace resow

// Options that several commands have: one wording, one way of reading them. What is given by
// reference has to live as long as the command line is read.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "fixtures/fault.h"
#include "fixtures/pattern.h"

namespace CLI {
class App;
}

namespace resow {

// A repeatable option that takes patterns.
void add_patterns(CLI::App& app, const char* names, std::vector<std::string>& patterns,
                  const std::string& help);

// -n and -N. `otherwise`: what is taken without -n, "else every schema"; may be empty.
void add_schemas(CLI::App& app, Selection& schemas, const std::string& otherwise);

// -t and -T; `left_out` says what becomes of those that -T matches.
void add_tables(CLI::App& app, TableSelection& tables, const std::string& left_out);

void add_jobs(CLI::App& app, int& jobs, std::vector<Fault>& faults,
              const char* help = "this many schemas at once");

// `usual`: how long it is when nothing is said, "30s".
void add_lock_timeout(CLI::App& app, double& seconds, const std::string& usual,
                      std::vector<Fault>& faults);

void add_force_database(CLI::App& app, std::optional<std::string>& name);

void add_no_history(CLI::App& app, bool& history);

}  // namespace resow

#include "runner/commands/shared_options.h"

#include <CLI/CLI.hpp>

#include "runner/option_values.h"

namespace resow {

void add_patterns(CLI::App& app, const char* names, std::vector<std::string>& patterns,
                  const std::string& help) {
  app.add_option(names, patterns, help)->type_name("PATTERN")->allow_extra_args(false);
}

void add_schemas(CLI::App& app, Selection& schemas, const std::string& otherwise) {
  add_patterns(app, "-n,--schema", schemas.include,
               "schemas that match PATTERN (* and ?); repeatable" +
                   (otherwise.empty() ? "" : "; " + otherwise));
  add_patterns(app, "-N,--exclude-schema", schemas.exclude, "but not these schemas");
}

void add_tables(CLI::App& app, TableSelection& tables, const std::string& left_out) {
  add_patterns(app, "-t,--table", tables.include,
               "tables that match PATTERN, also as SCHEMA.TABLE; repeatable");
  add_patterns(app, "-T,--exclude-table", tables.exclude, left_out);
}

void add_jobs(CLI::App& app, int& jobs, std::vector<Fault>& faults, const char* help) {
  constexpr int64_t kMostJobs = 256;
  app.add_option_function<std::string>(
         "-j,--jobs",
         [&jobs, &faults](const std::string& text) {
           jobs = static_cast<int>(read_count(text, 1, kMostJobs, "--jobs", faults));
         },
         help)
      ->type_name("N");
}

void add_lock_timeout(CLI::App& app, double& seconds, const std::string& usual,
                      std::vector<Fault>& faults) {
  app.add_option_function<std::string>(
         "--lock-timeout",
         [&seconds, &faults](const std::string& text) {
           seconds = read_duration(text, "--lock-timeout", faults);
         },
         "how long to wait for locks of others (" + usual + ")")
      ->type_name("TIME");
}

void add_force_database(CLI::App& app, std::optional<std::string>& name) {
  app.add_option_function<std::string>(
         "--force-database", [&name](const std::string& text) { name = text; },
         "change the database of this name though its name does not look disposable")
      ->type_name("NAME");
}

void add_no_history(CLI::App& app, bool& history) {
  app.add_flag_callback(
      "--no-history", [&history] { history = false; }, "record nothing of it in schema resow");
}

}  // namespace resow

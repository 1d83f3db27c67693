#include <CLI/CLI.hpp>
#include <cstdint>
#include <memory>

#include "runner/commands/baseline.h"
#include "runner/commands/baseline_options.h"
#include "runner/option_values.h"

namespace resow {
namespace {

constexpr int64_t kMostBaselineWorkers = 256;
constexpr double kRewindWait = 5;  // seconds: as long as SELECT resow.rewind() waits

void add_patterns(CLI::App& app, Selection& schemas, const char* all) {
  const auto add = [&app](const char* names, std::vector<std::string>& patterns,
                          const std::string& help) {
    app.add_option(names, patterns, help)->type_name("PATTERN")->allow_extra_args(false);
  };
  add("-n,--schema", schemas.include,
      std::string("schemas that match PATTERN (* and ?); repeatable; else ") + all);
  add("-N,--exclude-schema", schemas.exclude, "but not these schemas");
}

template <typename Options>
void add_changing(CLI::App& app, const std::shared_ptr<Options>& options, const char* wait,
                  std::vector<Fault>& faults) {
  app.add_option_function<std::string>(
         "--lock-timeout",
         [options, &faults](const std::string& text) {
           options->lock_timeout = read_duration(text, "--lock-timeout", faults);
         },
         std::string("how long to wait for locks of others (") + wait + ")")
      ->type_name("TIME");
  app.add_option_function<std::string>(
         "--force-database", [options](const std::string& text) { options->force_database = text; },
         "change the database of this name though its name does not look disposable")
      ->type_name("NAME");
}

}  // namespace

Command baseline_command() {
  return {
      "baseline", "remember the present state; journal what changes from here", "[OPTIONS]",
      "resow baseline -d shop_test -n 'user_*' -j 2 --execute\n"
      "  resow baseline -d shop_test --drop --execute",
      [](CLI::App& app, std::vector<Fault>& faults) -> CommandAction {
        const auto options = std::make_shared<BaselineOptions>();
        add_patterns(app, options->schemas, "every schema");
        app.add_flag("--execute", options->execute, "do it; without this nothing is changed");
        app.add_flag("--drop", options->drop,
                     "remove baselines, and every trace of them in the database");
        app.add_option_function<std::string>(
               "-j,--jobs",
               [options, &faults](const std::string& text) {
                 options->jobs =
                     static_cast<int>(read_count(text, 1, kMostBaselineWorkers, "--jobs", faults));
               },
               "this many schemas at once")
            ->type_name("N");
        add_changing(app, options, "30s", faults);
        return [options](const CommonOptions& common) { return run_baseline(*options, common); };
      }};
}

Command rewind_command() {
  return {"rewind", "undo exactly what changed since the baseline", "[OPTIONS]",
          "resow rewind -d shop_test -n user_3\n"
          "  psql -d shop_test -c 'SELECT * FROM resow.rewind()'",
          [](CLI::App& app, std::vector<Fault>& faults) -> CommandAction {
            const auto options = std::make_shared<RewindOptions>();
            options->lock_timeout = kRewindWait;
            add_patterns(app, options->schemas, "every schema that has a baseline");
            app.add_flag("--report", options->report, "say who changed what before it is undone");
            add_changing(app, options, "5s", faults);
            return [options](const CommonOptions& common) { return run_rewind(*options, common); };
          }};
}

}  // namespace resow

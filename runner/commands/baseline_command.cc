#include <CLI/CLI.hpp>
#include <memory>

#include "runner/commands/baseline.h"
#include "runner/commands/baseline_options.h"
#include "runner/commands/shared_options.h"

namespace resow {
namespace {

constexpr double kRewindWait = 5;  // seconds: as long as SELECT resow.rewind() waits

}  // namespace

Command baseline_command() {
  return {"baseline", "remember the present state; journal what changes from here", "[OPTIONS]",
          "resow baseline -d shop_test -n 'user_*' -j 2 --execute\n"
          "  resow baseline -d shop_test --drop --execute",
          [](CLI::App& app, std::vector<Fault>& faults) -> CommandAction {
            const auto options = std::make_shared<BaselineOptions>();
            add_schemas(app, options->schemas, "else every schema");
            app.add_flag("--execute", options->execute, "do it; without this nothing is changed");
            app.add_flag("--drop", options->drop,
                         "remove baselines, and every trace of them in the database");
            add_jobs(app, options->jobs, faults);
            add_lock_timeout(app, options->lock_timeout, "30s", faults);
            add_force_database(app, options->force_database);
            return
                [options](const CommonOptions& common) { return run_baseline(*options, common); };
          }};
}

Command rewind_command() {
  return {"rewind", "undo exactly what changed since the baseline", "[OPTIONS]",
          "resow rewind -d shop_test -n user_3\n"
          "  psql -d shop_test -c 'SELECT * FROM resow.rewind()'",
          [](CLI::App& app, std::vector<Fault>& faults) -> CommandAction {
            const auto options = std::make_shared<RewindOptions>();
            options->lock_timeout = kRewindWait;
            add_schemas(app, options->schemas, "else every schema that has a baseline");
            app.add_flag("--report", options->report, "say who changed what before it is undone");
            add_lock_timeout(app, options->lock_timeout, "5s", faults);
            add_force_database(app, options->force_database);
            return [options](const CommonOptions& common) { return run_rewind(*options, common); };
          }};
}

}  // namespace resow

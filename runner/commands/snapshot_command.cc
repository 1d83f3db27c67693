#include <CLI/CLI.hpp>
#include <memory>

#include "runner/commands/shared_options.h"
#include "runner/commands/snapshot.h"
#include "runner/commands/snapshot_options.h"

namespace resow {
namespace {

void add_file(CLI::App& app, std::string& file, const char* help, std::vector<Fault>& faults) {
  app.add_option("FILE", file, help)->type_name("");
  app.callback([&file, &faults, command = app.get_name()] {
    if (!file.empty()) return;
    faults.push_back({"FILE", "resow " + command + " needs a file", "name it"});
  });
}

}  // namespace

Command snapshot_command() {
  return {"snapshot", "write the data of schemas into one compressed file", "[OPTIONS] FILE",
          "resow snapshot -d shop_test -n 'user_*' shop.snapshot",
          [](CLI::App& app, std::vector<Fault>& faults) -> CommandAction {
            const auto options = std::make_shared<SnapshotOptions>();
            add_schemas(app, options->schemas, "else every schema");
            add_file(app, options->file, "what is written", faults);
            app.add_flag("--force", options->force, "replace the file where there is one");
            return
                [options](const CommonOptions& common) { return run_snapshot(*options, common); };
          }};
}

Command restore_command() {
  return {"restore", "bring schemas back to what a snapshot holds", "[OPTIONS] FILE",
          "resow restore -d shop_test shop.snapshot\n"
          "  resow restore -d shop_test -n user_3 shop.snapshot --execute",
          [](CLI::App& app, std::vector<Fault>& faults) -> CommandAction {
            const auto options = std::make_shared<RestoreOptions>();
            add_schemas(app, options->schemas, "else all that are in the file");
            add_file(app, options->file, "what resow snapshot wrote", faults);
            app.add_flag("--execute", options->execute, "do it; without this nothing is changed");
            add_jobs(app, options->jobs, faults, "restore N schemas at once (1)");
            add_lock_timeout(app, options->lock_timeout, "30s", faults);
            add_force_database(app, options->force_database);
            add_no_history(app, options->history);
            return [options](const CommonOptions& common) { return run_restore(*options, common); };
          }};
}

}  // namespace resow

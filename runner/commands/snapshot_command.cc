#include <CLI/CLI.hpp>
#include <memory>

#include "runner/commands/snapshot.h"
#include "runner/commands/snapshot_options.h"
#include "runner/option_values.h"

namespace resow {
namespace {

constexpr int64_t kMostWorkers = 256;

void add_schema_options(CLI::App& app, Selection& schemas, const char* all) {
  const auto add = [&app](const char* names, std::vector<std::string>& patterns,
                          const std::string& help) {
    app.add_option(names, patterns, help)->type_name("PATTERN")->allow_extra_args(false);
  };
  add("-n,--schema", schemas.include,
      std::string("schemas that match PATTERN (* and ?); repeatable; else ") + all);
  add("-N,--exclude-schema", schemas.exclude, "but not these schemas");
}

void add_file(CLI::App& app, std::string& file, const char* help, std::vector<Fault>& faults) {
  app.add_option("FILE", file, help)->type_name("");
  app.callback([&file, &faults, command = app.get_name()] {
    if (!file.empty()) return;
    faults.push_back({"FILE", "resow " + command + " needs a file", "name it"});
  });
}

CLI::Option* add_read(CLI::App& app, const char* name, const char* type, const char* help,
                      const std::function<void(const std::string&)>& read) {
  return app.add_option_function<std::string>(name, read, help)->type_name(type);
}

}  // namespace

Command snapshot_command() {
  return {"snapshot", "write the data of schemas into one compressed file", "[OPTIONS] FILE",
          "resow snapshot -d shop_test -n 'user_*' shop.snapshot",
          [](CLI::App& app, std::vector<Fault>& faults) -> CommandAction {
            const auto options = std::make_shared<SnapshotOptions>();
            add_schema_options(app, options->schemas, "every schema");
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
            add_schema_options(app, options->schemas, "all that are in the file");
            add_file(app, options->file, "what resow snapshot wrote", faults);
            app.add_flag("--execute", options->execute, "do it; without this nothing is changed");
            add_read(app, "-j,--jobs", "N", "restore N schemas at once (1)",
                     [options, &faults](const std::string& text) {
                       options->jobs =
                           static_cast<int>(read_count(text, 1, kMostWorkers, "--jobs", faults));
                     });
            add_read(app, "--lock-timeout", "TIME", "how long to wait for locks of others (30s)",
                     [options, &faults](const std::string& text) {
                       options->lock_timeout = read_duration(text, "--lock-timeout", faults);
                     });
            add_read(app, "--force-database", "NAME",
                     "change the database of this name though its name does not look disposable",
                     [options](const std::string& text) { options->force_database = text; });
            return [options](const CommonOptions& common) { return run_restore(*options, common); };
          }};
}

}  // namespace resow

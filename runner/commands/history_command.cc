#include <CLI/CLI.hpp>
#include <charconv>
#include <memory>

#include "runner/commands/history.h"
#include "runner/commands/history_options.h"
#include "runner/commands/shared_options.h"

namespace resow {
namespace {

std::optional<int64_t> positive_number(const std::string& text) {
  int64_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || stop != text.data() + text.size() || number < 1) return std::nullopt;
  return number;
}

CLI::Option* add_run(CLI::App& app, std::optional<int64_t>& run, const char* help,
                     std::vector<Fault>& faults) {
  return app
      .add_option_function<std::string>(
          "RUN",
          [&](const std::string& text) {
            run = positive_number(text);
            if (!run) {
              faults.push_back({"RUN", "\"" + text + "\" is not the number of a run",
                                "resow history shows the runs"});
            }
          },
          help)
      ->type_name("");
}

}  // namespace

Command history_command() {
  return {"history", "what was done to the database: when, by whom, how much", "[OPTIONS] [RUN]",
          "resow history -d shop\n"
          "  resow history -d shop 17 --format json",
          [](CLI::App& app, std::vector<Fault>& faults) -> CommandAction {
            const auto options = std::make_shared<HistoryOptions>();
            add_run(app, options->run, "all of this run, with its tables", faults);
            app.add_option_function<std::string>(
                   "--limit",
                   [options, &faults](const std::string& text) {
                     if (const auto number = positive_number(text)) {
                       options->limit = *number;
                     } else {
                       faults.push_back({"--limit", "\"" + text + "\" is not a number from 1", ""});
                     }
                   },
                   "the last N runs (20)")
                ->type_name("N");
            return [options](const CommonOptions& common) { return run_history(*options, common); };
          }};
}

Command undo_command() {
  return {"undo", "bring back what a prune deleted and reset, or a tenants sync changed",
          "[OPTIONS] RUN",
          "resow undo -d shop 17\n"
          "  resow undo -d shop 17 --execute",
          [](CLI::App& app, std::vector<Fault>& faults) -> CommandAction {
            const auto options = std::make_shared<UndoOptions>();
            CLI::Option* run =
                add_run(app, options->run, "its number, as resow history shows it", faults);
            app.add_flag("--execute", options->execute, "do it; without this nothing is changed");
            app.add_flag("--skip-conflicts", options->skip_conflicts,
                         "leave out rows that cannot come back, and those that refer to them");
            app.add_flag("--allow-loss", options->allow_loss,
                         "of a tenants sync: though what was written since goes");
            app.add_option("--archive", options->archive, "the file, where it lies elsewhere now")
                ->type_name("FILE");
            add_lock_timeout(app, options->lock_timeout, "30s", faults);
            app.callback([run, &faults] {
              if (run->count() == 0) {
                faults.push_back({"RUN", "resow undo needs the number of a run",
                                  "resow history shows the runs"});
              }
            });
            return [options](const CommonOptions& common) { return run_undo(*options, common); };
          }};
}

}  // namespace resow

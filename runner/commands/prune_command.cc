#include <CLI/CLI.hpp>
#include <limits>
#include <memory>

#include "runner/commands/prune.h"
#include "runner/commands/shared_options.h"
#include "runner/option_values.h"

namespace resow {
namespace {

using Options = std::shared_ptr<PruneOptions>;

CLI::Option* add_text(CLI::App& app, const char* names, const char* type, const char* help,
                      const std::function<void(const std::string&)>& read) {
  return app.add_option_function<std::string>(names, read, help)->type_name(type);
}

void add_settings(CLI::App& app, const Options& options, std::vector<Fault>& faults) {
  app.add_option_function<std::vector<std::string>>(
         "--set",
         [options, &faults](const std::vector<std::string>& texts) {
           for (const std::string& text : texts) {
             const size_t equals = text.find('=');
             if (equals == std::string::npos) {
               faults.push_back({"--set", "\"" + text + "\" gives no value",
                                 "write it like odds_retention='90 days'"});
             } else {
               options->settings.emplace_back(text.substr(0, equals), text.substr(equals + 1));
             }
           }
         },
         "a value in place of one of the policy's settings; repeatable")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  add_text(app, "--cutoff", "DATE", "the same as --set cutoff=DATE",
           [options](const std::string& text) { options->settings.emplace_back("cutoff", text); });
}

double read_share(std::string text, std::vector<Fault>& faults) {
  constexpr double kPercent = 100;
  if (!text.empty() && text.back() == '%') text.pop_back();
  char* end = nullptr;
  const double share = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0' || !(share >= 0 && share <= kPercent)) {
    faults.push_back({"--tolerance", "must be a share from 0% to 100%", "write it like 5%"});
    return 0;
  }
  return share / kPercent;
}

void add_limits(CLI::App& app, const Options& options, std::vector<Fault>& faults) {
  PruneLimits& limits = options->request.limits;
  const auto count = [&faults](const std::string& text, const char* option, int64_t most) {
    return read_count(text, 1, most, option, faults);
  };
  add_text(app, "--batch-rows", "N", "rows of a batch (1,000)",
           [&limits, count, options](const std::string& text) {
             constexpr int64_t kMostRows = 1'000'000;
             limits.batch_rows = static_cast<size_t>(count(text, "--batch-rows", kMostRows));
           });
  add_text(app, "--max-rows", "N", "delete no more than so many rows in this run",
           [&limits, count, options](const std::string& text) {
             limits.rows = count(text, "--max-rows", std::numeric_limits<int64_t>::max());
           });
  add_text(app, "--max-duration", "TIME", "begin no batch after so long",
           [&limits, &faults, options](const std::string& text) {
             limits.seconds = read_duration(text, "--max-duration", faults);
           });
  add_text(app, "--pause", "TIME", "between two batches (none)",
           [&limits, &faults, options](const std::string& text) {
             limits.pause = read_duration(text, "--pause", faults);
           });
  add_text(app, "--statement-timeout", "TIME", "of every statement of a batch",
           [&limits, &faults, options](const std::string& text) {
             limits.statement_timeout = read_duration(text, "--statement-timeout", faults);
           });
  add_text(app, "--max-lag", "TIME", "wait while a replica is further behind",
           [&limits, &faults, options](const std::string& text) {
             limits.lag = read_duration(text, "--max-lag", faults);
           });
  app.add_flag("--atomic", limits.atomic, "each schema in one transaction");
}

void add_execution(CLI::App& app, const Options& options, std::vector<Fault>& faults) {
  PruneRequest& request = options->request;
  app.add_flag("--execute", options->execute, "do it; without this nothing is changed");
  add_text(app, "--plan", "ID", "with --execute: what the preview printed",
           [options](const std::string& text) { options->request.plan = text; });
  add_text(app, "--tolerance", "SHARE", "how far the rows may be from the plan's (1%)",
           [options, &faults](const std::string& text) {
             options->request.tolerance = read_share(text, faults);
           });
  app.add_flag("--allow-everything", request.allow_everything,
               "also where nothing would be left, or every age is too old");
  add_text(app, "--archive", "FOLDER", "keep what goes in a file there, not in the database",
           [options](const std::string& text) { options->request.archive_folder = text; });
  app.add_flag_callback(
      "--no-archive", [options] { options->request.archive = false; },
      "keep nothing of what goes: it cannot be undone");
}

void check_line(const Options& options, std::vector<Fault>& faults) {
  if (options->policy.empty()) {
    faults.push_back(
        {"POLICY", "resow prune needs a policy", "name its file, or - for standard input"});
  }
  if (options->execute && options->request.plan.empty()) {
    faults.push_back({"--execute", "needs the id of a plan",
                      "look at the preview first: it prints the line that does it"});
  }
  if (!options->execute && !options->request.plan.empty()) {
    faults.push_back({"--plan", "says nothing without --execute", "add --execute"});
  }
  if (options->execute && options->check) {
    faults.push_back({"--check", "only looks", "leave out --execute"});
  }
  if (!options->request.archive && !options->request.archive_folder.empty()) {
    faults.push_back({"--no-archive", "there is a folder for an archive", "keep one of them"});
  }
}

}  // namespace

Command prune_command() {
  return {"prune", "retention: delete by age and state, reset columns, preserve the rest",
          "POLICY [OPTIONS]",
          "resow prune retention.json -d shop\n"
          "  resow prune retention.json -d shop --execute --plan ID",
          [](CLI::App& app, std::vector<Fault>& faults) -> CommandAction {
            const auto options = std::make_shared<PruneOptions>();
            app.add_option("POLICY", options->policy,
                           "file that says what goes; - for standard input")
                ->type_name("");
            add_schemas(app, options->request.schemas, "else those of the policy, else public");
            add_settings(app, options, faults);
            app.add_flag("--by-month", options->request.by_month, "count rows by month as well");
            app.add_flag("--check", options->check,
                         "only the exit status: 0 nothing to do, 1 something to do");
            add_execution(app, options, faults);
            add_limits(app, options, faults);
            add_jobs(app, options->request.jobs, faults, "count so many schemas at once (1)");
            add_lock_timeout(app, options->request.lock_wait, "30s", faults);
            app.callback([options, &faults] { check_line(options, faults); });
            return [options](const CommonOptions& common) { return run_prune(*options, common); };
          }};
}

}  // namespace resow

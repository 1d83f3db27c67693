#include "runner/commands/init.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "fixtures/text.h"
#include "runner/commands/shared_options.h"
#include "runner/exit_status.h"
#include "runner/make_draft.h"
#include "runner/option_values.h"
#include "runner/standard_output.h"

namespace resow {
namespace {

void say(std::string_view line) {
  std::fputs(fmt::format("resow: {}\n", one_line(line)).c_str(), stderr);
}

void say_what_is_left_out(const Draft& draft, bool quiet) {
  if (draft.tables.empty()) {
    say(fmt::format("no table to fill in schema {}: write some, or choose others with -n",
                    fmt::join(draft.schemas, ", ")));
  }
  for (const std::string& remark : draft.remarks) say(remark);
  if (quiet) return;
  for (const DraftTable& table : draft.tables) {
    for (const std::string& why : table.left_out) say(fmt::format("not {}: {}", table.key, why));
  }
}

int run_init(DraftOptions options, const CommonOptions& common) {
  if (common.format != Format::kText && common.format != Format::kJson) {
    throw InputError({{"--format", "init has nothing to test",
                       "use text, or json for a dataset without comments"}});
  }
  options.connection.dbname = common.dbname;
  options.connection.lock_wait = options.lock_wait;
  options.on_diagnostic = [](std::string_view line) { say(line); };
  Connection connection(options.connection);
  Draft draft = make_draft(connection, options);
  say_what_is_left_out(draft, common.quiet);
  draft.remarks.insert(
      draft.remarks.begin(),
      {"What resow would choose by itself, parents first: edit it, then say resow apply.",
       "Columns that are not named are filled as well. docs/dataset.md says what else there is."});
  StandardOutput output;
  output.write(to_text(draft, common.format == Format::kText));
  if (output.finish()) return kDone;
  std::fputs("resow: the dataset could not be written\n", stderr);
  return kReportLost;
}

}  // namespace

Command init_command() {
  return {"init", "write a dataset to start from: every table, with what its columns would get",
          "[OPTIONS] > dataset.json",
          "resow init -d shop_test > dataset.json\n"
          "  resow init -d shop_test -n 'user_*' --rows 25 > dataset.json",
          [](CLI::App& app, std::vector<Fault>& faults) -> CommandAction {
            const auto options = std::make_shared<DraftOptions>();
            add_schemas(app, options->schemas, "else public");
            app.add_option_function<std::string>(
                   "--rows",
                   [options, &faults](const std::string& text) {
                     options->rows = static_cast<uint64_t>(read_count(
                         text, 1, std::numeric_limits<int32_t>::max(), "--rows", faults));
                   },
                   "so many for each table (10)")
                ->type_name("N");
            app.add_flag_function(
                "--no-rehearsal", [options](int64_t) { options->rehearse = false; },
                "do not try it out in a transaction that is rolled back");
            app.add_option_function<std::string>(
                   "--lock-timeout",
                   [options, &faults](const std::string& text) {
                     options->lock_wait = read_duration(text, "--lock-timeout", faults);
                   },
                   "how long to wait for locks of others (30s)")
                ->type_name("TIME");
            return [options](const CommonOptions& common) { return run_init(*options, common); };
          }};
}

}  // namespace resow

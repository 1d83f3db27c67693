#include "runner/commands/prune.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <exception>

#include "fixtures/policy_json.h"
#include "fixtures/text.h"
#include "runner/chosen_schemas.h"
#include "runner/exit_status.h"
#include "runner/history/command_run.h"
#include "runner/progress.h"
#include "runner/prune/prune_report.h"
#include "runner/prune/render_prune.h"
#include "runner/read_text.h"

namespace resow {
namespace {

std::string hash_of(const std::string& text, const Settings& settings) {
  std::string all = text;
  for (const auto& [name, value] : settings) all += fmt::format("\n{}={}", name, value);
  return subject_hash(all);
}

// The line that does what was previewed; "" where it cannot be shown.
std::string execution_of(const CommonOptions& common, const PruneRequest& request,
                         const PruneResult& result) {
  if (common.execute_line.empty()) return "";
  std::string line = common.execute_line + " --plan " + result.plan_id;
  if (!result.everything.empty() && !request.allow_everything) line += " --allow-everything";
  return line;
}

// What a run that stopped in the middle left behind.
void tell_what_stays(const PruneResult& result, bool archived, Report& report) {
  if (!result.run || result.progress.batches == 0) return;
  const bool was_interrupted = report.faults.size() == 1 && report.database_errors.empty() &&
                               report.faults[0].what.starts_with("interrupted");
  if (was_interrupted) report.faults.clear();
  report.faults.push_back(
      {fmt::format("run {}", *result.run),
       fmt::format("{}{} deleted in {} before that{}", was_interrupted ? "interrupted; " : "",
                   count_of_things(result.progress.rows, "row"),
                   count_of_things(result.progress.batches, "batch"),
                   archived ? ", and archived" : ""),
       "the same command goes on"});
}

Outcome outcome_of(const PruneOptions& options, const PruneResult& result) {
  if (!options.execute) return Outcome::kPreview;
  return result.progress.busy > 0 ? Outcome::kDifferences : Outcome::kOk;
}

}  // namespace

int run_prune(const PruneOptions& options, const CommonOptions& common) {
  require_text_or_json(common, "prune");
  const auto began = std::chrono::steady_clock::now();
  PruneRequest request = options.request;
  PruneResult result;
  Report report;
  report.command = "prune";
  int status = kDone;
  {
    Progress progress("prune", !common.quiet && is_capable_terminal(STDERR_FILENO));
    try {
      const std::string text = read_text(options.policy);
      request.policy = parse_policy(text, options.policy, options.settings);
      request.policy_hash = hash_of(text, options.settings);
      ConnectionOptions to{.dbname = common.dbname, .lock_wait = request.lock_wait};
      to.on_step = [&](std::string_view step) { progress.step(step); };
      PruneHooks hooks;
      hooks.on_pass = [&](std::string_view pass, size_t things) {
        progress.begin(pass, things, "schemas");
      };
      hooks.on_done = [&](size_t things) { progress.done(things); };
      hooks.on_planned = [&](uint64_t rows) { progress.expect(rows); };
      hooks.on_rows = [&](int64_t rows) { progress.add(rows); };
      hooks.on_message = [&](std::string_view line) { progress.say(line); };
      Connection connection(to);
      prune(connection, to, request, hooks, result);
      report.outcome = outcome_of(options, result);
      status = report.outcome == Outcome::kDifferences ? kDifferent : kDone;
    } catch (...) {
      status = exit_status(std::current_exception(), report);
      tell_what_stays(result, request.archive, report);
    }
  }
  report.timings.emplace_back(
      "total", std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
  if (options.check && status == kDone) return planned_rows(result) > 0 ? kDifferent : kDone;
  const bool to_do = planned_rows(result) > 0 && !result.guard_refuses;
  if (report.outcome == Outcome::kPreview && to_do) {
    report.next_command = execution_of(common, request, result);
  }
  const bool began_nothing = status != kDone && !result.run;
  std::fputs(render_failure(report, style_for(STDERR_FILENO, common)).c_str(), stderr);
  const int printed =
      print_text(common.format == Format::kJson ? render_prune_json(request, result, report)
                 : began_nothing                ? ""
                                                : render_prune_text(request, result, report,
                                                                    style_for(STDOUT_FILENO, common)));
  return status == kDone ? printed : status;
}

}  // namespace resow

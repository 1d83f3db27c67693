#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fixtures/text.h"
#include "runner/chosen_schemas.h"
#include "runner/commands/history_options.h"
#include "runner/exit_status.h"
#include "runner/history/read_runs.h"
#include "runner/json_parts.h"
#include "runner/progress.h"
#include "runner/prune/undo_run.h"
#include "runner/tenants/undo_sync.h"
#include "runner/text_table.h"

namespace resow {
namespace {

using UndoJson = nlohmann::ordered_json;

UndoJson undo_json(const UndoReport& report) {
  UndoJson document = {{"command", "undo"},
                       {"outcome", report.refused    ? "differences"
                                   : report.executed ? "ok"
                                                     : "preview"},
                       {"database", report.database},
                       {"undone_run", report.undone_run}};
  if (report.run) document["run"] = *report.run;
  UndoJson schemas = UndoJson::array();
  for (const UndoneTable& table : report.undone.tables) {
    if (schemas.empty() || schemas.back()["schema"] != table.schema) {
      schemas.push_back({{"schema", table.schema}, {"tables", UndoJson::array()}});
    }
    schemas.back()["tables"].push_back(
        {{"table", table.table},
         {table.kind == ArchivedKind::kDeleted ? "seeded" : "reset", table.rows},
         {"conflicts", table.conflicts}});
  }
  document["schemas"] = std::move(schemas);
  UndoJson conflicts = UndoJson::array();
  for (const UndoConflict& conflict : report.undone.conflicts) {
    conflicts.push_back({{"schema", conflict.schema},
                         {"table", conflict.table},
                         {"row", conflict.row},
                         {"why", conflict.why}});
  }
  document["conflicts"] = std::move(conflicts);
  document["notes"] = report.undone.notes;
  document["timings"] = {{"total", report.seconds}};
  return document;
}

std::string conflicts_text(const Undone& undone) {
  std::string text;
  for (const UndoneTable& table : undone.tables) {
    if (table.conflicts == 0) continue;
    text += fmt::format("{} of {} cannot {}:\n", count_of_things(table.conflicts, "row"),
                        display_name(table.schema, table.table),
                        table.kind == ArchivedKind::kDeleted ? "come back" : "be set back");
    int64_t named = 0;
    for (const UndoConflict& conflict : undone.conflicts) {
      if (conflict.schema != table.schema || conflict.table != table.table ||
          conflict.kind != table.kind) {
        continue;
      }
      text += fmt::format("  {}: {}\n", one_line(conflict.row), one_line(conflict.why));
      ++named;
    }
    if (named < table.conflicts) {
      text += fmt::format("  and {} more\n", with_thousands(table.conflicts - named));
    }
  }
  return text;
}

std::string undo_text(const UndoOptions& options, const UndoReport& report) {
  std::vector<std::vector<std::string>> rows;
  int64_t total = 0;
  for (const UndoneTable& table : report.undone.tables) {
    rows.push_back({one_line(table.schema), one_line(table.table),
                    table.kind == ArchivedKind::kDeleted ? "come back" : "are set back",
                    with_thousands(table.rows),
                    table.conflicts == 0 ? "" : with_thousands(table.conflicts)});
    total += table.rows;
  }
  std::string text = text_table(
      {{"schema"}, {"table"}, {"rows"}, {"number", true}, {"conflicts", true}}, rows, 0, false);
  for (const std::string& note : report.undone.notes) text += "note: " + one_line(note) + "\n";
  text += conflicts_text(report.undone);
  if (report.executed) {
    return text + fmt::format("undo: {} of run {} brought back\n", count_of_things(total, "row"),
                              report.undone_run);
  }
  if (report.refused) {
    return text +
           "Nothing was changed. Mend what is in the way, or leave those rows out with"
           " --skip-conflicts.\n";
  }
  return text + fmt::format("Nothing was changed. To do it: resow undo {}{} --execute\n",
                            *options.run, options.skip_conflicts ? " --skip-conflicts" : "");
}

bool is_sync(Connection& connection, int64_t id) {
  Transaction transaction(connection, Access::kReadOnly);
  const std::optional<RunRecord> run = read_run(transaction, id);
  return run && run->command == "tenants sync";
}

// Gives the exit status of one that was interrupted in the middle.
std::optional<int> undo_rows(Connection& connection, const ConnectionOptions& to,
                             const UndoOptions& options, Progress& progress, UndoReport& report) {
  UndoHooks hooks;
  hooks.on_pass = [&](std::string_view pass, size_t schemas) {
    progress.begin(pass, schemas, "schemas");
  };
  hooks.on_done = [&](size_t schemas) { progress.done(schemas); };
  hooks.on_message = [&](std::string_view line) { progress.say(line); };
  try {
    undo(connection, to,
         {*options.run, options.execute, options.skip_conflicts, options.archive,
          options.lock_timeout},
         hooks, report);
  } catch (const Interrupted&) {
    if (report.back == 0) throw;  // nothing was changed
    progress.say("interrupted; " + what_is_back(report));
    return kInterrupted;
  }
  return std::nullopt;
}

}  // namespace

int run_undo(const UndoOptions& options, const CommonOptions& common) {
  require_text_or_json(common, "undo");
  const auto began = std::chrono::steady_clock::now();
  UndoReport report;
  std::optional<UndoneSync> structures;
  {
    Progress progress("undo", !common.quiet && is_capable_terminal(STDERR_FILENO));
    const ConnectionOptions to{.dbname = common.dbname,
                               .lock_wait = options.lock_timeout,
                               .on_step = [&](std::string_view step) { progress.step(step); }};
    Connection connection(to);
    if (is_sync(connection, *options.run)) {
      structures = undo_sync(connection, to, options, progress);
    } else if (const std::optional<int> ended =
                   undo_rows(connection, to, options, progress, report)) {
      return *ended;
    }
  }
  if (structures) return print_undone_sync(*structures, options, common);
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  const int status = report.refused ? kDifferent : kDone;
  if (common.format == Format::kJson) {
    const int printed = print_text(document_text(undo_json(report)));
    return status == kDone ? printed : status;
  }
  if (common.quiet && status == kDone) return kDone;
  const int printed = print_text(undo_text(options, report));
  return status == kDone ? printed : status;
}

}  // namespace resow

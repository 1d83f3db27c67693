#include "runner/prune/undo.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fixtures/archive.h"
#include "fixtures/guard.h"
#include "fixtures/pattern.h"
#include "fixtures/text.h"
#include "runner/commands/history_options.h"
#include "runner/commands/schemas_with_baselines.h"
#include "runner/commit_surely.h"
#include "runner/connection.h"
#include "runner/exit_status.h"
#include "runner/guard_facts.h"
#include "runner/history/read_runs.h"
#include "runner/history/run_log.h"
#include "runner/lock.h"
#include "runner/lock_observer.h"
#include "runner/progress.h"
#include "runner/prune/stored_archive.h"
#include "runner/read_catalog.h"
#include "runner/text_table.h"

namespace resow {
namespace {

using UndoJson = nlohmann::ordered_json;

struct UndoReport {
  std::string database;
  int64_t undone_run = 0;
  std::optional<int64_t> run;  // that this one is in the history
  bool executed = false;
  bool refused = false;  // conflicts, and they are not to be skipped
  Undone undone;
  double seconds = 0;
};

std::string place_of(const RunRecord& run) { return fmt::format("run {}", run.id); }

RunRecord run_to_undo(Transaction& transaction, int64_t id) {
  std::optional<RunRecord> run = read_run(transaction, id);
  if (!run) {
    throw InputError({{"RUN", fmt::format("there is no run {} in this database", id),
                       "resow history shows the runs"}});
  }
  if (run->command != "prune") {
    throw InputError(
        {{place_of(*run),
          fmt::format("was {} {}, and keeps nothing of what was there before",
                      run->command.find_first_of("aeiou") == 0 ? "an" : "a", run->command),
          "only a prune can be undone; resow snapshot and resow baseline remember a state"}});
  }
  if (run->state == "undone") {
    throw InputError({{place_of(*run), "is undone already", ""}});
  }
  if (run->state == "running") {
    throw InputError({{place_of(*run), "is still running", "wait for its end, or stop it"}});
  }
  if (run->batches == 0) {
    throw InputError({{place_of(*run), "deleted nothing: there is nothing to undo", ""}});
  }
  return *run;
}

[[noreturn]] void refuse_archive(const std::string& name, const std::string& what) {
  throw InputError({{name, what, "nothing was changed"}});
}

// The header, once all that was committed has been read and found undamaged.
ArchiveHeader checked_header(const StoredArchive& archive, const RunRecord& run) {
  ArchiveHeader header;
  try {
    ArchiveReader reader(archive.reader(), archive.size(), run.batches);
    header = reader.header();
    if (header.token == run.token) {
      while (reader.next()) reader.bytes();
    }
  } catch (const SnapshotDamaged& damage) {
    refuse_archive(archive.name(), damage.what());
  }
  if (header.token != run.token) {
    refuse_archive(archive.name(), fmt::format("is the archive of another run: {} of database {}",
                                               header.run, header.database));
  }
  return header;
}

Catalog catalog_of_schemas(Transaction& transaction, const std::vector<std::string>& schemas) {
  Selection selection;
  for (const std::string& schema : schemas) selection.include.push_back(as_pattern(schema));
  return read_catalog(transaction, selection, CatalogDetail::kAll);
}

// Nobody else undoes it, and it is what it was.
void claim(Transaction& transaction, int64_t run) {
  const Field parameters[] = {std::to_string(run)};
  const Rows rows = transaction.query(
      "UPDATE resow.run SET state = 'undone' WHERE id OPERATOR(pg_catalog.=) $1::pg_catalog.int8"
      " AND state OPERATOR(pg_catalog.<>) 'undone'",
      parameters, "note that the run is undone");
  if (rows.affected() == 0) {
    throw InputError({{fmt::format("run {}", run), "is undone already", ""}});
  }
}

std::vector<RunCount> counts_of(const Undone& undone) {
  std::map<std::pair<std::string, std::string>, RunCount> counts;
  for (const UndoneTable& table : undone.tables) {
    RunCount& count = counts[{table.schema, table.table}];
    count.schema = table.schema;
    count.table = table.table;
    (table.kind == ArchivedKind::kDeleted ? count.seeded : count.reset) += table.rows;
  }
  std::vector<RunCount> all;
  for (auto& [table, count] : counts) all.push_back(std::move(count));
  return all;
}

// All of it in one transaction: the rows, the counts and what became of the run.
void undo_in(Transaction& transaction, const UndoOptions& options, RunLog* log,
             const std::function<void(std::string_view)>& say, UndoReport& report) {
  if (options.execute) require_unprotected(transaction);
  const RunRecord run = run_to_undo(transaction, *options.run);
  const StoredArchive archive(transaction, run, options.archive);
  const ArchiveHeader header = checked_header(archive, run);
  const std::vector<std::string> schemas = schemas_of(header);
  if (options.execute) {
    lock_schemas(transaction, schemas, options.lock_timeout, say);
    claim(transaction, run.id);
  }
  const Catalog catalog = catalog_of_schemas(transaction, schemas);
  report.database = catalog.database;
  std::vector<Fault> faults = undo_misfits(header, catalog);
  if (!faults.empty()) throw InputError(std::move(faults));
  try {
    UndoStage stage(transaction, catalog, archive, run.batches);
    report.undone = stage.look();
    report.refused = report.undone.conflict_count() > 0 && !options.skip_conflicts;
    if (!options.execute || report.refused) return;
    stage.bring_back();
  } catch (const SnapshotDamaged& damage) {
    refuse_archive(archive.name(), damage.what());
  }
  log->add(transaction, counts_of(report.undone));
  log->complete(transaction);
  report.executed = true;
}

void undo_recorded(Connection& connection, const ConnectionOptions& to, const UndoOptions& options,
                   Progress& progress, UndoReport& report) {
  const auto say = [&](std::string_view line) { progress.say(line); };
  // What is wrong with the line is said before there is a run.
  {
    Transaction transaction(connection, Access::kReadOnly);
    require_unprotected(transaction);
    run_to_undo(transaction, *options.run);
  }
  RunLog log(to, {"undo", fmt::format("run {}", *options.run), "", "", ""});
  report.run = log.id();
  LockObserver observer(to, say);
  log.keep_record_of([&] {
    Transaction transaction(connection, Access::kReadWrite);
    observer.watched(transaction, "undo", options.lock_timeout, [&] {
      undo_in(transaction, options, &log, say, report);
      if (report.executed) commit_surely(transaction, to);
      return 0;
    });
  });
  log.try_to_finish(report.executed ? RunState::kCompleted : RunState::kFailed,
                    report.executed ? "" : "conflicts");
}

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

}  // namespace

int run_undo(const UndoOptions& options, const CommonOptions& common) {
  require_text_or_json(common, "undo");
  const auto began = std::chrono::steady_clock::now();
  UndoReport report;
  report.undone_run = *options.run;
  {
    Progress progress("undo", !common.quiet && is_capable_terminal(STDERR_FILENO));
    const ConnectionOptions to{.dbname = common.dbname,
                               .lock_wait = options.lock_timeout,
                               .on_step = [&](std::string_view step) { progress.step(step); }};
    Connection connection(to);
    if (options.execute) {
      undo_recorded(connection, to, options, progress, report);
    } else {
      // What is looked at in temporary tables is rolled back.
      Transaction transaction(connection, Access::kReadWrite);
      undo_in(transaction, options, nullptr, {}, report);
    }
  }
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  const int status = report.refused ? kDifferent : kDone;
  if (common.format == Format::kJson) {
    const int printed = print_text(
        undo_json(report).dump(2, ' ', false, UndoJson::error_handler_t::replace) + "\n");
    return status == kDone ? printed : status;
  }
  if (common.quiet && status == kDone) return kDone;
  const int printed = print_text(undo_text(options, report));
  return status == kDone ? printed : status;
}

}  // namespace resow

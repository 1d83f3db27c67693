#include "runner/tenants/undo_sync.h"

#include <fmt/format.h>

#include <exception>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fixtures/report.h"
#include "fixtures/structure/compare.h"
#include "fixtures/text.h"
#include "runner/chosen_schemas.h"
#include "runner/exit_status.h"
#include "runner/guard_facts.h"
#include "runner/history/command_run.h"
#include "runner/history/read_runs.h"
#include "runner/history/undone_run.h"
#include "runner/json_parts.h"
#include "runner/lock.h"
#include "runner/lock_observer.h"
#include "runner/progress.h"
#include "runner/sql_text.h"
#include "runner/structure/read_structure.h"
#include "runner/tenants/foreign_dependents.h"
#include "runner/tenants/tenant_facts.h"
#include "runner/tenants/tenant_names.h"
#include "runner/tenants/tenant_script.h"
#include "runner/tenants/way_back.h"

namespace resow {
namespace {

using BackJson = nlohmann::ordered_json;

std::string fingerprint_of(Transaction& transaction, const std::string& schema) {
  return fingerprint(read_structure(transaction, schema, false));
}

// A schema that is not as the run left it: what was done since would be lost, or in the way.
void require_as_left(Transaction& transaction, const WayBack& way) {
  if (fingerprint_of(transaction, way.schema) == way.after) return;
  throw InputError({{way.schema, "its structure was changed since the run",
                     "undo that first, or go back by hand: the statements are in resow.way_back"}});
}

// What the way back loses itself: columns and tables that the sync made, and that are used by now.
std::vector<Fault> losses_of(Transaction& transaction, const std::vector<WayBack>& ways) {
  std::vector<std::string> expressions;
  for (const WayBack& way : ways) {
    for (const auto& [what, sql] : way.losses) expressions.push_back(sql);
  }
  const std::vector<Field> counts = scalars(transaction, expressions, "count what would be lost");
  std::vector<Fault> faults;
  size_t at = 0;
  for (const WayBack& way : ways) {
    for (const auto& [what, sql] : way.losses) {
      const int64_t count = std::stoll(counts[at++].value_or("0"));
      if (count == 0) continue;
      faults.push_back({way.schema,
                        fmt::format("{}: {} would be lost", what, count_of_things(count, "value")),
                        "say --allow-loss"});
    }
  }
  return faults;
}

// What there is to do. Throws InputError where something is in the way.
void look_at_ways(Transaction& transaction, const UndoOptions& options, UndoneSync& undone) {
  require_undoable(existing_run(transaction, *options.run));
  undone.ways = ways_back(transaction, *options.run);
  if (undone.ways.empty()) {
    throw InputError({{name_of_run(*options.run), "changed nothing", ""}});
  }
  undone.database = database_name(transaction);
  require_unprotected(transaction);
  std::vector<Fault> faults;
  std::vector<std::string> schemas;
  for (const WayBack& way : undone.ways) {
    schemas.push_back(way.schema);
    try {
      require_as_left(transaction, way);
    } catch (const InputError& error) {
      append(faults, error.faults());
    }
  }
  append(faults, schemas_with_baselines(transaction, schemas));
  if (faults.empty() && !options.allow_loss) faults = losses_of(transaction, undone.ways);
  if (!faults.empty()) throw InputError(std::move(faults));
}

void go_back(Transaction& transaction, int64_t undone_run, const WayBack& way) {
  require_as_left(transaction, way);
  run_statements(transaction, way.schema, way.statements, "undo " + way.schema);
  if (fingerprint_of(transaction, way.schema) != way.before) {
    DatabaseError error(way.schema + " did not become what it was before the run");
    error.step = "undo " + way.schema;
    throw error;
  }
  // What could not be put back stays where it is.
  WayBack done = way;
  if (!way.notes.empty()) done.kept.clear();
  forget_way_back(transaction, undone_run, done);
}

// Each tenant in a transaction of its own.
void go_back_everywhere(Connection& connection, const ConnectionOptions& to,
                        const UndoOptions& options, const CommandRun& run, const UndoneSync& undone,
                        Progress& progress) {
  const auto say = [&](std::string_view line) { progress.say(line); };
  progress.begin("", undone.ways.size(), "schemas");
  LockObserver observer(to, say);
  for (const WayBack& way : undone.ways) {
    Transaction transaction(connection, Access::kReadWrite);
    observer.watched(transaction, way.schema, options.lock_timeout, [&] {
      require_unprotected(transaction);
      run.show_alive(transaction);
      lock_schemas(transaction, {&way.schema, 1}, options.lock_timeout, say);
      go_back(transaction, *options.run, way);
      if (&way == &undone.ways.back()) note_undone(transaction, *options.run);
      if (run.id()) record_schema(transaction, *run.id(), way.schema);
      transaction.commit();
    });
    progress.done(1);
  }
}

}  // namespace

UndoneSync undo_sync(Connection& connection, const ConnectionOptions& to,
                     const UndoOptions& options, Progress& progress) {
  UndoneSync undone;
  {
    Transaction transaction(connection, Access::kReadOnly);
    look_at_ways(transaction, options, undone);
  }
  if (!options.execute) return undone;
  CommandRun run(connection, {"undo", name_of_run(*options.run), "", "", ""});
  undone.run = run.id();
  if (!run.why_not().empty()) progress.say("no history: " + run.why_not());
  try {
    go_back_everywhere(connection, to, options, run, undone, progress);
  } catch (const std::exception& error) {
    run.fail(connection, to, error.what());
    throw;
  }
  run.finish(connection, to, Report{});
  return undone;
}

int print_undone_sync(const UndoneSync& undone, const UndoOptions& options,
                      const CommonOptions& common) {
  if (common.format == Format::kJson) {
    BackJson document = {{"command", "undo"},
                         {"outcome", options.execute ? "ok" : "preview"},
                         {"database", undone.database},
                         {"undone_run", *options.run}};
    if (undone.run) document["run"] = *undone.run;
    document["schemas"] = BackJson::array();
    for (const WayBack& way : undone.ways) {
      document["schemas"].push_back(
          {{"schema", way.schema}, {"statements", way.statements}, {"notes", way.notes}});
    }
    return print_text(document_text(document));
  }
  if (common.quiet) return kDone;
  std::string text;
  std::vector<std::string> names;
  for (const WayBack& way : undone.ways) {
    names.push_back(way.schema);
    if (!options.execute) {
      text += one_line(way.schema) + "\n";
      for (const std::string& statement : way.statements) text += "  " + one_line(statement) + "\n";
    }
    for (const std::string& note : way.notes) text += "note: " + one_line(note) + "\n";
  }
  text += fmt::format("{}: {} what {} before run {}\n", names_text(names),
                      options.execute ? "is" : "would be",
                      names.size() == 1 ? "it was" : "they were", *options.run);
  if (!options.execute) {
    text += fmt::format("Nothing was changed. To do it: resow undo {}{} --execute\n", *options.run,
                        options.allow_loss ? " --allow-loss" : "");
  }
  return print_text(text);
}

}  // namespace resow

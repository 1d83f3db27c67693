#include "runner/tenants/undo_sync.h"

#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "fixtures/structure/compare.h"
#include "fixtures/text.h"
#include "runner/chosen_schemas.h"
#include "runner/exit_status.h"
#include "runner/guard_facts.h"
#include "runner/history/read_runs.h"
#include "runner/history/run_log.h"
#include "runner/history/undone_run.h"
#include "runner/json_parts.h"
#include "runner/lock.h"
#include "runner/lock_observer.h"
#include "runner/progress.h"
#include "runner/sql_text.h"
#include "runner/structure/read_structure.h"
#include "runner/tenants/foreign_dependents.h"
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

}  // namespace

std::optional<int> undo_sync(const UndoOptions& options, const CommonOptions& common) {
  Progress progress("undo", !common.quiet && is_capable_terminal(STDERR_FILENO));
  ConnectionOptions to{.dbname = common.dbname, .lock_wait = options.lock_timeout};
  to.on_step = [&](std::string_view step) { progress.step(step); };
  Connection connection(to);
  std::vector<WayBack> ways;
  std::string database;
  {
    Transaction transaction(connection, Access::kReadOnly);
    const std::optional<RunRecord> run = read_run(transaction, *options.run);
    if (!run || run->command != "tenants sync") return std::nullopt;
    require_undoable(*run);
    ways = ways_back(transaction, run->id);
    if (ways.empty()) throw InputError({{name_of_run(run->id), "changed nothing", ""}});
    database = database_name(transaction);
    require_unprotected(transaction);
    std::vector<Fault> faults;
    std::vector<std::string> schemas;
    for (const WayBack& way : ways) {
      schemas.push_back(way.schema);
      try {
        require_as_left(transaction, way);
      } catch (const InputError& error) {
        append(faults, error.faults());
      }
    }
    append(faults, schemas_with_baselines(transaction, schemas));
    if (faults.empty() && !options.allow_loss) faults = losses_of(transaction, ways);
    if (!faults.empty()) throw InputError(std::move(faults));
  }
  if (options.execute) {
    progress.begin("", ways.size(), "schemas");
    LockObserver observer(to, [&](std::string_view line) { progress.say(line); });
    for (const WayBack& way : ways) {
      Transaction transaction(connection, Access::kReadWrite);
      observer.watched(transaction, way.schema, options.lock_timeout, [&] {
        require_unprotected(transaction);
        const std::vector<std::string> locked = {way.schema};
        lock_schemas(transaction, locked, options.lock_timeout,
                     [&](std::string_view line) { progress.say(line); });
        require_as_left(transaction, way);
        run_statements(transaction, way.statements, "undo " + way.schema);
        if (fingerprint_of(transaction, way.schema) != way.before) {
          DatabaseError error(way.schema + " did not become what it was before the run");
          error.step = "undo " + way.schema;
          throw error;
        }
        // What could not be put back stays where it is.
        WayBack done = way;
        if (!way.notes.empty()) done.kept.clear();
        forget_way_back(transaction, *options.run, done);
        if (&way == &ways.back()) note_undone(transaction, *options.run);
        RunHead head;
        head.command = "undo";
        head.subject = name_of_run(*options.run);
        RunCount count;
        count.schema = way.schema;
        add_finished_run(transaction, head, {&count, 1});
        transaction.commit();
      });
      progress.done(1);
    }
  }
  if (common.format == Format::kJson) {
    BackJson document = {{"command", "undo"},
                         {"outcome", options.execute ? "ok" : "preview"},
                         {"database", database},
                         {"undone_run", *options.run},
                         {"schemas", BackJson::array()}};
    for (const WayBack& way : ways) {
      document["schemas"].push_back(
          {{"schema", way.schema}, {"statements", way.statements}, {"notes", way.notes}});
    }
    return print_text(document_text(document));
  }
  if (common.quiet) return kDone;
  std::string text;
  std::vector<std::string> names;
  for (const WayBack& way : ways) {
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

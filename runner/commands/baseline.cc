#include "runner/baseline/baseline.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fixtures/text.h"
#include "runner/chosen_schemas.h"
#include "runner/commands/baseline_options.h"
#include "runner/connection.h"
#include "runner/each_schema.h"
#include "runner/exit_status.h"
#include "runner/guard_facts.h"
#include "runner/json_parts.h"
#include "runner/lock.h"
#include "runner/lock_observer.h"
#include "runner/preview_guard.h"
#include "runner/progress.h"
#include "runner/sql_text.h"
#include "runner/text_table.h"

namespace resow {
namespace {

using Json = nlohmann::ordered_json;

// What is said of each schema, those of which the same is said together.
class Sayings {
 public:
  void add(const std::string& schema, std::string body) {
    const auto found = std::find_if(groups_.begin(), groups_.end(),
                                    [&](const auto& group) { return group.second == body; });
    if (found != groups_.end()) {
      found->first.push_back(schema);
    } else {
      groups_.emplace_back(std::vector<std::string>{schema}, std::move(body));
    }
  }
  std::string text() const {
    static constexpr size_t kNamed = 4;
    std::string all;
    for (const auto& [schemas, body] : groups_) {
      std::vector<std::string> names;
      for (const std::string& schema : schemas) names.push_back(one_line(schema));
      if (names.size() > kNamed) {
        names = {names[0], names[1], "...", names.back()};
      }
      all += fmt::format(
          "{}{}: {}", fmt::join(names, ", "),
          schemas.size() > kNamed ? fmt::format(" ({} schemas)", schemas.size()) : "", body);
    }
    return all;
  }

 private:
  std::vector<std::pair<std::vector<std::string>, std::string>> groups_;
};

// The plan without its first name, which Sayings puts before it.
std::string body_of(const Planned& planned) {
  const std::string text = to_string(planned.plan, planned.catalog);
  return text.substr(one_line(planned.plan.schema).size() + 2);
}

Json json_of(const Planned& planned) {
  Json tables = Json::array();
  for (const TrackedTable& table : planned.plan.tables) {
    const Relation& relation = planned.catalog.relations[table.relation];
    Json key = Json::array();
    if (table.key) {
      for (const ColumnNumber number : relation.unique_keys[*table.key].columns) {
        key.push_back(relation.column(number)->name);
      }
    }
    tables.push_back({{"table", relation.name}, {"key", key}, {"notes", table.remarks}});
  }
  return {{"schema", planned.plan.schema}, {"tables", tables}, {"notes", planned.plan.notes}};
}

// What is said of one schema.
struct Said {
  std::string text;
  Json json;
};

Said say_planned(const Planned& planned) { return {body_of(planned), json_of(planned)}; }

Said say_dropped(const std::string& schema, const char* what) {
  return {std::string(what) + "\n", {{"schema", schema}, {"tables", Json::array()}}};
}

struct Told {
  Sayings text;
  Json schemas = Json::array();
  void add(const std::string& schema, Said said) {
    text.add(schema, std::move(said.text));
    schemas.push_back(std::move(said.json));
  }
};

int show(const BaselineOptions& options, const CommonOptions& common, const std::string& database,
         const PreviewGuard& guard, const Told& told) {
  if (common.format == Format::kJson) {
    Json document = {{"command", "baseline"},
                     {"outcome", options.execute ? "ok" : "preview"},
                     {"database", database},
                     {"schemas", told.schemas}};
    if (!guard.text.empty()) document["guard"] = guard.text;
    return print_text(document_text(document));
  }
  if (common.quiet) return kDone;
  std::string text = told.text.text();
  if (!options.execute) {
    text += end_of_preview(guard, common);
  }
  return print_text(text);
}

Said change_schema(Connection& connection, LockObserver& observer, const BaselineOptions& options,
                   const std::string& schema, const std::function<void(std::string_view)>& say) {
  Transaction transaction(connection, Access::kReadWrite);
  return observer.watched(transaction, schema, options.lock_timeout, [&] {
    require_disposable(transaction, options.force_database);
    std::vector<std::string> locked = {schema};
    if (options.drop) locked.emplace_back("resow");  // the last one removes it
    lock_schemas(transaction, locked, options.lock_timeout, say);
    Said said;
    if (options.drop) {
      drop_baseline(transaction, schema);
      said = say_dropped(schema, "baseline removed");
    } else {
      said = say_planned(take_baseline(transaction, schema));
    }
    transaction.commit();
    return said;
  });
}

// All that is wrong is said before the first change.
std::vector<Said> plan_all(Connection& connection, const ConnectionOptions& to,
                           const BaselineOptions& options, const std::vector<std::string>& schemas,
                           Progress& progress) {
  std::vector<Said> said(schemas.size());
  std::vector<std::vector<Fault>> faults(schemas.size());
  progress.begin("planning", schemas.size(), "schemas");
  for_each_schema(connection, to, options.jobs, schemas.size(), [&](Connection& own, size_t i) {
    Transaction transaction(own, Access::kReadOnly);
    try {
      said[i] = say_planned(plan_of(transaction, schemas[i]));
    } catch (const InputError& error) {
      faults[i] = error.faults();
    }
    progress.done(1);
  });
  std::vector<Fault> all;
  for (std::vector<Fault>& of_schema : faults) append(all, std::move(of_schema));
  if (!all.empty()) throw InputError(std::move(all));
  return said;
}

// Each in a transaction of its own. (To drop one waits for another: any may be the last.)
std::vector<Said> change_all(Connection& connection, const ConnectionOptions& to,
                             const BaselineOptions& options,
                             const std::vector<std::string>& schemas, Progress& progress) {
  const auto say = [&](std::string_view line) { progress.say(line); };
  LockObserver observer(to, say);
  std::vector<Said> said(schemas.size());
  std::atomic<size_t> done = 0;
  progress.begin("", schemas.size(), "schemas");
  const auto change = [&](Connection& own, size_t i) {
    said[i] = change_schema(own, observer, options, schemas[i], say);
    ++done;
    progress.done(1);
  };
  try {
    for_each_schema(connection, to, options.drop ? 1 : options.jobs, schemas.size(), change);
  } catch (...) {
    if (done > 0) {
      say(fmt::format("{} {} of {} before that", options.drop ? "dropped" : "took", done.load(),
                      count_of_things(static_cast<int64_t>(schemas.size()), "baseline")));
    }
    throw;
  }
  return said;
}

}  // namespace

int run_baseline(const BaselineOptions& options, const CommonOptions& common) {
  require_text_or_json(common, "baseline");
  Progress progress("baseline", !common.quiet && is_capable_terminal(STDERR_FILENO));
  const ConnectionOptions to{.dbname = common.dbname,
                             .lock_wait = options.lock_timeout,
                             .on_step = [&](std::string_view step) { progress.step(step); }};
  Connection connection(to);
  std::vector<std::string> schemas;
  std::string database;
  PreviewGuard guard;
  {
    Transaction transaction(connection, Access::kReadOnly);
    guard = ask_guard(transaction, options.execute, options.force_database);
    database = database_name(transaction);
    const std::vector<std::string> taken = baseline_schemas(transaction);
    schemas = choose_schemas(options.drop ? taken : users_schemas(transaction), options.schemas,
                             options.drop ? "baseline" : "schema");
  }
  std::vector<Said> said;
  if (!options.drop) {
    said = plan_all(connection, to, options, schemas, progress);
  } else if (!options.execute) {
    for (const std::string& schema : schemas) {
      said.push_back(say_dropped(schema, "the baseline would be removed"));
    }
  }
  if (options.execute) said = change_all(connection, to, options, schemas, progress);
  progress.end();
  Told told;
  for (size_t i = 0; i < schemas.size(); ++i) told.add(schemas[i], std::move(said[i]));
  return show(options, common, database, guard, told);
}

}  // namespace resow

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "fixtures/structure/creation.h"
#include "fixtures/suggestion.h"
#include "fixtures/text.h"
#include "runner/commands/schemas_with_baselines.h"
#include "runner/commands/tenants_options.h"
#include "runner/each_schema.h"
#include "runner/exit_status.h"
#include "runner/guard_facts.h"
#include "runner/lock.h"
#include "runner/lock_observer.h"
#include "runner/preview_guard.h"
#include "runner/progress.h"
#include "runner/structure/read_structure.h"
#include "runner/tenants/as_run.h"
#include "runner/tenants/foreign_dependents.h"
#include "runner/tenants/tenant_facts.h"
#include "runner/tenants/tenant_names.h"
#include "runner/tenants/tenant_script.h"
#include "runner/text_table.h"

namespace resow {
namespace {

using DropJson = nlohmann::ordered_json;

// Those that were named have to be there.
std::vector<std::string> schemas_to_drop(Transaction& transaction,
                                         const TenantsDropOptions& options) {
  const std::vector<std::string> known = users_schemas(transaction);
  std::vector<std::string> wanted = names_of(options.names);
  std::vector<Fault> faults;
  for (const std::string& name : wanted) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    faults.push_back({name, "there is no such schema", suggest(name, known)});
  }
  if (!faults.empty()) throw InputError(std::move(faults));
  if (!options.schemas.include.empty()) {
    for (const std::string& name : choose_schemas(known, options.schemas, "schema")) {
      if (std::find(wanted.begin(), wanted.end(), name) == wanted.end()) wanted.push_back(name);
    }
  }
  return wanted;
}

std::vector<std::string> drop_statements(Transaction& transaction, const std::string& schema) {
  const std::vector<std::string> schemas = {schema};
  const Structure structure = read_structures(transaction, schemas, true).front();
  std::vector<Fault> faults = cannot_be_made(structure);  // nor dropped one by one
  if (!faults.empty()) throw InputError(std::move(faults));
  return statements_for(removal_sql(structure, read_dependencies(transaction, structure)), schema,
                        structure.sql_schema, structure.sql_owner);
}

void drop_tenant(Connection& connection, LockObserver& observer, const TenantsDropOptions& options,
                 const std::string& name, const CommandRun* run, Progress& progress) {
  Transaction transaction(connection, Access::kReadWrite);
  observer.watched(transaction, name, options.lock_timeout, [&] {
    require_disposable(transaction, options.force_database);
    if (run != nullptr) run->show_alive(transaction);
    const std::vector<std::string> locked = {name};
    lock_schemas(transaction, locked, options.lock_timeout,
                 [&](std::string_view line) { progress.say(line); });
    run_statements(transaction, drop_statements(transaction, name), "drop " + name);
    if (run != nullptr && run->id()) record_schema(transaction, *run->id(), name);
    transaction.commit();
  });
}

}  // namespace

int run_tenants_drop(const TenantsDropOptions& options, const CommonOptions& common) {
  require_text_or_json(common, "tenants drop");
  Progress progress("tenants drop", !common.quiet && is_capable_terminal(STDERR_FILENO));
  ConnectionOptions to{.dbname = common.dbname, .lock_wait = options.lock_timeout};
  to.on_step = [&](std::string_view step) { progress.step(step); };
  Connection connection(to);
  PreviewGuard guard;
  std::string database;
  std::vector<std::string> names;
  std::vector<TenantFacts> facts;
  std::string script;
  {
    Transaction transaction(connection, Access::kReadOnly);
    guard = ask_guard(transaction, options.execute, options.force_database);
    database = database_name(transaction);
    names = schemas_to_drop(transaction, options);
    std::vector<Fault> faults = foreign_dependents(transaction, names);
    append(faults, schemas_with_baselines(transaction, names));
    if (!faults.empty()) throw InputError(std::move(faults));
    facts = tenant_facts(transaction, names);
    if (options.sql && !options.execute) {
      for (const std::string& name : names) {
        script +=
            fmt::format("-- {}\n", one_line(name)) + script_of(drop_statements(transaction, name));
      }
    }
  }
  std::optional<int64_t> run;
  if (options.execute) {
    std::atomic<size_t> done = 0;
    progress.begin("", names.size(), "schemas");
    const RunHead head{"tenants drop", names_text(names), "", "", ""};
    try {
      run =
          as_run(connection, to, head, options.history, progress, [&](const CommandRun* recorded) {
            LockObserver observer(to, [&](std::string_view line) { progress.say(line); });
            for_each_schema(connection, to, options.jobs, names.size(),
                            [&](Connection& own, size_t i) {
                              drop_tenant(own, observer, options, names[i], recorded, progress);
                              ++done;
                              progress.done(1);
                            });
          });
    } catch (...) {
      if (done > 0) {
        progress.say(fmt::format("dropped {} of {} before that", done.load(),
                                 count_of_things(static_cast<int64_t>(names.size()), "schema")));
      }
      throw;
    }
  }
  if (common.format == Format::kJson) {
    DropJson document = {{"command", "tenants drop"},
                         {"outcome", options.execute ? "ok" : "preview"},
                         {"database", database},
                         {"schemas", DropJson::array()}};
    for (const TenantFacts& tenant : facts) {
      document["schemas"].push_back({{"schema", tenant.schema},
                                     {"tables", tenant.tables},
                                     {"rows_estimated", tenant.rows},
                                     {"bytes", tenant.bytes}});
    }
    if (!options.execute) document["guard"] = guard.text;
    if (run) document["run"] = *run;
    return print_text(document.dump(2, ' ', false, DropJson::error_handler_t::replace) + "\n");
  }
  if (options.sql && !options.execute) return print_text(script);
  if (common.quiet) return kDone;
  std::string text = facts_text(facts);
  text += fmt::format("{}: {}\n", names_text(names),
                      options.execute ? "dropped" : "would be dropped with all that is in them");
  if (!options.execute) text += end_of_preview(guard, common);
  if (run) text += fmt::format("run {}\n", *run);
  return print_text(text);
}

}  // namespace resow

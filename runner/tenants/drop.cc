#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fixtures/structure/creation.h"
#include "fixtures/suggestion.h"
#include "fixtures/text.h"
#include "runner/chosen_schemas.h"
#include "runner/commands/tenants_options.h"
#include "runner/exit_status.h"
#include "runner/json_parts.h"
#include "runner/preview_guard.h"
#include "runner/progress.h"
#include "runner/structure/read_structure.h"
#include "runner/tenants/change_tenants.h"
#include "runner/tenants/foreign_dependents.h"
#include "runner/tenants/tenant_facts.h"
#include "runner/tenants/tenant_names.h"
#include "runner/tenants/tenant_script.h"

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
    const bool pattern = name.find_first_of("*?") != std::string::npos;
    faults.push_back(
        pattern ? Fault{name, "there is no such schema, and names are no patterns here",
                        fmt::format("say -n '{}', or name them, as in 'tenant_{{1..5}}'", name)}
                : Fault{name, "there is no such schema", suggest(name, known)});
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
  const StructureGraph graph = read_graph(transaction, schema);
  std::vector<Fault> faults = cannot_be_made(graph.structure);  // nor dropped one by one
  if (!faults.empty()) throw InputError(std::move(faults));
  return statements_for(removal_sql(graph.structure, graph.dependencies), schema,
                        graph.structure.sql_schema, graph.structure.sql_owner);
}

}  // namespace

int run_tenants_drop(const TenantsDropOptions& options, const CommonOptions& common) {
  require_text_or_json(common, "tenants drop");
  Progress progress("tenants drop", !common.quiet && is_capable_terminal(STDERR_FILENO));
  ConnectionOptions to{.dbname = common.dbname, .lock_wait = options.change.lock_timeout};
  to.on_step = [&](std::string_view step) { progress.step(step); };
  Connection connection(to);
  PreviewGuard guard;
  std::string database;
  std::vector<std::string> names;
  std::vector<TenantFacts> facts;
  std::string script;
  {
    Transaction transaction(connection, Access::kReadOnly);
    guard = ask_guard(transaction, options.change.execute, options.change.force_database);
    database = database_name(transaction);
    names = schemas_to_drop(transaction, options);
    std::vector<Fault> faults = foreign_dependents(transaction, names);
    append(faults, schemas_with_baselines(transaction, names));
    if (!faults.empty()) throw InputError(std::move(faults));
    facts = tenant_facts(transaction, names);
    if (options.change.sql && !options.change.execute) {
      for (const std::string& name : names) {
        script +=
            fmt::format("-- {}\n", one_line(name)) + script_of(drop_statements(transaction, name));
      }
    }
  }
  const bool script_asked = options.change.sql && common.format != Format::kJson;
  if (!options.change.execute && !script_asked) count_tenant_rows(connection, facts, progress);
  std::optional<int64_t> run;
  if (options.change.execute) {
    const auto drop = [&](Transaction& transaction, size_t i, std::optional<int64_t>) {
      run_statements(transaction, names[i], drop_statements(transaction, names[i]),
                     "drop " + names[i]);
    };
    run = change_tenants(
        connection, to, options.change,
        {{"tenants drop", names_text(names), "", "", ""}, "dropped", names, {}, drop}, progress);
  }
  progress.end();
  if (common.format == Format::kJson) {
    DropJson document = {{"command", "tenants drop"},
                         {"outcome", options.change.execute ? "ok" : "preview"},
                         {"database", database},
                         {"schemas", DropJson::array()}};
    for (const TenantFacts& tenant : facts) {
      document["schemas"].push_back(
          {{"schema", tenant.schema},
           {"tables", tenant.tables},
           {"rows", tenant.exact ? DropJson(tenant.rows) : DropJson(nullptr)},
           {"rows_estimated", tenant.rows},
           {"bytes", tenant.bytes}});
    }
    if (!options.change.execute) document["guard"] = guard.text;
    if (run) document["run"] = *run;
    return print_text(document_text(document));
  }
  if (options.change.sql && !options.change.execute) return print_text(script);
  if (common.quiet) return kDone;
  std::string text = facts_text(facts);
  text +=
      fmt::format("{}: {}\n", names_text(names),
                  options.change.execute ? "dropped" : "would be dropped with all that is in them");
  if (!options.change.execute) text += end_of_preview(guard, common);
  if (run) text += fmt::format("run {}\n", *run);
  return print_text(text);
}

}  // namespace resow

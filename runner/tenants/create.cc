#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fixtures/structure/creation.h"
#include "fixtures/text.h"
#include "runner/chosen_schemas.h"
#include "runner/commands/tenants_options.h"
#include "runner/exit_status.h"
#include "runner/json_parts.h"
#include "runner/preview_guard.h"
#include "runner/progress.h"
#include "runner/render.h"
#include "runner/structure/read_structure.h"
#include "runner/tenants/change_tenants.h"
#include "runner/tenants/seed_tenants.h"
#include "runner/tenants/tenant_names.h"
#include "runner/tenants/tenant_script.h"
#include "runner/tenants/tenants_like.h"

namespace resow {
namespace {

using CreateJson = nlohmann::ordered_json;

// What is made, in the words of the preview: "20 tables, 3 views, ...".
std::map<ObjectKind, size_t> counts_of(const Structure& structure) {
  std::map<ObjectKind, size_t> counts;
  for (const StructureObject& object : structure.objects) {
    if (object.kind != ObjectKind::kSchema) ++counts[object.kind];
  }
  return counts;
}

std::string counts_text(const std::map<ObjectKind, size_t>& counts) {
  std::string text;
  for (const auto& [kind, count] : counts) {
    const bool alike = kind == ObjectKind::kStatistics || kind == ObjectKind::kDefaultPrivileges;
    text += fmt::format("{}{}", text.empty() ? "" : ", ",
                        alike ? fmt::format("{} {}", count, to_string(kind))
                        : kind == ObjectKind::kIndex
                            ? fmt::format("{} {}", count, count == 1 ? "index" : "indexes")
                            : count_of_things(static_cast<int64_t>(count), to_string(kind)));
  }
  return text.empty() ? "nothing" : text;
}

// A template, and how it is made again.
struct Template {
  Structure structure;
  Statements statements;
};

// What belongs to an extension is not copied, and what is copied would look for it in vain.
std::vector<Fault> extensions_in(Transaction& transaction, const std::string& schema) {
  const Field parameters[] = {schema};
  const Rows rows = transaction.query(
      "SELECT pg_catalog.quote_ident(e.extname) FROM pg_catalog.pg_extension AS e"
      " JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) e.extnamespace"
      " WHERE n.nspname OPERATOR(pg_catalog.=) $1::pg_catalog.name AND e.extrelocatable ORDER BY 1",
      parameters, "look for extensions in the template");
  std::vector<Fault> faults;
  for (size_t row = 0; row < rows.size(); ++row) {
    const std::string name(rows.text(row, 0));
    faults.push_back({schema, "extension " + name + " lives in the template, and there is but one",
                      "ALTER EXTENSION " + name + " SET SCHEMA public"});
  }
  return faults;
}

Template read_template(Transaction& transaction, const std::string& schema) {
  StructureGraph graph = read_graph(transaction, schema);
  std::vector<Fault> faults = cannot_be_made(graph.structure);
  append(faults, extensions_in(transaction, schema));
  if (!faults.empty()) throw InputError(std::move(faults));
  Statements statements =
      creation_sql(graph.structure, graph.dependencies, quoted_user(transaction));
  return {std::move(graph.structure), std::move(statements)};
}

}  // namespace

int run_tenants_create(const TenantsCreateOptions& options, const CommonOptions& common) {
  require_text_or_json(common, "tenants create");
  const std::vector<std::string> names = names_of(options.names);
  Progress progress("tenants create", !common.quiet && is_capable_terminal(STDERR_FILENO));
  ConnectionOptions to{.dbname = common.dbname, .lock_wait = options.change.lock_timeout};
  to.on_step = [&](std::string_view step) { progress.step(step); };
  Connection connection(to);
  std::optional<SeedTenants> seed;
  if (!options.dataset.empty()) seed.emplace(options.dataset, options.like, names);
  Template like;
  PreviewGuard guard;
  std::string database;
  std::vector<std::string> sql_names;
  {
    Transaction transaction(connection, Access::kReadOnly);
    guard = ask_guard(transaction, options.change.execute, options.change.force_database);
    database = database_name(transaction);
    const std::vector<std::string> known = users_schemas(transaction);
    std::vector<Fault> faults = unusable_names(names, known);
    append(faults, unknown_template(known, options.like));
    if (!faults.empty()) throw InputError(std::move(faults));
    like = read_template(transaction, options.like);
    sql_names = quoted_by_server(transaction, names);
  }
  if (seed) seed->check(connection, to);
  const std::map<ObjectKind, size_t> counts = counts_of(like.structure);
  std::optional<int64_t> run;
  Report seeded;
  if (options.change.execute) {
    const auto create = [&](Transaction& transaction, size_t i, std::optional<int64_t>) {
      run_statements(
          transaction, names[i],
          statements_for(like.statements, names[i], sql_names[i], like.structure.sql_owner),
          "create " + names[i]);
      make_like(transaction, like.structure, names[i], false);
    };
    run = change_tenants(
        connection, to, options.change,
        {{"tenants create", options.like, "", "", ""}, "created", names, {}, create}, progress);
    if (seed) {
      seeded =
          seed->run(connection, to, options.change.jobs, options.change.force_database, progress);
    }
  }
  progress.end();
  const int status = seeded.outcome == Outcome::kOk ? kDone : exit_status(seeded, interrupted());
  if (status != kDone) {
    std::fputs(render_failure(seeded, style_for(STDERR_FILENO, common)).c_str(), stderr);
  }
  if (common.format == Format::kJson) {
    CreateJson objects = CreateJson::object();
    for (const auto& [kind, count] : counts) objects[to_string(kind)] = count;
    CreateJson document = {
        {"command", "tenants create"}, {"outcome", options.change.execute ? "ok" : "preview"},
        {"database", database},        {"like", options.like},
        {"objects", objects},          {"schemas", CreateJson::array()}};
    for (const std::string& name : names) document["schemas"].push_back({{"schema", name}});
    if (!options.change.execute) document["guard"] = guard.text;
    if (run) document["run"] = *run;
    if (status != kDone) document["outcome"] = to_string(seeded.outcome);
    const int printed = print_text(document_text(document));
    return status == kDone ? printed : status;
  }
  if (options.change.sql && !options.change.execute) {
    std::string script;
    for (size_t i = 0; i < names.size(); ++i) {
      // What the bodies of functions name without a schema is looked for there.
      script += fmt::format("-- {}\nSET search_path = {}, public;\n{}RESET search_path;\n",
                            one_line(names[i]), sql_names[i],
                            script_of(statements_for(like.statements, names[i], sql_names[i],
                                                     like.structure.sql_owner)));
    }
    return print_text(script);
  }
  if (common.quiet) return status;
  std::string text = fmt::format("{}: {} like {} ({})\n", names_text(names),
                                 options.change.execute ? "created" : "would be created",
                                 options.like, counts_text(counts));
  if (seed && options.change.execute) text += seed->text(seeded);
  if (seed && !options.change.execute) text += seed->preview();
  if (!options.change.execute) text += end_of_preview(guard, common);
  if (run) text += fmt::format("run {}\n", *run);
  const int printed = print_text(text);
  return status == kDone ? printed : status;
}

}  // namespace resow

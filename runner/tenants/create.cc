#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
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
#include "runner/render.h"
#include "runner/structure/read_structure.h"
#include "runner/tenants/as_run.h"
#include "runner/tenants/seed_tenants.h"
#include "runner/tenants/tenant_facts.h"
#include "runner/tenants/tenant_names.h"
#include "runner/tenants/tenant_script.h"

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
  // Those of the database or a role: what is made may have privileges that its template has not.
  bool has_default_privileges = false;
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
  const std::vector<std::string> schemas = {schema};
  Template found;
  found.structure = read_structures(transaction, schemas, true).front();
  std::vector<Fault> faults = cannot_be_made(found.structure);
  append(faults, extensions_in(transaction, schema));
  if (!faults.empty()) throw InputError(std::move(faults));
  const std::string creator(
      transaction.query("SELECT pg_catalog.quote_ident(CURRENT_USER)", "ask who we are")
          .text(0, 0));
  found.has_default_privileges =
      transaction
          .query("SELECT EXISTS (SELECT FROM pg_catalog.pg_default_acl)", "look for defaults")
          .boolean(0, 0);
  found.statements =
      creation_sql(found.structure, read_dependencies(transaction, found.structure), creator);
  return found;
}

void create_tenant(Connection& connection, LockObserver& observer,
                   const TenantsCreateOptions& options, const Template& like,
                   const std::string& name, const std::string& sql_name, const CommandRun* run,
                   Progress& progress) {
  Transaction transaction(connection, Access::kReadWrite);
  observer.watched(transaction, name, options.lock_timeout, [&] {
    require_disposable(transaction, options.force_database);
    if (run != nullptr) run->show_alive(transaction);
    const std::vector<std::string> locked = {name};
    lock_schemas(transaction, locked, options.lock_timeout,
                 [&](std::string_view line) { progress.say(line); });
    run_statements(transaction,
                   statements_for(like.statements, name, sql_name, like.structure.sql_owner),
                   "create " + name);
    if (like.has_default_privileges) settle_privileges(transaction, like.structure, name);
    require_like(transaction, like.structure, name);
    if (run != nullptr && run->id()) record_schema(transaction, *run->id(), name);
    transaction.commit();
  });
}

}  // namespace

int run_tenants_create(const TenantsCreateOptions& options, const CommonOptions& common) {
  require_text_or_json(common, "tenants create");
  const std::vector<std::string> names = names_of(options.names);
  Progress progress("tenants create", !common.quiet && is_capable_terminal(STDERR_FILENO));
  ConnectionOptions to{.dbname = common.dbname, .lock_wait = options.lock_timeout};
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
    guard = ask_guard(transaction, options.execute, options.force_database);
    database = database_name(transaction);
    const std::vector<std::string> known = users_schemas(transaction);
    std::vector<Fault> faults = unusable_names(names, known);
    if (std::find(known.begin(), known.end(), options.like) == known.end()) {
      faults.push_back({"--like", fmt::format("there is no schema \"{}\"", options.like),
                        suggest(options.like, known)});
    }
    if (!faults.empty()) throw InputError(std::move(faults));
    like = read_template(transaction, options.like);
    sql_names = quoted_by_server(transaction, names);
  }
  if (seed) seed->check(connection, to);
  const std::map<ObjectKind, size_t> counts = counts_of(like.structure);
  std::optional<int64_t> run;
  Report seeded;
  if (options.execute) {
    std::atomic<size_t> done = 0;
    const RunHead head{"tenants create", options.like, "", "", ""};
    progress.begin("", names.size(), "schemas");
    try {
      run =
          as_run(connection, to, head, options.history, progress, [&](const CommandRun* recorded) {
            LockObserver observer(to, [&](std::string_view line) { progress.say(line); });
            for_each_schema(connection, to, options.jobs, names.size(),
                            [&](Connection& own, size_t i) {
                              create_tenant(own, observer, options, like, names[i], sql_names[i],
                                            recorded, progress);
                              ++done;
                              progress.done(1);
                            });
          });
    } catch (...) {
      if (done > 0) {
        progress.say(fmt::format("created {} of {} before that", done.load(),
                                 count_of_things(static_cast<int64_t>(names.size()), "schema")));
      }
      throw;
    }
    if (seed) {
      seeded = seed->run(connection, to, options.jobs, options.force_database, progress);
    }
  }
  const int status = seeded.outcome == Outcome::kOk ? kDone : exit_status(seeded, interrupted());
  if (status != kDone) {
    std::fputs(render_failure(seeded, style_for(STDERR_FILENO, common)).c_str(), stderr);
  }
  if (common.format == Format::kJson) {
    CreateJson objects = CreateJson::object();
    for (const auto& [kind, count] : counts) objects[to_string(kind)] = count;
    CreateJson document = {
        {"command", "tenants create"}, {"outcome", options.execute ? "ok" : "preview"},
        {"database", database},        {"like", options.like},
        {"objects", objects},          {"schemas", CreateJson::array()}};
    for (const std::string& name : names) document["schemas"].push_back({{"schema", name}});
    if (!options.execute) document["guard"] = guard.text;
    if (run) document["run"] = *run;
    if (status != kDone) document["outcome"] = to_string(seeded.outcome);
    const int printed =
        print_text(document.dump(2, ' ', false, CreateJson::error_handler_t::replace) + "\n");
    return status == kDone ? printed : status;
  }
  if (options.sql && !options.execute) {
    std::string script;
    for (size_t i = 0; i < names.size(); ++i) {
      script += fmt::format("-- {}\n{}", one_line(names[i]),
                            script_of(statements_for(like.statements, names[i], sql_names[i],
                                                     like.structure.sql_owner)));
    }
    return print_text(script);
  }
  if (common.quiet) return status;
  std::string text = fmt::format("{}: {} like {} ({})\n", names_text(names),
                                 options.execute ? "created" : "would be created", options.like,
                                 counts_text(counts));
  if (seed && options.execute) text += seed->text(seeded);
  if (seed && !options.execute) text += seed->preview();
  if (!options.execute) text += end_of_preview(guard, common);
  if (run) text += fmt::format("run {}\n", *run);
  const int printed = print_text(text);
  return status == kDone ? printed : status;
}

}  // namespace resow

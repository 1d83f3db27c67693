#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fixtures/structure/drift.h"
#include "fixtures/structure/own_schema.h"
#include "fixtures/structure/sync_plan.h"
#include "fixtures/text.h"
#include "runner/chosen_schemas.h"
#include "runner/commands/tenants_options.h"
#include "runner/control_schema.h"
#include "runner/exit_status.h"
#include "runner/json_parts.h"
#include "runner/preview_guard.h"
#include "runner/progress.h"
#include "runner/structure/read_structure.h"
#include "runner/tenants/change_tenants.h"
#include "runner/tenants/each_structure.h"
#include "runner/tenants/foreign_dependents.h"
#include "runner/tenants/sync_tenant.h"
#include "runner/tenants/tenant_names.h"
#include "runner/tenants/tenant_script.h"
#include "runner/tenants/tenants_like.h"
#include "runner/tenants/way_back.h"

namespace resow {
namespace {

using SyncJson = nlohmann::ordered_json;

// One tenant that is not like the template.
struct ToSync {
  std::string schema;
  SyncPlan plan;
  SyncFindings findings;
  std::vector<std::string> statements;  // as they would be sent
};

int64_t lost_values(const SyncFindings& findings) {
  int64_t values = 0;
  for (const auto& [loss, count] : findings.losses) values += count;
  return values;
}

bool loses_values(const std::vector<ToSync>& tenants) {
  return std::any_of(tenants.begin(), tenants.end(),
                     [](const ToSync& tenant) { return lost_values(tenant.findings) > 0; });
}

// Rows that were written since the preview can be lost as well, or not fit.
void require_as_previewed(const std::string& schema, const SyncFindings& findings,
                          const SyncFindings& previewed, bool may_lose) {
  std::vector<Fault> faults = findings.faults;
  if (!may_lose && lost_values(findings) > lost_values(previewed)) {
    faults.push_back(
        {schema, "values were written meanwhile that would be lost", "look at the preview again"});
  }
  if (!faults.empty()) throw InputError(std::move(faults));
}

std::vector<std::string> statements_of(const Structure& structure, const SyncPlan& plan) {
  std::vector<std::string> all =
      statements_for(plan.drops, structure.schema, structure.sql_schema, structure.sql_owner);
  for (std::string& statement :
       statements_for(plan.makes, structure.schema, structure.sql_schema, structure.sql_owner)) {
    all.push_back(std::move(statement));
  }
  return all;
}

// "table.column", each of which has to be told from the other.
std::optional<ColumnName> column_from(const std::string& text) {
  const size_t dot = text.find('.');
  if (dot == std::string::npos || dot == 0 || dot + 1 == text.size()) return std::nullopt;
  return ColumnName{text.substr(0, dot), text.substr(dot + 1)};
}

SyncChoices choices_of(const TenantsSyncOptions& options) {
  SyncChoices choices;
  choices.cosmetic = options.cosmetic;
  std::vector<Fault> faults;
  for (const std::string& text : options.renames) {
    const size_t sign = text.find('=');
    const auto column = column_from(text.substr(0, sign));
    if (sign == std::string::npos || sign + 1 == text.size() || !column) {
      faults.push_back(
          {"--rename", fmt::format("\"{}\" is no rename", text), "say --rename TABLE.OLD=NEW"});
    } else {
      choices.renames[*column] = text.substr(sign + 1);
    }
  }
  for (const std::string& text : options.separate) {
    if (const auto column = column_from(text)) {
      choices.separate.insert(*column);
    } else {
      faults.push_back(
          {"--separate", fmt::format("\"{}\" is no column", text), "say --separate TABLE.COLUMN"});
    }
  }
  if (!faults.empty()) throw InputError(std::move(faults));
  return choices;
}

// The same of many tenants is said once, with their number.
std::vector<Fault> said_once(const std::vector<ToSync>& tenants) {
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> by_text;
  for (const ToSync& tenant : tenants) {
    for (const auto* faults : {&tenant.plan.faults, &tenant.findings.faults}) {
      for (const Fault& fault : *faults) {
        by_text[{fault.what, fault.mend}].push_back(tenant.schema);
      }
    }
  }
  std::vector<Fault> all;
  for (const auto& [text, schemas] : by_text) {
    all.push_back({names_text(schemas), text.first, text.second});
  }
  return all;
}

std::vector<Fault> losses_not_allowed(const std::vector<ToSync>& tenants) {
  std::vector<Fault> faults;
  for (const ToSync& tenant : tenants) {
    for (const auto& [loss, count] : tenant.findings.losses) {
      if (count == 0) continue;
      faults.push_back(
          {tenant.schema,
           fmt::format("{}: {} would be lost", loss.what,
                       count_of_things(count, loss.kind == ObjectKind::kTable ? "row" : "value")),
           "say --allow-loss; resow undo brings them back as long as the history keeps the run"});
    }
  }
  return faults;
}

// In the preview, tenants for which the same is done, together.
std::string sync_text(const std::vector<ToSync>& tenants, bool executed, const std::string& like) {
  std::map<std::string, size_t> places;
  std::vector<std::pair<std::vector<const ToSync*>, std::string>> groups;
  for (const ToSync& tenant : tenants) {
    std::string text;
    for (const Statements* statements : {&tenant.plan.drops, &tenant.plan.makes}) {
      for (const std::string& statement : *statements) {
        text += fmt::format("  {}\n", one_line(without_marks(statement)));
      }
    }
    const auto [place, is_new] = places.emplace(text, groups.size());
    if (is_new) groups.push_back({{}, text});
    groups[place->second].first.push_back(&tenant);
  }
  std::string all;
  for (const auto& [members, text] : groups) {
    std::vector<std::string> names;
    std::map<std::string, std::pair<int64_t, std::string>> lost;
    for (const ToSync* tenant : members) {
      names.push_back(tenant->schema);
      for (const auto& [loss, count] : tenant->findings.losses) {
        auto& [sum, noun] = lost[loss.what];
        sum += count;
        noun = loss.kind == ObjectKind::kTable ? "row" : "value";
      }
    }
    all += names_text(names) + "\n" + text;
    for (const auto& [what, sum] : lost) {
      all += fmt::format("  {}: {}: {}\n",
                         executed ? "lost, and kept for resow undo" : "would be lost", what,
                         count_of_things(sum.first, sum.second));
    }
  }
  return all + (tenants.empty()
                    ? fmt::format("all are like {}\n", like)
                    : fmt::format("{} {} like {}\n",
                                  count_of_things(static_cast<int64_t>(tenants.size()), "schema"),
                                  executed ? "brought to be" : "would be brought to be", like));
}

SyncJson json_of_tenants(const std::vector<ToSync>& tenants) {
  SyncJson schemas = SyncJson::array();
  for (const ToSync& tenant : tenants) {
    SyncJson losses = SyncJson::array();
    for (const auto& [loss, count] : tenant.findings.losses) {
      losses.push_back({{"what", loss.what},
                        {"table", loss.table},
                        {"column", loss.column.empty() ? SyncJson(nullptr) : SyncJson(loss.column)},
                        {"lost", count}});
    }
    schemas.push_back(
        {{"schema", tenant.schema}, {"statements", tenant.statements}, {"losses", losses}});
  }
  return schemas;
}

}  // namespace

int run_tenants_sync(const TenantsSyncOptions& options, const CommonOptions& common) {
  require_text_or_json(common, "tenants sync");
  const SyncChoices choices = choices_of(options);
  Progress progress("tenants sync", !common.quiet && is_capable_terminal(STDERR_FILENO));
  ConnectionOptions to{.dbname = common.dbname, .lock_wait = options.change.lock_timeout};
  to.on_step = [&](std::string_view step) { progress.step(step); };
  Connection connection(to);
  PreviewGuard guard;
  std::string database;
  std::string creator;
  StructureGraph wanted;
  std::vector<ToSync> tenants;
  {
    Transaction transaction(connection, Access::kReadOnly);
    guard = ask_guard(transaction, options.change.execute, options.change.force_database);
    database = database_name(transaction);
    creator = quoted_user(transaction);
    const std::vector<std::string> names =
        tenants_like(users_schemas(transaction), options.like, options.schemas);
    wanted = read_graph(transaction, options.like);
    progress.begin("comparing", names.size(), "schemas");
    std::vector<std::string> drifted;
    each_structure(transaction, names, [&](const Structure& structure) {
      const TenantDrift drift = drift_of(wanted.structure, structure);
      if (drift.differs() || (options.cosmetic && drift.cosmetic())) {
        drifted.push_back(structure.schema);
      }
      progress.done(1);
    });
    progress.begin("planning", drifted.size(), "schemas");
    for (const std::string& name : drifted) {
      const StructureGraph found = read_graph(transaction, name);
      ToSync tenant;
      tenant.schema = name;
      tenant.plan = plan_sync(wanted, found, choices, creator);
      tenant.findings = look_at_rows(transaction, found, tenant.plan);
      tenant.statements = statements_of(found.structure, tenant.plan);
      const bool something = !tenant.plan.empty() || !tenant.plan.faults.empty();
      if (something) tenants.push_back(std::move(tenant));
      progress.done(1);
    }
    std::vector<std::string> to_change;
    for (const ToSync& tenant : tenants) to_change.push_back(tenant.schema);
    std::vector<Fault> faults = said_once(tenants);
    append(faults, schemas_with_baselines(transaction, to_change));
    if (options.change.execute && !options.allow_loss) append(faults, losses_not_allowed(tenants));
    if (!faults.empty()) throw InputError(std::move(faults));
  }
  std::optional<int64_t> run;
  if (options.change.execute && !tenants.empty()) {
    std::vector<std::string> schemas;
    for (const ToSync& tenant : tenants) schemas.push_back(tenant.schema);
    const auto begin = [&](std::optional<int64_t> number) {
      if (loses_values(tenants) && !number) {
        throw InputError(
            {{"--allow-loss", "what would be lost is kept in the history, and there is none",
              "let it be recorded (docs/history.md)"}});
      }
      if (!number) return;
      Transaction transaction(connection, Access::kReadWrite);
      lock_control_schema(transaction);
      make_ways_back(transaction);
      forget_ways_back(transaction);
      transaction.commit();
    };
    const auto sync = [&](Transaction& transaction, size_t i, std::optional<int64_t> number) {
      const StructureGraph found = read_graph(transaction, schemas[i]);
      if (statements_of(found.structure, plan_sync(wanted, found, choices, creator)) !=
          tenants[i].statements) {
        throw InputError({{schemas[i], "it was changed meanwhile", "look at the preview again"}});
      }
      require_as_previewed(schemas[i], look_at_locked_rows(transaction, found, tenants[i].plan),
                           tenants[i].findings, options.allow_loss && number);
      sync_tenant(transaction, wanted, found, choices, tenants[i].plan, creator, number);
    };
    run = change_tenants(
        connection, to, options.change,
        {{"tenants sync", options.like, "", "", ""}, "changed", schemas, begin, sync}, progress);
  }
  progress.end();
  if (common.format == Format::kJson) {
    SyncJson document = {{"command", "tenants sync"},
                         {"outcome", options.change.execute ? "ok" : "preview"},
                         {"database", database},
                         {"like", options.like},
                         {"schemas", json_of_tenants(tenants)}};
    if (!options.change.execute) document["guard"] = guard.text;
    if (run) document["run"] = *run;
    return print_text(document_text(document));
  }
  if (options.change.sql && !options.change.execute) {
    std::string script;
    for (const ToSync& tenant : tenants) {
      script += fmt::format("-- {}\n{}", one_line(tenant.schema), script_of(tenant.statements));
    }
    return print_text(script);
  }
  if (common.quiet) return kDone;
  std::string text = sync_text(tenants, options.change.execute, options.like);
  if (!options.change.execute && !tenants.empty()) {
    text += end_of_preview(guard, common, loses_values(tenants));
  }
  if (run) text += fmt::format("run {}\n", *run);
  return print_text(text);
}

}  // namespace resow

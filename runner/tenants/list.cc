#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "fixtures/structure/compare.h"
#include "fixtures/text.h"
#include "runner/bytes_text.h"
#include "runner/chosen_schemas.h"
#include "runner/commands/tenants_options.h"
#include "runner/exit_status.h"
#include "runner/json_parts.h"
#include "runner/migration_revision.h"
#include "runner/progress.h"
#include "runner/tenants/each_structure.h"
#include "runner/tenants/tenant_facts.h"
#include "runner/text_table.h"

namespace resow {
namespace {

using ListJson = nlohmann::ordered_json;

struct Tenant {
  TenantFacts facts;
  std::string fingerprint;
  std::vector<Revision> revisions;
  LastRun run;  // id 0 for none
};

ListJson json_of_tenant(const Tenant& tenant) {
  ListJson revisions = ListJson::array();
  for (const Revision& revision : tenant.revisions) {
    revisions.push_back(
        {{"table", revision.table}, {"tool", revision.tool}, {"revision", revision.revision}});
  }
  ListJson run = nullptr;
  if (tenant.run.id != 0) {
    run = {{"id", tenant.run.id},
           {"command", tenant.run.command},
           {"state", tenant.run.state},
           {"started", tenant.run.started}};
  }
  return {{"schema", tenant.facts.schema},
          {"tables", tenant.facts.tables},
          {"rows_estimated", tenant.facts.rows},
          {"rows_complete", tenant.facts.counted},
          {"bytes", tenant.facts.bytes},
          {"fingerprint", tenant.fingerprint},
          {"revisions", revisions},
          {"last_run", run}};
}

std::string list_text(const std::vector<Tenant>& tenants) {
  constexpr size_t kShownFingerprint = 12;  // of 32
  std::vector<std::vector<std::string>> lines;
  std::map<std::string, size_t> kinds;
  for (const Tenant& tenant : tenants) {
    ++kinds[tenant.fingerprint];
    std::string revisions;
    for (const Revision& each : tenant.revisions) {
      revisions += (revisions.empty() ? "" : "; ") + one_line(each.revision);
    }
    lines.push_back({one_line(tenant.facts.schema), with_thousands(tenant.facts.tables),
                     rows_text(tenant.facts), bytes_text(tenant.facts.bytes),
                     tenant.fingerprint.substr(0, kShownFingerprint), revisions,
                     tenant.run.id == 0
                         ? ""
                         : fmt::format("{} ({}) {}", tenant.run.id, one_line(tenant.run.command),
                                       tenant.run.started)});
  }
  return text_table({{"schema"},
                     {"tables", true},
                     {"rows", true},
                     {"size", true},
                     {"fingerprint"},
                     {"revision"},
                     {"last run"}},
                    lines, 0, false) +
         fmt::format("{}, {} of structure\n",
                     count_of_things(static_cast<int64_t>(tenants.size()), "schema"),
                     count_of_things(static_cast<int64_t>(kinds.size()), "kind"));
}

}  // namespace

int run_tenants_list(const TenantsListOptions& options, const CommonOptions& common) {
  require_text_or_json(common, "tenants list");
  std::vector<Tenant> tenants;
  std::string database;
  {
    Progress progress("tenants list", !common.quiet && is_capable_terminal(STDERR_FILENO));
    ConnectionOptions to{.dbname = common.dbname, .lock_wait = kLockWait};
    to.on_step = [&](std::string_view step) { progress.step(step); };
    Connection connection(to);
    Transaction transaction(connection, Access::kReadOnly);
    database = database_name(transaction);
    const std::vector<std::string> names =
        choose_schemas(users_schemas(transaction), options.schemas, "schema");
    std::map<std::string, size_t> places;
    for (TenantFacts& facts : tenant_facts(transaction, names)) {
      places[facts.schema] = tenants.size();
      tenants.push_back({std::move(facts), "", {}, {}});
    }
    progress.begin("", names.size(), "schemas");
    each_structure(transaction, names, [&](const Structure& structure) {
      tenants[places.at(structure.schema)].fingerprint = fingerprint(structure);
      progress.done(1);
    });
    for (Revision& revision : migration_revisions(transaction, names)) {
      tenants[places.at(revision.schema)].revisions.push_back(std::move(revision));
    }
    for (auto& [schema, run] : last_runs(transaction, names)) {
      tenants[places.at(schema)].run = std::move(run);
    }
  }
  if (common.format != Format::kJson) return print_text(list_text(tenants));
  ListJson document = {{"command", "tenants list"},
                       {"outcome", "ok"},
                       {"database", database},
                       {"schemas", ListJson::array()}};
  std::transform(tenants.begin(), tenants.end(), std::back_inserter(document["schemas"]),
                 json_of_tenant);
  return print_text(document_text(document));
}

}  // namespace resow

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "fixtures/structure/drift.h"
#include "fixtures/suggestion.h"
#include "fixtures/text.h"
#include "runner/chosen_schemas.h"
#include "runner/commands/tenants_options.h"
#include "runner/exit_status.h"
#include "runner/html/drift_page.h"
#include "runner/json_parts.h"
#include "runner/progress.h"
#include "runner/read_catalog.h"
#include "runner/structure/read_structure.h"
#include "runner/tenants/each_structure.h"
#include "runner/tenants/tenant_names.h"
#include "runner/tenants/tenants_like.h"

namespace resow {
namespace {

using DiffJson = nlohmann::ordered_json;

const char* word(DifferenceKind kind) {
  switch (kind) {
    case DifferenceKind::kMissing:
      return "missing";
    case DifferenceKind::kExtra:
      return "extra";
    case DifferenceKind::kChanged:
      break;
  }
  return "changed";
}

DiffJson json_of_line(const DriftLine& line) {
  DiffJson changes = DiffJson::array();
  for (const DriftLine::Change& change : line.changes) {
    changes.push_back({{"what", change.what}, {"wanted", change.wanted}, {"found", change.found}});
  }
  return {{"kind", word(line.kind)},
          {"object", to_string(line.object)},
          {"table", line.table.empty() ? DiffJson(nullptr) : DiffJson(line.table)},
          {"name", line.name},
          {"changes", changes},
          {"cosmetic", line.cosmetic},
          {"text", line.text}};
}

struct Found {
  std::vector<TenantDrift> drifts;
  size_t differing = 0, cosmetic = 0;  // schemas; a schema may be both
};

std::string diff_text(const Found& found, const TenantsDiffOptions& options, bool quiet) {
  const auto count = [](size_t number) {
    return count_of_things(static_cast<int64_t>(number), "schema");
  };
  std::string text;
  if (!quiet) {
    for (const DriftGroup& group : group_drifts(found.drifts, options.cosmetic)) {
      text += names_text(group.schemas) + "\n";
      for (const DriftLine& line : group.lines) {
        text += fmt::format("  {}{}\n", line.text, line.cosmetic ? " (cosmetic)" : "");
      }
    }
  }
  const size_t equal = found.drifts.size() - found.differing;
  text += found.differing == 0
              ? fmt::format("like {}: {}", options.like, count(equal))
              : fmt::format("like {}: {}; {} {}", options.like, count(equal),
                            count(found.differing), found.differing == 1 ? "differs" : "differ");
  if (found.cosmetic > 0 && !options.cosmetic) {
    text += fmt::format("; cosmetic differences in {} (--cosmetic shows them)",
                        with_thousands(static_cast<uint64_t>(found.cosmetic)));
  }
  return text + "\n";
}

std::string diff_json(const Found& found, const TenantsDiffOptions& options,
                      const std::string& database) {
  DiffJson document = {{"command", "tenants diff"},
                       {"outcome", found.differing == 0 ? "ok" : "differences"},
                       {"database", database},
                       {"like", options.like},
                       {"schemas", DiffJson::array()}};
  for (const TenantDrift& drift : found.drifts) {
    DiffJson lines = DiffJson::array();
    for (const DriftLine& line : drift.lines) lines.push_back(json_of_line(line));
    document["schemas"].push_back({{"schema", drift.schema}, {"differences", lines}});
  }
  return document_text(document);
}

}  // namespace

int run_tenants_diff(const TenantsDiffOptions& options, const CommonOptions& common) {
  require_text_or_json(common, "tenants diff", true);
  Found found;
  std::string database;
  Catalog catalog;  // of the template, for the picture
  {
    Progress progress("tenants diff", !common.quiet && is_capable_terminal(STDERR_FILENO));
    ConnectionOptions to{.dbname = common.dbname, .lock_wait = kLockWait};
    to.on_step = [&](std::string_view step) { progress.step(step); };
    Connection connection(to);
    Transaction transaction(connection, Access::kReadOnly);
    database = database_name(transaction);
    const std::vector<std::string> names =
        tenants_like(users_schemas(transaction), options.like, options.schemas);
    const std::vector<std::string> like = {options.like};
    const Structure wanted = read_structures(transaction, like, false).front();
    if (common.format == Format::kHtml) {
      catalog = read_catalog(transaction, {{as_pattern(options.like)}, {}}, CatalogDetail::kAll);
    }
    progress.begin("", names.size(), "schemas");
    each_structure(transaction, names, [&](const Structure& structure) {
      TenantDrift drift = drift_of(wanted, structure);
      if (drift.differs()) ++found.differing;
      if (drift.cosmetic()) ++found.cosmetic;
      found.drifts.push_back(std::move(drift));
      progress.done(1);
    });
  }
  const int status = found.differing > 0 ? kDifferent : kDone;
  int printed = kDone;
  if (common.format == Format::kJson) {
    printed = print_text(diff_json(found, options, database));
  } else if (common.format == Format::kHtml) {
    printed = print_text(render_page(drift_page(options.like, found.drifts, catalog)));
  } else {
    printed = print_text(diff_text(found, options, common.quiet));
  }
  return status == kDone ? printed : status;
}

}  // namespace resow

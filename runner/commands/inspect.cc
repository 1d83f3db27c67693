#include "runner/commands/inspect.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fixtures/partitions.h"
#include "fixtures/suggestion.h"
#include "runner/exit_status.h"
#include "runner/read_catalog.h"
#include "runner/render_catalog_json.h"
#include "runner/render_inspection.h"
#include "runner/standard_output.h"

namespace resow {
void require_matches(const Catalog& catalog, const Selection& schemas) {
  std::vector<Fault> faults;
  std::vector<std::string> known = catalog.schemas;
  known.insert(known.end(), catalog.other_schemas.begin(), catalog.other_schemas.end());
  for (const std::string& pattern : schemas.include) {
    const bool found = std::any_of(known.begin(), known.end(), [&](const std::string& schema) {
      return matches(pattern, schema);
    });
    if (found) continue;
    faults.push_back(
        {"-n", fmt::format("no schema matches \"{}\"", pattern), suggest(pattern, known)});
  }
  if (!faults.empty()) throw InputError(std::move(faults));
}

namespace {

DependencyOrder order_of(const Catalog& catalog) {
  std::vector<size_t> tables;
  for (size_t i = 0; i < catalog.relations.size(); ++i) {
    const Relation& relation = catalog.relations[i];
    const bool table =
        relation.kind == RelationKind::kTable || relation.kind == RelationKind::kPartitionedTable;
    const size_t root = partition_root(catalog, i);
    const bool shown_by_root = root != i && catalog.relations[root].selected;
    if (relation.selected && table && !shown_by_root) tables.push_back(i);
  }
  return order_by_dependency(catalog, tables);
}

}  // namespace

Inspection inspect(Connection& connection, const InspectOptions& options) {
  Inspection inspection;
  {
    Transaction transaction(connection, Access::kReadOnly);
    inspection.catalog = read_catalog(transaction, options.schemas, CatalogDetail::kAll);
  }
  require_matches(inspection.catalog, options.schemas);
  inspection.order = order_of(inspection.catalog);
  inspection.measured = !options.schema_only;
  if (inspection.measured) inspection.facts = measure_tables(connection, inspection.catalog);
  return inspection;
}

int run_inspect(const InspectOptions& options, const CommonOptions& common) {
  if (common.format != Format::kText && common.format != Format::kJson) {
    throw InputError({{"--format", "inspect has nothing to test", "use text or json"}});
  }
  Connection connection({.dbname = common.dbname, .lock_wait = kLockWait});
  const Inspection inspection = inspect(connection, options);
  StandardOutput output;
  if (common.format == Format::kJson) {
    render_catalog_json(inspection, [&](std::string_view text) { output.write(text); });
  } else {
    const bool color = use_color(common.color, isatty(STDOUT_FILENO) != 0, std::getenv("NO_COLOR"),
                                 std::getenv("TERM"));
    output.write(render_inspection(inspection, {color, common.quiet}));
  }
  if (output.finish()) return kDone;
  std::fputs("resow: the catalog could not be written\n", stderr);
  return kDatabaseRefused;
}

}  // namespace resow

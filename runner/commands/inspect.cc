#include "runner/commands/inspect.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fixtures/partitions.h"
#include "fixtures/table_names.h"
#include "runner/commands/measuring.h"
#include "runner/exit_status.h"
#include "runner/html/inspect_page.h"
#include "runner/read_catalog.h"
#include "runner/render_catalog_json.h"
#include "runner/render_inspection.h"
#include "runner/standard_output.h"

namespace resow {
void require_matches(const Catalog& catalog, const Selection& schemas) {
  std::vector<Fault> faults;
  check_schema_patterns(catalog, schemas.include, "-n", faults);
  check_schema_patterns(catalog, schemas.exclude, "-N", faults);
  if (!faults.empty()) throw InputError(std::move(faults));
}

namespace {

// Those that -t and -T leave out are in the catalog as what others may refer to.
void choose_tables_of(Catalog& catalog, const TableSelection& tables) {
  std::vector<Fault> faults;
  const std::set<std::string_view> schemas(catalog.schemas.begin(), catalog.schemas.end());
  check_table_patterns(catalog, tables.include, schemas, "-t", faults);
  check_table_patterns(catalog, tables.exclude, schemas, "-T", faults);
  if (!faults.empty()) throw InputError(std::move(faults));
  for (Relation& relation : catalog.relations) {
    relation.selected = relation.selected && tables.contains(relation.schema, relation.name);
  }
}

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

Inspection inspect(Connection& connection, const InspectOptions& options,
                   const std::function<void(size_t done, size_t all)>& on_measured) {
  Inspection inspection;
  {
    Transaction transaction(connection, Access::kReadOnly);
    inspection.catalog = read_catalog(transaction, options.schemas, CatalogDetail::kAll);
  }
  require_matches(inspection.catalog, options.schemas);
  choose_tables_of(inspection.catalog, options.tables);
  inspection.whole = options.tables.include.empty() && options.tables.exclude.empty();
  inspection.order = order_of(inspection.catalog);
  inspection.measured = !options.schema_only;
  if (inspection.measured) {
    inspection.facts = measure_tables(connection, inspection.catalog, on_measured);
  }
  return inspection;
}

int run_inspect(const InspectOptions& options, const CommonOptions& common) {
  if (common.format != Format::kText && common.format != Format::kJson &&
      common.format != Format::kHtml) {
    throw InputError({{"--format", "inspect has nothing to test", "use text, json or html"}});
  }
  const Inspection inspection =
      measuring("inspect", common, [&](Connection& connection, const OnMeasured& on_measured) {
        return inspect(connection, options, on_measured);
      });
  StandardOutput output;
  if (common.format == Format::kJson) {
    render_catalog_json(inspection, [&](std::string_view text) { output.write(text); });
  } else if (common.format == Format::kHtml) {
    output.write(render_page(inspect_page(inspection)));
  } else {
    output.write(render_inspection(inspection, style_for(STDOUT_FILENO, common)));
  }
  if (output.finish()) return kDone;
  std::fputs("resow: the catalog could not be written\n", stderr);
  return kDatabaseRefused;
}

}  // namespace resow

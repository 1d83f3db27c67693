#include "runner/plan_report.h"

#include <map>

namespace resow {
SchemaReport report_plan(const Catalog& catalog, const Plan& plan) {
  SchemaReport report;
  for (const std::string& schema : plan.scope.schemas) {
    report.schema += (report.schema.empty() ? "" : ", ") + schema;
  }
  std::map<size_t, size_t> places;  // relation -> index into report.tables
  const auto table = [&](size_t index) -> TableReport& {
    const auto [place, added] = places.emplace(index, report.tables.size());
    if (added) {
      TableReport& entry = report.tables.emplace_back();
      entry.schema = catalog.relations[index].schema;
      entry.table = catalog.relations[index].name;
      if (const auto found = plan.scope.partitions.find(index);
          found != plan.scope.partitions.end()) {
        for (const size_t partition : found->second) {
          entry.partitions.push_back(display_name(catalog.relations[partition]));
        }
      }
    }
    return report.tables[place->second];
  };
  for (const ClearStep& step : plan.clear) {
    TableReport& entry = table(step.relation);
    entry.removed = step.rows;
    entry.strategy = to_string(step.strategy);
    entry.why = step.why;
  }
  for (const LoadStep& step : plan.load) {
    table(step.relation).seeded = static_cast<int64_t>(step.rows);
  }
  for (const PreservedTable& preserved : plan.scope.preserved) {
    report.preserved.emplace_back(display_name(catalog.relations[preserved.relation]),
                                  preserved.why);
  }
  report.notes = plan.notes;
  for (const LeftOut& left : plan.left_out) {
    for (const std::string& why : left.why) {
      report.left_out.emplace_back(display_name(catalog.relations[left.relation]), why);
    }
  }
  return report;
}

}  // namespace resow

#include "runner/prune/prune_report.h"

#include "fixtures/pattern.h"

namespace resow {

bool is_execution(const PruneRequest& request) { return !request.plan.empty(); }

int64_t batches_of(const PruneRequest& request, int64_t rows) {
  const auto size = static_cast<int64_t>(request.limits.batch_rows);
  return request.limits.atomic ? (rows > 0 ? 1 : 0) : (rows + size - 1) / size;
}

const Relation& pruned_relation(const PruneResult& result, size_t unit, size_t table) {
  return result.catalog.relations[result.plans[unit].tables[table].relation];
}

std::vector<size_t> order_of_going(const PrunePlan& plan) {
  std::vector<size_t> order(plan.tables.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = order.size() - 1 - i;
  return order;
}

std::vector<GroupSum> group_sums(const PruneRequest& request, const PruneResult& result) {
  std::vector<GroupSum> sums;
  for (const auto& [name, patterns] : request.policy.groups) {
    GroupSum sum{name, 0, 0};
    const TableSelection selection{patterns, {}};
    for (size_t unit = 0; unit < result.found.size(); ++unit) {
      const PrunePlan& plan = result.plans[unit];
      const auto of = [&](size_t relation) {
        const Relation& table = result.catalog.relations[relation];
        return selection.includes(table.schema, table.name);
      };
      const auto& counts = result.counts[unit];
      for (size_t i = 0; i < plan.tables.size(); ++i) {
        if (!of(plan.tables[i].relation)) continue;
        if (!is_execution(request)) {
          sum.removed += result.found[unit].tables[i].gone;
        } else if (!counts.empty()) {
          sum.removed += counts[i].removed;
        }
      }
      for (size_t i = 0; i < plan.resets.size(); ++i) {
        if (!of(plan.resets[i].relation)) continue;
        if (!is_execution(request)) {
          sum.reset += result.found[unit].resets[i].second;
        } else if (!counts.empty()) {
          sum.reset += counts[plan.tables.size() + i].reset;
        }
      }
    }
    sums.push_back(std::move(sum));
  }
  return sums;
}

int64_t planned_rows(const PruneResult& result) {
  int64_t rows = 0;
  for (const UnitAnalysis& unit : result.found) rows += unit.changes();
  return rows;
}

std::pair<int64_t, int64_t> planned_totals(const PruneResult& result) {
  int64_t rows = 0, resets = 0;
  for (const UnitAnalysis& unit : result.found) {
    for (const TableAnalysis& table : unit.tables) rows += table.gone;
    for (const auto& [all, reset] : unit.resets) resets += reset;
  }
  return {rows, resets};
}

}  // namespace resow

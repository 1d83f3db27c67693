#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "runner/json_parts.h"
#include "runner/prune/prune_report.h"
#include "runner/prune/render_prune.h"

namespace resow {
namespace {

using PruneJson = nlohmann::ordered_json;

PruneJson json_or_null(const std::optional<std::string>& text) {
  return text ? PruneJson(*text) : PruneJson(nullptr);
}

PruneJson table_json(const PruneRequest& request, const PruneResult& result, size_t unit,
                     size_t i) {
  const TableAnalysis& found = result.found[unit].tables[i];
  const Relation& relation = pruned_relation(result, unit, i);
  PruneJson table = {{"table", relation.name}, {"action", "delete"}, {"rows", found.rows}};
  if (is_execution(request)) {
    const RunCount& count = result.counts[unit].empty() ? RunCount() : result.counts[unit][i];
    table["planned"] = found.gone;
    table["removed"] = count.removed;
    table["oldest"] = json_or_null(count.oldest);
    table["newest"] = json_or_null(count.newest);
    return table;
  }
  table["removed"] = found.gone;
  table["kept"] = found.kept;
  PruneJson keepers = PruneJson::array();
  for (const auto& [edge, rows] : found.keepers) {
    const PruneEdge& key = result.plans[unit].edges[edge];
    const Relation& child = result.catalog.relations[key.child];
    const Relation& owner = result.catalog.relations[key.key_owner];
    keepers.push_back({{"schema", child.schema},
                       {"table", child.name},
                       {"foreign_key", owner.foreign_keys[key.foreign_key].name},
                       {"rows", rows}});
  }
  table["kept_by"] = std::move(keepers);
  table["batches"] = batches_of(request, found.gone);
  const auto facts = result.facts.find(result.plans[unit].tables[i].relation);
  if (facts != result.facts.end()) table["bytes"] = facts->second.bytes;
  table["oldest"] = json_or_null(found.oldest);
  table["newest"] = json_or_null(found.newest);
  table["oldest_removed"] = json_or_null(found.oldest_gone);
  table["newest_removed"] = json_or_null(found.newest_gone);
  if (!result.found[unit].months[i].empty()) {
    PruneJson months = PruneJson::array();
    for (const MonthAnalysis& month : result.found[unit].months[i]) {
      months.push_back(
          {{"month", json_or_null(month.month)}, {"rows", month.rows}, {"removed", month.gone}});
    }
    table["months"] = std::move(months);
  }
  return table;
}

PruneJson reset_json(const PruneRequest& request, const PruneResult& result, size_t unit,
                     size_t i) {
  const PrunePlan& plan = result.plans[unit];
  const Relation& relation = result.catalog.relations[plan.resets[i].relation];
  const auto& [all, reset] = result.found[unit].resets[i];
  PruneJson columns = PruneJson::array();
  for (const PruneReset::Column& column : plan.resets[i].columns) {
    columns.push_back(relation.column(column.number)->name);
  }
  PruneJson table = {{"table", relation.name}, {"action", "reset"}, {"rows", all}};
  if (is_execution(request)) {
    table["planned"] = reset;
    table["reset"] =
        result.counts[unit].empty() ? 0 : result.counts[unit][plan.tables.size() + i].reset;
  } else {
    table["reset"] = reset;
  }
  table["columns"] = std::move(columns);
  return table;
}

PruneJson schemas_json(const PruneRequest& request, const PruneResult& result) {
  PruneJson schemas = PruneJson::array();
  for (size_t unit = 0; unit < result.found.size(); ++unit) {
    const PrunePlan& plan = result.plans[unit];
    for (const std::string& schema : plan.schemas) {
      PruneJson tables = PruneJson::array(), preserved = PruneJson::array(),
                closure = PruneJson::array();
      for (const size_t i : order_of_going(plan)) {
        if (pruned_relation(result, unit, i).schema == schema) {
          tables.push_back(table_json(request, result, unit, i));
        }
      }
      for (size_t i = 0; i < plan.resets.size(); ++i) {
        if (result.catalog.relations[plan.resets[i].relation].schema == schema) {
          tables.push_back(reset_json(request, result, unit, i));
        }
      }
      for (const PreservedByPolicy& table : plan.preserved) {
        const Relation& relation = result.catalog.relations[table.relation];
        if (relation.schema != schema) continue;
        PruneJson one = {{"table", relation.name}, {"listed", table.listed}};
        const auto facts = result.facts.find(table.relation);
        if (facts != result.facts.end() && facts->second.rows) {
          one["rows"] = *facts->second.rows;
          one["exact"] = facts->second.exact;
        }
        preserved.push_back(std::move(one));
      }
      for (const PruneEdge& edge : plan.edges) {
        const Relation& parent = result.catalog.relations[edge.parent];
        if (parent.schema != schema) continue;
        const Relation& child = result.catalog.relations[edge.child];
        const Relation& owner = result.catalog.relations[edge.key_owner];
        const char* what = "stays";
        if (edge.child_table) {
          what = plan.tables[*edge.child_table].follow ? "follows" : "by its own rules";
        }
        closure.push_back({{"table", parent.name},
                           {"referencing_schema", child.schema},
                           {"referencing_table", child.name},
                           {"foreign_key", owner.foreign_keys[edge.foreign_key].name},
                           {"referencing_rows", what}});
      }
      schemas.push_back({{"schema", schema},
                         {"tables", std::move(tables)},
                         {"preserved", std::move(preserved)},
                         {"closure", std::move(closure)}});
    }
  }
  return schemas;
}

}  // namespace

std::string render_prune_json(const PruneRequest& request, const PruneResult& result,
                              const Report& failure) {
  PruneJson document = {{"command", "prune"},
                        {"outcome", to_string(failure.outcome)},
                        {"database", result.database},
                        {"policy", request.policy.name},
                        {"plan", result.plan_id},
                        {"now", result.now},
                        {"schemas", schemas_json(request, result)}};
  PruneJson groups = PruneJson::array();
  for (const GroupSum& sum : group_sums(request, result)) {
    groups.push_back({{"group", sum.name}, {"removed", sum.removed}, {"reset", sum.reset}});
  }
  document["groups"] = std::move(groups);
  document["notes"] = result.notes;
  if (is_execution(request)) {
    if (result.run) document["run"] = *result.run;
    document["removed"] = result.progress.rows;
    document["reset"] = result.progress.resets;
    document["batches"] = result.progress.batches;
    document["busy"] = result.progress.busy;
    document["stopped"] =
        result.progress.stopped.empty() ? PruneJson(nullptr) : PruneJson(result.progress.stopped);
  } else {
    const auto [rows, resets] = planned_totals(result);
    document["removed"] = rows;
    document["reset"] = resets;
    document["everything"] = result.everything;
    if (result.guard_refuses) document["guard"] = result.guard;
  }
  PruneJson differences = PruneJson::array();
  document["differences"] = std::move(differences);
  add_failures(failure, document);
  document["timings"] = timings_json(failure.timings);
  return document_text(document);
}

}  // namespace resow

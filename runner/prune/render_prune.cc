#include "runner/prune/render_prune.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <vector>

#include "fixtures/text.h"
#include "runner/text_table.h"

namespace resow {
namespace {

using PruneJson = nlohmann::ordered_json;

bool is_execution(const PruneRequest& request) { return !request.plan.empty(); }

std::string size_text(int64_t bytes) {
  constexpr double kUnit = 1024;
  static constexpr const char* kUnits[] = {"B", "kB", "MB", "GB", "TB"};
  double size = static_cast<double>(bytes);
  size_t unit = 0;
  for (; size >= kUnit && unit < 4; ++unit) size /= kUnit;
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", size, kUnits[unit]);
}

int64_t batches_of(const PruneRequest& request, int64_t rows) {
  const auto size = static_cast<int64_t>(request.limits.batch_rows);
  return request.limits.atomic ? (rows > 0 ? 1 : 0) : (rows + size - 1) / size;
}

// "2026-01-19" where the time of day says nothing, else to the minute.
std::string short_moment(const std::optional<std::string>& moment) {
  constexpr size_t kMinutes = 16;
  if (!moment) return "";
  return moment->substr(0, kMinutes);
}

const Relation& relation_of(const PruneResult& result, size_t unit, size_t table) {
  return result.catalog.relations[result.plans[unit].tables[table].relation];
}

// Why rows that rules choose stay: "12 rows referred to by invoices (invoices_job_fkey)".
std::vector<std::string> why_kept(const PruneResult& result, size_t unit, size_t table) {
  std::vector<std::string> why;
  for (const auto& [edge, rows] : result.found[unit].tables[table].keepers) {
    const PruneEdge& key = result.plans[unit].edges[edge];
    const Relation& owner = result.catalog.relations[key.key_owner];
    why.push_back(fmt::format("{} referred to by {} ({})", count_of_things(rows, "row"),
                              display_name(result.catalog.relations[key.child]),
                              owner.foreign_keys[key.foreign_key].name));
  }
  return why;
}

// The tables of other rooms that refer to what is pruned.
std::vector<std::string> closure_lines(const PruneResult& result, size_t unit) {
  std::vector<std::string> lines;
  for (const PruneEdge& edge : result.plans[unit].edges) {
    if (edge.child_table) continue;
    const Relation& owner = result.catalog.relations[edge.key_owner];
    lines.push_back(fmt::format("{} refers to {} ({}): its rows stay, and keep what they refer to",
                                display_name(result.catalog.relations[edge.child]),
                                display_name(result.catalog.relations[edge.parent]),
                                owner.foreign_keys[edge.foreign_key].name));
  }
  return lines;
}

// The unit's tables in the order in which rows go: children first.
std::vector<size_t> in_order(const PrunePlan& plan) {
  std::vector<size_t> order(plan.tables.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = order.size() - 1 - i;
  return order;
}

bool has_work(const PruneRequest& request, const PruneResult& result, size_t unit) {
  if (result.found.size() <= unit) return false;
  if (result.found[unit].changes() > 0) return true;
  if (is_execution(request)) return false;
  return std::any_of(result.found[unit].tables.begin(), result.found[unit].tables.end(),
                     [](const TableAnalysis& table) { return table.kept > 0; });
}

std::string reset_words(const PruneResult& result, const PruneReset& reset) {
  std::string words;
  for (const PruneReset::Column& column : reset.columns) {
    const Column& target = *result.catalog.relations[reset.relation].column(column.number);
    const std::string value = column.text ? one_line(*column.text) : "NULL";
    words += fmt::format(
        "{}{} = {}", words.empty() ? "" : ", ", target.name,
        column.kind == ResetValue::Kind::kDefault ? "its default (" + value + ")" : value);
  }
  return words;
}

void add_unit(const PruneRequest& request, const PruneResult& result, size_t unit,
              const TextStyle& style, std::string& text) {
  const PrunePlan& plan = result.plans[unit];
  const UnitAnalysis& found = result.found[unit];
  const bool executed = is_execution(request);
  std::vector<std::string> names;
  for (const std::string& schema : plan.schemas) names.push_back(one_line(schema));
  text += tinted(fmt::format("{}", fmt::join(names, ", ")), Tint::kBold, style.color) + "\n";
  const bool several = plan.schemas.size() > 1;
  const auto name_of = [&](const Relation& relation) {
    return several ? display_name(relation) : one_line(relation.name);
  };
  std::vector<TextColumn> columns = {{"delete", false, Tint::kNone},
                                     {"rows", true, Tint::kNone},
                                     {executed ? "to go" : "go", true, Tint::kNone}};
  if (executed) {
    columns.push_back({"gone", true, Tint::kNone});
  } else {
    columns.push_back({"kept", true, Tint::kNone});
    columns.push_back({"batches", true, Tint::kNone});
    columns.push_back({"size", true, Tint::kNone});
  }
  columns.push_back({"oldest", false, Tint::kNone});
  columns.push_back({executed ? "newest" : "newest to go", false, Tint::kNone});
  if (!executed) columns.push_back({"newest", false, Tint::kNone});
  std::vector<std::vector<std::string>> rows;
  for (const size_t i : in_order(plan)) {
    const TableAnalysis& table = found.tables[i];
    const Relation& relation = relation_of(result, unit, i);
    std::vector<std::string> cells = {name_of(relation), with_thousands(table.rows),
                                      with_thousands(table.gone)};
    if (executed) {
      const RunCount& count = result.counts[unit].empty() ? RunCount() : result.counts[unit][i];
      cells.push_back(with_thousands(count.removed));
      cells.push_back(short_moment(count.oldest));
      cells.push_back(short_moment(count.newest));
    } else {
      const auto facts = result.facts.find(plan.tables[i].relation);
      cells.push_back(with_thousands(table.kept));
      cells.push_back(with_thousands(batches_of(request, table.gone)));
      cells.push_back(facts == result.facts.end() ? "" : size_text(facts->second.bytes));
      cells.push_back(short_moment(table.oldest));
      cells.push_back(short_moment(table.newest_gone));
      cells.push_back(short_moment(table.newest));
    }
    rows.push_back(std::move(cells));
  }
  if (!rows.empty()) text += text_table(columns, rows, 2, style.color);
  for (const size_t i : in_order(plan)) {
    if (executed) break;
    for (const std::string& why : why_kept(result, unit, i)) {
      text += fmt::format("  {}: {}\n", name_of(relation_of(result, unit, i)), why);
    }
  }
  if (!executed) {
    for (const std::string& line : closure_lines(result, unit)) text += "  " + line + "\n";
  }
  for (size_t i = 0; i < plan.resets.size(); ++i) {
    const Relation& relation = result.catalog.relations[plan.resets[i].relation];
    const auto& [all, reset] = found.resets[i];
    const int64_t done = executed && !result.counts[unit].empty()
                             ? result.counts[unit][plan.tables.size() + i].reset
                             : reset;
    text += fmt::format("  reset {}: {} of {} ({})\n", name_of(relation),
                        with_thousands(executed ? done : reset), count_of_things(all, "row"),
                        reset_words(result, plan.resets[i]));
  }
}

void add_months(const PruneResult& result, size_t unit, const TextStyle& style, std::string& text) {
  const PrunePlan& plan = result.plans[unit];
  for (const size_t i : in_order(plan)) {
    const auto& months = result.found[unit].months[i];
    if (months.empty()) continue;
    std::vector<std::vector<std::string>> rows;
    for (const MonthAnalysis& month : months) {
      rows.push_back(
          {month.month.value_or("none"), with_thousands(month.rows), with_thousands(month.gone)});
    }
    text += fmt::format("  {} by month\n", display_name(relation_of(result, unit, i)));
    text += text_table(
        {{"month", false, Tint::kNone}, {"rows", true, Tint::kNone}, {"go", true, Tint::kNone}},
        rows, 4, style.color);
  }
}

// Name, schemas, rows: of tables of which nothing is changed.
void add_preserved(const PruneResult& result, bool listed, const char* heading, std::string& text) {
  struct Sum {
    size_t schemas = 0;
    int64_t rows = 0;
    bool exact = true;
  };
  std::map<std::string, Sum> sums;
  for (const PrunePlan& plan : result.plans) {
    for (const PreservedByPolicy& table : plan.preserved) {
      if (table.listed != listed) continue;
      Sum& sum = sums[result.catalog.relations[table.relation].name];
      ++sum.schemas;
      const auto facts = result.facts.find(table.relation);
      if (facts == result.facts.end() || !facts->second.rows) continue;
      sum.rows += *facts->second.rows;
      sum.exact = sum.exact && facts->second.exact;
    }
  }
  if (sums.empty()) return;
  text += heading;
  std::string line;
  for (const auto& [name, sum] : sums) {
    line += fmt::format("{}{} ({}{}{})", line.empty() ? "" : ", ", one_line(name),
                        sum.exact ? "" : "about ", count_of_things(sum.rows, "row"),
                        sum.schemas > 1 ? fmt::format(" in {} schemas", sum.schemas) : "");
  }
  text += " " + line + "\n";
}

struct GroupSum {
  std::string name;
  int64_t removed = 0, reset = 0;
};

// Totals of the policy's groups of tables.
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

std::pair<int64_t, int64_t> planned_totals(const PruneResult& result) {
  int64_t rows = 0, resets = 0;
  for (const UnitAnalysis& unit : result.found) {
    for (const TableAnalysis& table : unit.tables) rows += table.gone;
    for (const auto& [all, reset] : unit.resets) resets += reset;
  }
  return {rows, resets};
}

std::string totals_line(const PruneRequest& request, const PruneResult& result) {
  const auto [rows, resets] = planned_totals(result);
  const PruneProgress& progress = result.progress;
  if (!is_execution(request)) {
    std::string line = fmt::format("{} would be deleted", count_of_things(rows, "row"));
    if (resets > 0) line += fmt::format(", {} reset", with_thousands(resets));
    return line + fmt::format(", as of {}.\n", result.now);
  }
  std::string line = fmt::format("{} deleted", count_of_things(progress.rows, "row"));
  if (progress.resets > 0) line += fmt::format(", {} reset", with_thousands(progress.resets));
  line += fmt::format(" in {}", count_of_things(progress.batches, "batch"));
  if (result.run) line += fmt::format(", run {}", *result.run);
  line += ".\n";
  if (!progress.stopped.empty()) {
    line += fmt::format("Stopped: {}. The same command goes on.\n", progress.stopped);
  }
  if (progress.busy > 0) {
    line += fmt::format("{} stayed: other sessions had them locked. The same command goes on.\n",
                        count_of_things(progress.busy, "row"));
  }
  return line;
}

PruneJson json_or_null(const std::optional<std::string>& text) {
  return text ? PruneJson(*text) : PruneJson(nullptr);
}

PruneJson table_json(const PruneRequest& request, const PruneResult& result, size_t unit,
                     size_t i) {
  const TableAnalysis& found = result.found[unit].tables[i];
  const Relation& relation = relation_of(result, unit, i);
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
      for (const size_t i : in_order(plan)) {
        if (relation_of(result, unit, i).schema == schema) {
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

std::string render_prune_text(const PruneRequest& request, const PruneResult& result,
                              const Report& failure, const TextStyle& style) {
  if (result.found.empty()) return "";
  const bool executed = is_execution(request);
  if (style.quiet)
    return executed || failure.outcome == Outcome::kFailed ? "" : result.plan_id + "\n";
  std::string text;
  size_t idle = 0;
  for (size_t unit = 0; unit < result.plans.size(); ++unit) {
    if (result.plans.size() > 1 && !has_work(request, result, unit)) {
      ++idle;
      continue;
    }
    add_unit(request, result, unit, style, text);
    if (request.by_month) add_months(result, unit, style, text);
    text += "\n";
  }
  if (idle > 0) {
    text +=
        fmt::format("{}: nothing to do\n", count_of_things(static_cast<int64_t>(idle), "schema"));
  }
  if (!executed) {
    add_preserved(result, true, "Preserved:", text);
    add_preserved(result, false, "Not mentioned, and so preserved:", text);
  }
  for (const GroupSum& sum : group_sums(request, result)) {
    text += fmt::format("{}: {}{}\n", one_line(sum.name), count_of_things(sum.removed, "row"),
                        sum.reset > 0 ? fmt::format(", {} reset", with_thousands(sum.reset)) : "");
  }
  for (const std::string& note : result.notes) text += "Note: " + one_line(note) + "\n";
  text += totals_line(request, result);
  if (executed) return text;
  for (const std::string& what : result.everything) {
    text +=
        fmt::format("{}; to do it, --execute wants --allow-everything as well.\n", one_line(what));
  }
  text += fmt::format("Plan: {}\n", result.plan_id);
  if (result.guard_refuses) text += one_line(result.guard) + "\n";
  text += "Nothing was changed.";
  if (!failure.next_command.empty()) text += " To do it:\n  " + failure.next_command;
  return text + "\n";
}

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
  PruneJson faults = PruneJson::array();
  for (const Fault& fault : failure.faults) {
    faults.push_back({{"where", fault.where}, {"what", fault.what}, {"mend", fault.mend}});
  }
  if (!faults.empty()) document["faults"] = std::move(faults);
  PruneJson errors = PruneJson::array();
  for (const DatabaseFailure& error : failure.database_errors) {
    errors.push_back({{"message", error.message},
                      {"sqlstate", error.sqlstate},
                      {"step", error.step},
                      {"schema", error.schema},
                      {"table", error.table},
                      {"detail", error.detail},
                      {"hint", error.hint}});
  }
  if (!errors.empty()) document["database_errors"] = std::move(errors);
  PruneJson timings = PruneJson::object();
  for (const auto& [phase, seconds] : failure.timings) timings[phase] = seconds;
  document["timings"] = std::move(timings);
  return document.dump(2, ' ', false, PruneJson::error_handler_t::replace) + "\n";
}

}  // namespace resow

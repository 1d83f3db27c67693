#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <vector>

#include "fixtures/text.h"
#include "runner/bytes_text.h"
#include "runner/prune/prune_report.h"
#include "runner/prune/render_prune.h"
#include "runner/text_table.h"

namespace resow {
namespace {

// "2026-01-19" where the time of day says nothing, else to the minute.
std::string short_moment(const std::optional<std::string>& moment) {
  constexpr size_t kMinutes = 16;
  if (!moment) return "";
  return moment->substr(0, kMinutes);
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
  for (const size_t i : order_of_going(plan)) {
    const TableAnalysis& table = found.tables[i];
    const Relation& relation = pruned_relation(result, unit, i);
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
      cells.push_back(facts == result.facts.end() ? "" : bytes_text(facts->second.bytes));
      cells.push_back(short_moment(table.oldest));
      cells.push_back(short_moment(table.newest_gone));
      cells.push_back(short_moment(table.newest));
    }
    rows.push_back(std::move(cells));
  }
  if (!rows.empty()) text += text_table(columns, rows, 2, style.color);
  for (const size_t i : order_of_going(plan)) {
    if (executed) break;
    for (const std::string& why : why_kept(result, unit, i)) {
      text += fmt::format("  {}: {}\n", name_of(pruned_relation(result, unit, i)), why);
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
  for (const size_t i : order_of_going(plan)) {
    const auto& months = result.found[unit].months[i];
    if (months.empty()) continue;
    std::vector<std::vector<std::string>> rows;
    for (const MonthAnalysis& month : months) {
      rows.push_back(
          {month.month.value_or("none"), with_thousands(month.rows), with_thousands(month.gone)});
    }
    text += fmt::format("  {} by month\n", display_name(pruned_relation(result, unit, i)));
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

}  // namespace resow

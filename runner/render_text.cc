#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "fixtures/text.h"
#include "runner/render.h"
#include "runner/text_table.h"

namespace resow {

namespace {

using Tables = std::vector<TableReport>;

std::string number_cell(const std::optional<int64_t>& number) {
  return number ? with_thousands(*number) : "";
}

// "3", "1 to 5"
std::string expected_cell(const TableReport& table) {
  if (!table.expected_between) return number_cell(table.expected);
  return fmt::format("{} to {}", with_thousands(table.expected_between->first),
                     with_thousands(table.expected_between->second));
}

template <typename Has>
bool any_table(const Report& report, Has has) {
  return std::any_of(report.schemas.begin(), report.schemas.end(), [&](const SchemaReport& s) {
    return std::any_of(s.tables.begin(), s.tables.end(), has);
  });
}

// One column of the table of tables: shown when some table of the report has it.
struct Aspect {
  TextColumn column;
  bool shown = true;
  std::string (*cell)(const TableReport& table) = nullptr;
};

// "status: 3 pending, 0 running"
std::string breakdown_text(const Breakdown& breakdown) {
  std::string text;
  for (const auto& [value, rows] : breakdown.counts) {
    if (!text.empty()) text += ", ";
    text += with_thousands(rows) + " " + one_line(value.value_or("NULL"));
  }
  return one_line(breakdown.column) + ": " + text;
}

// "not compared: total (generated), seen_at (left to the server)"
std::string not_compared_text(const TableReport& table) {
  std::string text;
  for (const auto& [column, why] : table.not_compared) {
    text += fmt::format("{}{} ({})", text.empty() ? "not compared: " : ", ", one_line(column),
                        one_line(why));
  }
  return text;
}

std::string remark(const TableReport& table) {
  std::string text = one_line(table.why);
  for (const Breakdown& breakdown : table.by) {
    if (!text.empty()) text += "; ";
    text += breakdown_text(breakdown);
  }
  if (!table.not_compared.empty()) {
    text += (text.empty() ? "" : "; ") + not_compared_text(table);
  }
  return text;
}

std::vector<Aspect> aspects_of(const Report& report) {
  const bool preview = report.outcome == Outcome::kPreview;
  return {
      {{preview ? "would remove" : "removed", true, Tint::kNone},
       any_table(report, [](const TableReport& t) { return t.removed.has_value(); }),
       [](const TableReport& t) { return number_cell(t.removed); }},
      {{preview ? "would seed" : "seeded", true, Tint::kNone},
       any_table(report, [](const TableReport& t) { return t.seeded.has_value(); }),
       [](const TableReport& t) { return number_cell(t.seeded); }},
      {{"expected", true, Tint::kNone},
       any_table(report,
                 [](const TableReport& t) { return t.expected || t.expected_between.has_value(); }),
       expected_cell},
      {{"found", true, Tint::kNone},
       any_table(report, [](const TableReport& t) { return t.actual.has_value(); }),
       [](const TableReport& t) { return number_cell(t.actual); }},
      {{"cleared by", false, Tint::kNone},
       any_table(report, [](const TableReport& t) { return !t.strategy.empty(); }),
       [](const TableReport& t) { return t.strategy; }},
      {{"note", false, Tint::kDim},
       any_table(report,
                 [](const TableReport& t) {
                   return !t.why.empty() || !t.by.empty() || !t.not_compared.empty();
                 }),
       remark},
  };
}

// The plan in words, without its first line, which names the schemas.
std::string plan_body(const SchemaReport& schema) {
  return schema.text.substr(std::min(schema.text.find('\n'), schema.text.size() - 1) + 1);
}

// A schema's part of the text but for its name, so that schemas of the same state share one.
std::string schema_body(const SchemaReport& schema, const std::vector<Aspect>& aspects,
                        bool color) {
  const bool planned = schema.outcome == Outcome::kPreview && !schema.text.empty();
  if (planned && !plan_body(schema).empty()) return plan_body(schema);
  std::vector<TextColumn> columns = {{"table", false, Tint::kNone}};
  for (const Aspect& aspect : aspects) {
    if (aspect.shown) columns.push_back(aspect.column);
  }
  std::vector<std::vector<std::string>> rows;
  for (const TableReport& table : schema.tables) {
    const bool own = table.schema == schema.schema;
    std::vector<std::string> row = {one_line(own ? table.table : table.schema + "." + table.table)};
    for (const Aspect& aspect : aspects) {
      if (aspect.shown) row.push_back(aspect.cell(table));
    }
    rows.push_back(std::move(row));
  }
  std::string text = rows.empty() ? "" : text_table(columns, rows, 2, color);
  for (const auto& [table, why] : schema.preserved) {
    text +=
        "  " +
        tinted(fmt::format("stays: {} ({})", one_line(table), one_line(why)), Tint::kDim, color) +
        "\n";
  }
  for (const std::string& note : schema.notes) text += "  note: " + one_line(note) + "\n";
  for (const auto& [table, why] : schema.left_out) {
    text += "  " +
            tinted(fmt::format("not filled: {}: {}", one_line(table), one_line(why)), Tint::kRed,
                   color) +
            "\n";
  }
  if (schema.tables.empty() && schema.checks.empty() && schema.error.empty()) {
    text += "  " + tinted("nothing to do", Tint::kDim, color) + "\n";
  }
  if (!schema.error.empty()) {
    text += "  " + tinted(one_line(schema.error), Tint::kRed, color) + "\n";
  }
  return text;
}

struct Group {
  std::vector<std::string> schemas;
  Outcome outcome = Outcome::kOk;
  std::string body;
};

std::vector<Group> group_alike(const Report& report, bool color) {
  const std::vector<Aspect> aspects = aspects_of(report);
  std::vector<Group> groups;
  for (const SchemaReport& schema : report.schemas) {
    std::string body = schema_body(schema, aspects, color);
    const auto same = std::find_if(groups.begin(), groups.end(), [&](const Group& group) {
      return group.outcome == schema.outcome && group.body == body;
    });
    if (same != groups.end()) {
      same->schemas.push_back(schema.schema);
    } else {
      groups.push_back({{schema.schema}, schema.outcome, std::move(body)});
    }
  }
  return groups;
}

// "user_1", "user_2 and user_3 (2 schemas alike)", "user_2, user_3, ... user_1000 (999 ...)".
std::string heading_of(const Group& group) {
  constexpr size_t kNamed = 12;
  const std::vector<std::string>& names = group.schemas;
  if (names.size() == 1) return one_line(names.front());
  std::string text;
  for (size_t i = 0; i + 1 < std::min(names.size(), kNamed); ++i) {
    if (i > 0) text += ", ";
    text += one_line(names[i]);
  }
  text += names.size() > kNamed ? ", ... " : " and ";
  return fmt::format("{}{} ({} alike)", text, one_line(names.back()),
                     count_of_things(static_cast<int64_t>(names.size()), "schema"));
}

Tint tint_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::kOk:
      return Tint::kGreen;
    case Outcome::kPreview:
      return Tint::kYellow;
    default:
      return Tint::kRed;
  }
}

struct Totals {
  int64_t schemas = 0, removed = 0, seeded = 0, checks = 0, passed = 0;
};

Totals totals_of(const Report& report) {
  Totals totals;
  for (const SchemaReport& schema : report.schemas) {
    if (schema.outcome == Outcome::kNotStarted) continue;
    totals.schemas += static_cast<int64_t>(schema.schemas);
    for (const TableReport& table : schema.tables) {
      totals.removed += table.removed.value_or(0);
      totals.seeded += table.seeded.value_or(0);
    }
    for (const CheckReport& check : schema.checks) {
      ++totals.checks;
      if (check.differences.empty()) ++totals.passed;
    }
  }
  return totals;
}

double total_seconds(const Report& report) {
  double seconds = 0;
  for (const auto& [phase, taken] : report.timings) {
    if (phase == "total") return taken;
    seconds += taken;
  }
  return seconds;
}

// "168 rows removed, 96 rows seeded, 37 checks passed, 3 schemas, 0.12 s"
std::string figures(const Report& report) {
  const bool preview = report.outcome == Outcome::kPreview;
  const auto has = [&](std::optional<int64_t> TableReport::*field) {
    return any_table(report, [&](const TableReport& t) { return (t.*field).has_value(); });
  };
  const Totals totals = totals_of(report);
  std::vector<std::string> parts;
  if (has(&TableReport::removed)) {
    parts.push_back(count_of_things(totals.removed, "row") +
                    (preview ? " would be removed" : " removed"));
  }
  if (has(&TableReport::seeded)) {
    parts.push_back(count_of_things(totals.seeded, "row") +
                    (preview ? " would be seeded" : " seeded"));
  }
  if (totals.checks > 0 && !preview) {
    parts.push_back(totals.passed == totals.checks
                        ? count_of_things(totals.checks, "check") + " passed"
                        : fmt::format("{} of {} passed", with_thousands(totals.passed),
                                      count_of_things(totals.checks, "check")));
  }
  parts.push_back(count_of_things(totals.schemas, "schema"));
  std::string text = fmt::format("{}", fmt::join(parts, ", "));
  if (!preview && !report.timings.empty()) {
    text += fmt::format(", {:.2f} s", total_seconds(report));
  }
  return text;
}

int64_t tables_left_out(const Report& report) {
  std::set<std::pair<size_t, std::string>> tables;
  for (size_t i = 0; i < report.schemas.size(); ++i) {
    for (const auto& [table, why] : report.schemas[i].left_out) tables.emplace(i, table);
  }
  return static_cast<int64_t>(tables.size());
}

std::string verdict(const Report& report) {
  switch (report.outcome) {
    case Outcome::kOk:
      return "ok";
    case Outcome::kPreview:
      return "preview";
    case Outcome::kDifferences:
      if (report.differences.empty()) {
        return count_of_things(tables_left_out(report), "table") + " not filled";
      }
      return count_of_things(static_cast<int64_t>(report.differences.size()), "difference");
    case Outcome::kRefused:
      return "refused";
    case Outcome::kFailed:
    case Outcome::kNotStarted:
      return "failed";
  }
  return "failed";
}

std::string differences_text(const Report& report, bool color) {
  std::string text;
  for (const Difference& difference : report.differences) {
    text += tinted(one_line(to_string(difference)), Tint::kRed, color) + "\n";
    if (!difference.place.empty()) {
      text += "    " + tinted(one_line(difference.place), Tint::kDim, color) + "\n";
    }
  }
  return text;
}

std::string preview_end(const Report& report) {
  std::string text = "Nothing was changed.\n";
  if (!report.guard.empty()) text += "Guard: " + one_line(report.guard) + "\n";
  if (!report.next_command.empty()) text += "To do it: " + report.next_command + "\n";
  return text;
}

bool changes_data(const Report& report) {
  return report.command != "verify" && !report.schemas.empty() && report.outcome != Outcome::kOk &&
         report.outcome != Outcome::kPreview;
}

// Which schemas are as they were, after a command that did not do all of its work.
std::string what_stands(const Report& report) {
  std::vector<std::string> changed;
  for (const SchemaReport& schema : report.schemas) {
    const bool touched =
        std::any_of(schema.tables.begin(), schema.tables.end(),
                    [](const TableReport& table) { return table.removed || table.seeded; });
    if (schema.outcome == Outcome::kOk && touched) changed.push_back(one_line(schema.schema));
  }
  const bool in_doubt =
      std::any_of(report.database_errors.begin(), report.database_errors.end(),
                  [](const DatabaseFailure& failure) { return failure.in_doubt; });
  if (in_doubt) {
    return "The connection was lost during COMMIT: whether it took effect is not known.\n";
  }
  if (changed.empty()) return "Nothing was changed.\n";
  return fmt::format("Changed: {}. Every other schema is as it was.\n", fmt::join(changed, ", "));
}

}  // namespace

std::string render_text(const Report& report, const TextStyle& style) {
  const bool as_expected = report.outcome == Outcome::kOk;
  if (style.quiet && as_expected) return "";
  std::string text;
  if (!style.quiet) {
    for (const Group& group : group_alike(report, style.color)) {
      text += tinted(heading_of(group), Tint::kBold, style.color);
      if (group.outcome == Outcome::kFailed || group.outcome == Outcome::kNotStarted) {
        text += ": " + tinted(to_string(group.outcome), Tint::kRed, style.color);
      }
      text += "\n" + group.body;
    }
  }
  text += differences_text(report, style.color);
  const bool told_elsewhere = report.schemas.empty() && report.outcome != Outcome::kOk &&
                              report.outcome != Outcome::kPreview;
  if (!told_elsewhere) {
    text +=
        fmt::format("{}: {}: {}\n", report.command,
                    tinted(verdict(report), tint_of(report.outcome), style.color), figures(report));
  }
  if (report.outcome == Outcome::kPreview) text += preview_end(report);
  if (changes_data(report)) text += what_stands(report);
  if (as_expected && !report.next_command.empty()) {
    text += "The rows are files. To load them: " + report.next_command + "\n";
  }
  return text;
}

}  // namespace resow

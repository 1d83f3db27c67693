#include "runner/render_inspection.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "fixtures/text.h"
#include "runner/bytes_text.h"
#include "runner/inspection_text.h"
#include "runner/text_table.h"

namespace resow {
namespace {

std::string join(const std::vector<std::string>& parts, std::string_view between) {
  return fmt::format("{}", fmt::join(parts, between));
}

// What somebody has left undone or switched off, and what we cannot see.
bool has_something_amiss(const Relation& relation) {
  const auto any = [](const auto& things, auto amiss) {
    return std::any_of(things.begin(), things.end(), amiss);
  };
  return !relation.privileges.select ||
         any(relation.unique_keys, [](const UniqueKey& key) { return !key.valid; }) ||
         any(relation.foreign_keys, [](const ForeignKey& key) { return !key.validated; }) ||
         any(relation.checks, [](const Check& check) { return !check.validated; }) ||
         any(relation.triggers, [](const Trigger& trigger) { return trigger.enabled == 'D'; });
}

class Renderer {
 public:
  Renderer(const Inspection& inspection, const TextStyle& style)
      : inspection_(inspection), catalog_(inspection.catalog), style_(style) {}

  std::string render() {
    if (!style_.quiet) {
      out_ += fmt::format("{}, {}, as {}\n", one_line(catalog_.database),
                          server_version_text(catalog_.server_version), one_line(catalog_.user));
      out_ += tinted("tables in dependency order: what is referred to comes first\n", Tint::kDim,
                     style_.color);
    }
    const std::vector<InspectedGroup> groups = told_together(inspection_);
    for (const InspectedGroup& group : groups) add_schemas(group);
    add_cycles(told_cycles(inspection_, groups));
    if (catalog_.schemas.empty()) out_ += "no schemas\n";
    return std::move(out_);
  }

 private:
  void add_schemas(const InspectedGroup& group) {
    const bool grouped = group.schemas.size() > 1;
    std::vector<std::vector<std::string>> lines;
    for (const InspectedTable& table : group.tables) {
      const bool amiss = std::any_of(table.same.begin(), table.same.end(), [this](size_t relation) {
        return has_something_amiss(catalog_.relations[relation]);
      });
      if (!style_.quiet || amiss) add_lines(table, grouped, lines);
    }
    out_ += (style_.quiet ? "" : "\n") + heading(group) + "\n";
    if (!lines.empty()) out_ += text_table(columns(grouped), lines, 2, style_.color);
    if (!style_.quiet) add_others(group.schemas.front());
  }

  std::string heading(const InspectedGroup& group) const {
    const std::string names = tinted(names_of_alike(group.schemas), Tint::kBold, style_.color);
    if (group.tables.empty()) return names + ": no tables";
    const std::string heading = fmt::format(
        "{}: {}{}", names, count_of_things(static_cast<int64_t>(group.tables.size()), "table"),
        group.schemas.size() > 1 ? " each" : "");
    if (!inspection_.measured) return heading;
    return fmt::format("{}, {}, {}", heading, group.rows.with_noun(), bytes_text(group.bytes));
  }

  std::vector<TextColumn> columns(bool grouped) const {
    std::vector<TextColumn> found = {{"table", false, Tint::kNone}};
    if (inspection_.measured) found.push_back({"rows", true, Tint::kNone});
    if (inspection_.measured && grouped) found.push_back({"in each", true, Tint::kNone});
    if (inspection_.measured) found.push_back({"size", true, Tint::kNone});
    found.insert(found.end(), {{"keys", false, Tint::kNone},
                               {"refers to", false, Tint::kNone},
                               {"notes", false, Tint::kDim}});
    return found;
  }

  // Of one table: a line for each of its keys or foreign keys, at least one.
  void add_lines(const InspectedTable& table, bool grouped,
                 std::vector<std::vector<std::string>>& lines) const {
    const Relation& relation = catalog_.relations[table.relation];
    std::vector<std::string> head = {one_line(relation.name)};
    if (inspection_.measured) head.push_back(table.rows.text());
    if (inspection_.measured && grouped) head.push_back(table.rows.range());
    if (inspection_.measured) head.push_back(bytes_text(table.bytes));
    const size_t facts = head.size();
    const size_t most = std::max(
        {relation.unique_keys.size(), relation.foreign_keys.size(), static_cast<size_t>(1)});
    for (size_t i = 0; i < most; ++i) {
      std::vector<std::string> line = i == 0 ? head : std::vector<std::string>(facts);
      const bool has_key = i < relation.unique_keys.size();
      const bool has_foreign_key = i < relation.foreign_keys.size();
      line.push_back(has_key ? one_line(key_text(relation, relation.unique_keys[i])) : "");
      line.push_back(has_foreign_key
                         ? one_line(foreign_key_text(catalog_, relation, relation.foreign_keys[i]))
                         : "");
      line.push_back(i > 0 ? "" : one_line(notes_text(catalog_, relation, table.partitions)));
      lines.push_back(std::move(line));
    }
  }

  // Views and the like, in one line.
  void add_others(const std::string& schema) {
    const std::vector<std::string> others = other_relations(inspection_, schema);
    if (!others.empty()) out_ += "  also " + join(others, ", ") + "\n";
  }

  void add_cycles(const std::vector<std::string>& paths) {
    if (paths.empty()) return;
    std::string lines;
    for (const std::string& path : paths) lines += "  " + one_line(path) + "\n";
    out_ += fmt::format("{}{} of foreign keys\n{}", style_.quiet ? "" : "\n",
                        count_of_things(static_cast<int64_t>(paths.size()), "cycle"), lines);
  }

  const Inspection& inspection_;
  const Catalog& catalog_;
  TextStyle style_;
  std::string out_;
};

}  // namespace

std::string render_inspection(const Inspection& inspection, const TextStyle& style) {
  return Renderer(inspection, style).render();
}

}  // namespace resow

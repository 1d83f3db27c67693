#include "runner/render_inspection.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "fixtures/partitions.h"
#include "fixtures/text.h"
#include "runner/bytes_text.h"
#include "runner/inspection_text.h"
#include "runner/text_table.h"

namespace resow {
namespace {

// The relations of several schemas that hold the same.
using Alike = std::vector<size_t>;

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
      : inspection_(inspection), catalog_(inspection.catalog), style_(style) {
    for (const auto& [root, partitions] : partitions_by_root(catalog_)) {
      partition_counts_[root] = partitions.size();
    }
    for (const size_t relation : inspection_.order.parents_first) {
      tables_[catalog_.relations[relation].schema].push_back(relation);
    }
  }

  std::string render() {
    if (!style_.quiet) {
      out_ += fmt::format("{}, {}, as {}\n", one_line(catalog_.database),
                          server_version_text(catalog_.server_version), one_line(catalog_.user));
      out_ += tinted("tables in dependency order: what is referred to comes first\n", Tint::kDim,
                     style_.color);
    }
    for (const std::vector<std::string>& group : told_together(inspection_)) add_schemas(group);
    add_cycles();
    if (catalog_.schemas.empty()) out_ += "no schemas\n";
    return std::move(out_);
  }

 private:
  // The same table of each of the schemas.
  Alike same_in(const std::vector<std::string>& schemas, size_t relation) const {
    Alike same;
    for (const std::string& schema : schemas) {
      const auto found = catalog_.find(schema, catalog_.relations[relation].name);
      if (found) same.push_back(*found);
    }
    return same;
  }
  RowCount count(const Alike& relations) const {
    RowCount total;
    for (const size_t relation : relations) {
      const auto facts = inspection_.facts.find(relation);
      total.add(facts == inspection_.facts.end() ? TableFacts{} : facts->second);
    }
    return total;
  }
  int64_t bytes(const Alike& relations) const {
    int64_t total = 0;
    for (const size_t relation : relations) {
      const auto facts = inspection_.facts.find(relation);
      if (facts != inspection_.facts.end()) total += facts->second.bytes;
    }
    return total;
  }

  void add_schemas(const std::vector<std::string>& schemas) {
    for (size_t i = 1; i < schemas.size(); ++i) stands_for_others_.insert(schemas[i]);
    const std::vector<size_t>& tables = tables_[schemas.front()];
    RowCount rows;
    int64_t size = 0;
    std::vector<std::vector<std::string>> lines;
    for (const size_t table : tables) {
      const Alike same = same_in(schemas, table);
      const RowCount each = count(same);
      rows.rows += each.rows;
      rows.exact = rows.exact && each.exact;
      rows.known = rows.known && each.known;
      size += bytes(same);
      const bool amiss = std::any_of(same.begin(), same.end(), [this](size_t relation) {
        return has_something_amiss(catalog_.relations[relation]);
      });
      if (style_.quiet && !amiss) continue;
      add_lines(table, each, bytes(same), schemas.size() > 1, lines);
    }
    out_ += (style_.quiet ? "" : "\n") + heading(schemas, tables.size(), rows, size) + "\n";
    if (!lines.empty()) out_ += text_table(columns(schemas.size() > 1), lines, 2, style_.color);
    if (!style_.quiet) add_others(schemas.front());
  }

  std::string heading(const std::vector<std::string>& schemas, size_t tables, const RowCount& rows,
                      int64_t size) const {
    const std::string names = names_of_alike(schemas);
    const std::string count = count_of_things(static_cast<int64_t>(tables), "table");
    if (tables == 0) return tinted(names, Tint::kBold, style_.color) + ": no tables";
    const std::string heading = fmt::format("{}: {}{}", tinted(names, Tint::kBold, style_.color),
                                            count, schemas.size() > 1 ? " each" : "");
    if (!inspection_.measured) return heading;
    const std::string all =
        rows.known && rows.exact ? count_of_things(rows.rows, "row") : rows.text() + " rows";
    return fmt::format("{}, {}, {}", heading, all, bytes_text(size));
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
  void add_lines(size_t index, const RowCount& count, int64_t size, bool grouped,
                 std::vector<std::vector<std::string>>& lines) const {
    const Relation& relation = catalog_.relations[index];
    const auto partitions = partition_counts_.find(index);
    std::vector<std::string> head = {one_line(relation.name)};
    if (inspection_.measured) head.push_back(count.text());
    if (inspection_.measured && grouped) head.push_back(count.range());
    if (inspection_.measured) head.push_back(bytes_text(size));
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
      line.push_back(i > 0 ? ""
                           : one_line(notes_text(
                                 catalog_, relation,
                                 partitions == partition_counts_.end() ? 0 : partitions->second)));
      lines.push_back(std::move(line));
    }
  }

  // Views and the like, in one line.
  void add_others(const std::string& schema) {
    const std::vector<std::string> others = other_relations(inspection_, schema);
    if (!others.empty()) out_ += "  also " + join(others, ", ") + "\n";
  }

  // Those of a schema that stands for others are theirs as well.
  void add_cycles() {
    std::vector<std::string> paths;
    for (const Cycle& cycle : inspection_.order.cycles) {
      const bool shown =
          std::none_of(cycle.relations.begin(), cycle.relations.end(), [&](size_t relation) {
            return stands_for_others_.contains(catalog_.relations[relation].schema);
          });
      if (shown) paths.push_back("  " + one_line(to_string(cycle, catalog_)) + "\n");
    }
    if (paths.empty()) return;
    out_ +=
        fmt::format("{}{} of foreign keys\n{}", style_.quiet ? "" : "\n",
                    count_of_things(static_cast<int64_t>(paths.size()), "cycle"), join(paths, ""));
  }

  const Inspection& inspection_;
  const Catalog& catalog_;
  TextStyle style_;
  std::string out_;
  std::map<size_t, size_t> partition_counts_;                    // by root
  std::unordered_map<std::string, std::vector<size_t>> tables_;  // by schema, in order
  std::set<std::string> stands_for_others_;                      // schemas
};

}  // namespace

std::string render_inspection(const Inspection& inspection, const TextStyle& style) {
  return Renderer(inspection, style).render();
}

}  // namespace resow

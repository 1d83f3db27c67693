#include "runner/html/inspect_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "fixtures/partitions.h"
#include "fixtures/text.h"
#include "runner/bytes_text.h"
#include "runner/html/catalog_links.h"
#include "runner/inspection_text.h"

namespace resow {
namespace {

class InspectPage {
 public:
  explicit InspectPage(const Inspection& inspection)
      : inspection_(inspection),
        catalog_(inspection.catalog),
        cycles_(cycles_through(catalog_, inspection.order)) {
    for (const auto& [root, partitions] : partitions_by_root(catalog_)) {
      partition_counts_[root] = partitions.size();
    }
    for (const size_t relation : inspection_.order.parents_first) {
      tables_[catalog_.relations[relation].schema].push_back(relation);
    }
  }

  Page make() {
    page_.title = catalog_.database;
    page_.head.push_back(fmt::format("inspect: {}, as {}",
                                     server_version_text(catalog_.server_version), catalog_.user));
    for (const auto& group : told_together(inspection_)) add_group(group);
    add_cycles();
    if (catalog_.schemas.empty()) page_.head.emplace_back("no schemas");
    return std::move(page_);
  }

 private:
  void add_group(const std::vector<std::string>& schemas) {
    for (size_t i = 1; i < schemas.size(); ++i) stands_for_others_.insert(schemas[i]);
    const std::vector<size_t>& tables = tables_[schemas.front()];
    PageGroup group;
    group.columns = {{"table"}};
    if (inspection_.measured) group.columns.push_back({"rows", true});
    if (inspection_.measured && schemas.size() > 1) group.columns.push_back({"in each", true});
    if (inspection_.measured) group.columns.push_back({"size", true});
    group.columns.insert(group.columns.end(), {{"keys"}, {"refers to"}, {"notes"}});
    RowCount all;
    int64_t bytes = 0;
    for (const size_t table : tables) {
      const auto [rows, size] = measure(schemas, table);
      all.rows += rows.rows;
      all.exact = all.exact && rows.exact;
      all.known = all.known && rows.known;
      bytes += size;
      group.boxes.push_back(box_of(table, rows, size, schemas.size() > 1));
    }
    group.heading =
        fmt::format("{}: {}{}", names_of_alike(schemas),
                    tables.empty() ? std::string("no tables")
                                   : count_of_things(static_cast<int64_t>(tables.size()), "table"),
                    schemas.size() > 1 && !tables.empty() ? " each" : "");
    if (inspection_.measured && !tables.empty()) {
      group.heading += fmt::format(", {}, {}", rows_of(all), bytes_text(bytes));
    }
    add_links(catalog_, tables, group);
    const std::vector<std::string> others = other_relations(inspection_, schemas.front());
    if (!others.empty()) group.notes.push_back(fmt::format("also {}", fmt::join(others, ", ")));
    page_.groups.push_back(std::move(group));
  }

  static std::string rows_of(const RowCount& count) {
    return count.known && count.exact ? count_of_things(count.rows, "row") : count.text() + " rows";
  }

  // The same table of all of the schemas.
  std::pair<RowCount, int64_t> measure(const std::vector<std::string>& schemas,
                                       size_t table) const {
    RowCount rows;
    int64_t bytes = 0;
    for (const std::string& schema : schemas) {
      const auto same = catalog_.find(schema, catalog_.relations[table].name);
      const auto facts = same ? inspection_.facts.find(*same) : inspection_.facts.end();
      rows.add(facts == inspection_.facts.end() ? TableFacts{} : facts->second);
      if (facts != inspection_.facts.end()) bytes += facts->second.bytes;
    }
    return {rows, bytes};
  }

  PageBox box_of(size_t table, const RowCount& rows, int64_t bytes, bool grouped) {
    const Relation& relation = catalog_.relations[table];
    PageBox box;
    box.name = relation.name;
    std::vector<std::string> keys, references;
    for (const UniqueKey& key : relation.unique_keys) keys.push_back(key_text(relation, key));
    for (const ForeignKey& key : relation.foreign_keys) {
      references.push_back(foreign_key_text(catalog_, relation, key));
    }
    const auto partitions = partition_counts_.find(table);
    std::vector<std::string> notes;
    std::string note = notes_text(catalog_, relation,
                                  partitions == partition_counts_.end() ? 0 : partitions->second);
    if (!note.empty()) notes.push_back(std::move(note));
    if (!relation.comment.empty()) notes.push_back("comment: " + relation.comment);
    set_mark(table, box, notes);
    box.hint = fmt::format("{}", fmt::join(notes, "; "));
    box.cells = {{relation.name}};
    if (inspection_.measured) {
      if (rows.known) box.rows = rows.rows;
      box.bytes = bytes;
      box.rows_text = rows_of(rows);
      box.size_text = bytes_text(bytes);
      box.cells.push_back({rows.text()});
      if (grouped) box.cells.push_back({rows.range()});
      box.cells.push_back({box.size_text});
    }
    box.cells.push_back(std::move(keys));
    box.cells.push_back(std::move(references));
    box.cells.push_back(std::move(notes));
    return box;
  }

  void set_mark(size_t table, PageBox& box, std::vector<std::string>& notes) {
    const auto cycle = cycles_.find(table);
    if (cycle != cycles_.end()) {
      box.mark = Mark::kCycle;
      box.mark_text = "cycle";
      notes.push_back("cycle: " + cycle->second);
      if (page_.legend.empty()) {
        page_.legend.emplace_back(Mark::kCycle, "cycle: foreign keys that lead back");
      }
    } else if (refers_to_itself(catalog_, table)) {
      box.mark_text = "itself";
    }
  }

  // Those of a schema that stands for others are theirs as well.
  void add_cycles() {
    PageList list;
    for (const Cycle& cycle : inspection_.order.cycles) {
      const bool shown =
          std::none_of(cycle.relations.begin(), cycle.relations.end(), [&](size_t relation) {
            return stands_for_others_.contains(catalog_.relations[relation].schema);
          });
      if (shown) list.lines.push_back({to_string(cycle, catalog_), "", {}});
    }
    if (list.lines.empty()) return;
    list.heading =
        count_of_things(static_cast<int64_t>(list.lines.size()), "cycle") + " of foreign keys";
    page_.lists.push_back(std::move(list));
  }

  const Inspection& inspection_;
  const Catalog& catalog_;
  std::map<size_t, std::string> cycles_;               // by relation
  std::map<size_t, size_t> partition_counts_;          // by root
  std::map<std::string, std::vector<size_t>> tables_;  // by schema, in order
  std::set<std::string> stands_for_others_;            // schemas
  Page page_;
};

}  // namespace

Page inspect_page(const Inspection& inspection) { return InspectPage(inspection).make(); }

}  // namespace resow

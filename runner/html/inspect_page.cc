#include "runner/html/inspect_page.h"

#include <fmt/format.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

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
        cycles_(cycles_through(catalog_, inspection.order)) {}

  Page make() {
    page_.title = catalog_.database;
    page_.head.push_back(fmt::format("inspect: {}, as {}",
                                     server_version_text(catalog_.server_version), catalog_.user));
    const std::vector<InspectedGroup> groups = told_together(inspection_);
    for (const InspectedGroup& group : groups) add_group(group);
    add_cycles(told_cycles(inspection_, groups));
    if (catalog_.schemas.empty()) page_.head.emplace_back("no schemas");
    return std::move(page_);
  }

 private:
  void add_group(const InspectedGroup& inspected) {
    const bool grouped = inspected.schemas.size() > 1;
    PageGroup group;
    group.columns = {{"table"}};
    if (inspection_.measured) group.columns.push_back({"rows", true});
    if (inspection_.measured && grouped) group.columns.push_back({"in each", true});
    if (inspection_.measured) group.columns.push_back({"size", true});
    group.columns.insert(group.columns.end(), {{"keys"}, {"refers to"}, {"notes"}});
    std::vector<size_t> tables;
    for (const InspectedTable& table : inspected.tables) {
      tables.push_back(table.relation);
      group.boxes.push_back(box_of(table, grouped));
    }
    group.heading =
        fmt::format("{}: {}{}", names_of_alike(inspected.schemas),
                    tables.empty() ? std::string("no tables")
                                   : count_of_things(static_cast<int64_t>(tables.size()), "table"),
                    grouped && !tables.empty() ? " each" : "");
    if (inspection_.measured && !tables.empty()) {
      group.heading +=
          fmt::format(", {}, {}", inspected.rows.with_noun(), bytes_text(inspected.bytes));
    }
    add_links(catalog_, tables, group);
    const std::vector<std::string> others = other_relations(inspection_, inspected.schemas.front());
    if (!others.empty()) group.notes.push_back(fmt::format("also {}", fmt::join(others, ", ")));
    page_.groups.push_back(std::move(group));
  }

  PageBox box_of(const InspectedTable& table, bool grouped) {
    const Relation& relation = catalog_.relations[table.relation];
    PageBox box;
    box.name = relation.name;
    std::vector<std::string> keys, references;
    for (const UniqueKey& key : relation.unique_keys) keys.push_back(key_text(relation, key));
    for (const ForeignKey& key : relation.foreign_keys) {
      references.push_back(foreign_key_text(catalog_, relation, key));
    }
    std::vector<std::string> notes;
    std::string note = notes_text(catalog_, relation, table.partitions);
    if (!note.empty()) notes.push_back(std::move(note));
    if (!relation.comment.empty()) notes.push_back("comment: " + relation.comment);
    set_mark(table.relation, box, notes);
    box.hint = fmt::format("{}", fmt::join(notes, "; "));
    box.cells = {{relation.name}};
    if (inspection_.measured) {
      if (table.rows.known) box.rows = table.rows.rows;
      box.bytes = table.bytes;
      box.rows_text = table.rows.with_noun();
      box.size_text = bytes_text(table.bytes);
      box.cells.push_back({table.rows.text()});
      if (grouped) box.cells.push_back({table.rows.range()});
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

  void add_cycles(const std::vector<std::string>& paths) {
    PageList list;
    for (const std::string& path : paths) list.lines.push_back({path, "", {}});
    if (list.lines.empty()) return;
    list.heading =
        count_of_things(static_cast<int64_t>(list.lines.size()), "cycle") + " of foreign keys";
    page_.lists.push_back(std::move(list));
  }

  const Inspection& inspection_;
  const Catalog& catalog_;
  std::map<size_t, std::string> cycles_;  // by relation
  Page page_;
};

}  // namespace

Page inspect_page(const Inspection& inspection) { return InspectPage(inspection).make(); }

}  // namespace resow

#include "runner/html/drift_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "fixtures/dependency_order.h"
#include "fixtures/partitions.h"
#include "fixtures/text.h"
#include "runner/html/catalog_links.h"
#include "runner/inspection_text.h"

namespace resow {
namespace {

// The same difference of several tenants.
struct SharedLine {
  DriftLine line;
  std::vector<std::string> schemas;
};

// What is of one table, or of one object that is of none.
struct Drifted {
  std::string name;
  ObjectKind kind = ObjectKind::kTable;
  std::vector<SharedLine> lines;

  bool missing = false;  // in some tenants: the whole of it
  bool extra = false;    // not in the template

  std::set<std::string> schemas(bool cosmetic) const {
    std::set<std::string> names;
    for (const SharedLine& shared : lines) {
      if (shared.line.cosmetic == cosmetic)
        names.insert(shared.schemas.begin(), shared.schemas.end());
    }
    return names;
  }
};

std::string schemas_text(size_t count) {
  return count_of_things(static_cast<int64_t>(count), "schema");
}

bool is_whole(const DriftLine& line, const std::string& table) {
  return line.object == ObjectKind::kTable && line.name == table;
}

class DriftPageMaker {
 public:
  DriftPageMaker(const std::string& like, std::span<const TenantDrift> drifts,
                 const Catalog& catalog)
      : like_(like), drifts_(drifts), catalog_(catalog) {}

  Page make() {
    find_tables();
    for (const TenantDrift& drift : drifts_) add_drift(drift);
    add_head();
    add_groups(false);
    add_picture();
    add_others();
    add_groups(true);
    add_equal();
    return std::move(page_);
  }

 private:
  void find_tables() {
    std::vector<size_t> tables;
    for (size_t i = 0; i < catalog_.relations.size(); ++i) {
      const Relation& relation = catalog_.relations[i];
      const bool table =
          relation.kind == RelationKind::kTable || relation.kind == RelationKind::kPartitionedTable;
      if (!relation.selected || !table) continue;
      const size_t root = partition_root(catalog_, i);
      root_of_[relation.name] = catalog_.relations[root].name;
      if (root == i) tables.push_back(i);
    }
    order_ = order_by_dependency(catalog_, tables).parents_first;
    for (const size_t table : order_) {
      Drifted& drifted = tables_[catalog_.relations[table].name];
      drifted.name = catalog_.relations[table].name;
    }
  }

  // The table that a line belongs to: its partition's root, itself, or one that is extra.
  Drifted& place_of(const DriftLine& line) {
    const std::string& table = line.object == ObjectKind::kTable ? line.name : line.table;
    const auto root = root_of_.find(table);
    if (root != root_of_.end()) return tables_[root->second];
    if (line.object == ObjectKind::kTable) {
      Drifted& extra = tables_[table];
      if (extra.name.empty()) extras_.push_back(table);
      extra.name = table;
      extra.extra = true;
      return extra;
    }
    // A trigger or column of a view is told with the view.
    const std::string& name = line.table.empty() ? line.name : line.table;
    const ObjectKind kind = line.table.empty() ? line.object : ObjectKind::kView;
    Drifted& other = others_[{kind, name}];
    other.name = name;
    other.kind = kind;
    return other;
  }

  void add_drift(const TenantDrift& drift) {
    for (const DriftLine& line : drift.lines) {
      Drifted& place = place_of(line);
      if (line.kind == DifferenceKind::kMissing && is_whole(line, place.name)) place.missing = true;
      const auto same =
          std::find_if(place.lines.begin(), place.lines.end(), [&](const SharedLine& each) {
            return each.line.text == line.text && each.line.changes == line.changes;
          });
      if (same == place.lines.end()) {
        place.lines.push_back({line, {drift.schema}});
      } else {
        same->schemas.push_back(drift.schema);
      }
    }
  }

  void add_head() {
    size_t differing = 0, cosmetic = 0;
    for (const TenantDrift& drift : drifts_) {
      if (drift.differs()) ++differing;
      if (!drift.differs() && drift.cosmetic()) ++cosmetic;
    }
    page_.title = fmt::format("{}: tenants like {}", catalog_.database, like_);
    page_.head.push_back(fmt::format("tenants diff: {}, as {}",
                                     server_version_text(catalog_.server_version), catalog_.user));
    page_.head.push_back(fmt::format(
        "{} compared with {}: {} {}, {} {}{}", schemas_text(drifts_.size()), like_,
        with_thousands(static_cast<uint64_t>(differing)), differing == 1 ? "differs" : "differ",
        with_thousands(static_cast<uint64_t>(drifts_.size() - differing)),
        drifts_.size() - differing == 1 ? "is like it" : "are like it",
        cosmetic == 0 ? ""
                      : fmt::format(" ({} of these but for what is cosmetic)",
                                    with_thousands(static_cast<uint64_t>(cosmetic)))));
    page_.legend = {
        {Mark::kBad, "differs: in some tenants"},
        {Mark::kDoubt, "cosmetic: names of keys and indexes, order of columns, comments"}};
  }

  static PageLine page_line(const DriftLine& line) {
    PageLine result{line.text, "", {}};
    for (const DriftLine::Change& change : line.changes) {
      // What is short stands in the text already.
      constexpr size_t kShort = 80;
      if (change.wanted.size() <= kShort && change.found.size() <= kShort) continue;
      result.blocks.emplace_back(change.what + " in the template",
                                 change.wanted.empty() ? "none" : change.wanted);
      result.blocks.emplace_back(change.what + " here",
                                 change.found.empty() ? "none" : change.found);
    }
    return result;
  }

  // Tenants that differ alike, in what matters or in what is cosmetic.
  void add_groups(bool cosmetic) {
    std::vector<TenantDrift> drifts;
    for (const TenantDrift& drift : drifts_) {
      TenantDrift kept{drift.schema, {}};
      for (const DriftLine& line : drift.lines) {
        if (line.cosmetic == cosmetic) kept.lines.push_back(line);
      }
      drifts.push_back(std::move(kept));
    }
    std::vector<PageList>& lists = cosmetic ? page_.lists : page_.first_lists;
    for (DriftGroup& group : group_drifts(drifts, true)) {
      PageList list;
      list.heading = fmt::format("{} {}{}", group_names(group.schemas),
                                 group.schemas.size() == 1 ? "differs" : "differ",
                                 cosmetic ? " in what is cosmetic" : "");
      for (const DriftLine& line : group.lines) list.lines.push_back(page_line(line));
      fold_names(std::move(group.schemas), list);
      lists.push_back(std::move(list));
    }
  }

  static std::string group_names(const std::vector<std::string>& schemas) {
    constexpr size_t kNamed = 6;
    if (schemas.size() > kNamed) return schemas_text(schemas.size());
    std::string text;
    for (size_t i = 0; i < schemas.size(); ++i) text += (i == 0 ? "" : ", ") + one_line(schemas[i]);
    return text;
  }

  static void fold_names(std::vector<std::string> schemas, PageList& list) {
    constexpr size_t kNamed = 6;
    if (schemas.size() <= kNamed) return;
    list.folded = fmt::format("{}, {} ... {}", one_line(schemas[0]), one_line(schemas[1]),
                              one_line(schemas.back()));
    list.names = std::move(schemas);
  }

  static std::vector<std::string> lines_of(const Drifted& drifted, bool cosmetic) {
    std::vector<std::string> lines;
    for (const SharedLine& shared : drifted.lines) {
      if (shared.line.cosmetic != cosmetic) continue;
      lines.push_back(fmt::format("{} ({})", shared.line.text,
                                  shared.schemas.size() == 1
                                      ? one_line(shared.schemas.front())
                                      : schemas_text(shared.schemas.size())));
    }
    return lines;
  }

  PageBox box_of(const Drifted& drifted) const {
    PageBox box;
    box.name = drifted.name;
    const std::set<std::string> real = drifted.schemas(false);
    const std::set<std::string> cosmetic = drifted.schemas(true);
    std::vector<std::string> lines = lines_of(drifted, false);
    std::vector<std::string> cosmetic_lines = lines_of(drifted, true);
    if (!real.empty()) {
      box.mark = Mark::kBad;
      box.mark_text = drifted.extra ? "extra" : drifted.missing ? "missing" : "differs";
      box.rows_text = "in " + schemas_text(real.size());
    } else if (!cosmetic.empty()) {
      box.mark = Mark::kDoubt;
      box.mark_text = "cosmetic";
      box.rows_text = "in " + schemas_text(cosmetic.size());
    } else {
      box.rows_text = "alike";
    }
    box.rank = !real.empty() ? 0 : !cosmetic.empty() ? 1 : 2;
    for (const auto* some : {&lines, &cosmetic_lines}) {
      for (const std::string& line : *some) box.hint += (box.hint.empty() ? "" : "; ") + line;
    }
    for (const auto* some : {&real, &cosmetic}) {
      for (const std::string& schema : *some) box.also += schema + " ";
    }
    const std::string state = box.mark_text.empty() ? "alike" : box.mark_text;
    box.cells = {{drifted.name},
                 {state},
                 {real.empty() ? "" : with_thousands(static_cast<uint64_t>(real.size()))},
                 std::move(lines),
                 std::move(cosmetic_lines)};
    return box;
  }

  static std::vector<PageColumn> columns(const char* first) {
    return {{first}, {"state"}, {"tenants", true}, {"differences"}, {"cosmetic"}};
  }

  void add_picture() {
    PageGroup group;
    group.heading =
        fmt::format("{}: {}", like_,
                    order_.empty() ? std::string("no tables")
                                   : count_of_things(static_cast<int64_t>(order_.size()), "table"));
    group.columns = columns("table");
    for (const size_t table : order_) {
      group.boxes.push_back(box_of(tables_[catalog_.relations[table].name]));
    }
    add_links(catalog_, order_, group);
    std::sort(extras_.begin(), extras_.end());
    for (const std::string& extra : extras_) group.boxes.push_back(box_of(tables_[extra]));
    page_.groups.push_back(std::move(group));
  }

  // Views, functions, types, the schema itself: a list, they have no place in the picture.
  void add_others() {
    if (others_.empty()) return;
    PageGroup group;
    group.heading = "other objects";
    group.picture = false;
    group.columns = columns("object");
    for (const auto& [key, drifted] : others_) {
      PageBox box = box_of(drifted);
      box.cells[0] = {key.first == ObjectKind::kSchema
                          ? std::string("the schema itself")
                          : fmt::format("{} {}", to_string(key.first), drifted.name)};
      group.boxes.push_back(std::move(box));
    }
    page_.groups.push_back(std::move(group));
  }

  void add_equal() {
    std::vector<std::string> equal;
    for (const TenantDrift& drift : drifts_) {
      if (!drift.differs()) equal.push_back(drift.schema);
    }
    if (equal.empty()) return;
    PageList list;
    list.heading = fmt::format("{} like {}", schemas_text(equal.size()), like_);
    list.folded = equal.size() == 1
                      ? one_line(equal.front())
                      : fmt::format("{} ... {}", one_line(equal.front()), one_line(equal.back()));
    list.names = std::move(equal);
    page_.lists.push_back(std::move(list));
  }

  const std::string& like_;
  std::span<const TenantDrift> drifts_;
  const Catalog& catalog_;
  std::map<std::string, std::string> root_of_;  // tables of the template and their partitions
  std::vector<size_t> order_;                   // its tables, parents first
  std::map<std::string, Drifted> tables_;       // by name
  std::vector<std::string> extras_;
  std::map<std::pair<ObjectKind, std::string>, Drifted> others_;
  Page page_;
};

}  // namespace

Page drift_page(const std::string& like, std::span<const TenantDrift> drifts,
                const Catalog& catalog) {
  return DriftPageMaker(like, drifts, catalog).make();
}

}  // namespace resow

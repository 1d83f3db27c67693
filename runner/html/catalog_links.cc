#include "runner/html/catalog_links.h"

#include <algorithm>
#include <iterator>

#include "fixtures/partitions.h"
#include "runner/inspection_text.h"

namespace resow {

std::map<size_t, std::string> cycles_through(const Catalog& catalog, const DependencyOrder& order) {
  std::map<size_t, std::string> paths;
  for (const Cycle& cycle : order.cycles) {
    for (const size_t relation : cycle.relations) {
      paths.emplace(partition_root(catalog, relation), to_string(cycle, catalog));
    }
  }
  return paths;
}

bool refers_to_itself(const Catalog& catalog, size_t relation) {
  const auto& keys = catalog.relations[relation].foreign_keys;
  return std::any_of(keys.begin(), keys.end(), [&](const ForeignKey& key) {
    return partition_root(catalog, key.referenced) == relation;
  });
}

void add_links(const Catalog& catalog, const std::vector<size_t>& relations, PageGroup& group) {
  std::map<size_t, size_t> place;  // by relation
  for (size_t i = 0; i < relations.size(); ++i) place.emplace(relations[i], i);
  std::vector<size_t> outside;
  std::map<std::pair<size_t, size_t>, std::string> hints;  // by relations, from and to
  for (const size_t from : relations) {
    for (const ForeignKey& key : catalog.relations[from].foreign_keys) {
      const size_t to = partition_root(catalog, key.referenced);
      if (to == from) continue;
      if (place.emplace(to, relations.size() + outside.size()).second) outside.push_back(to);
      std::string& hint = hints[{from, to}];
      hint += (hint.empty() ? "" : "; ") + catalog.relations[from].name + "." +
              foreign_key_text(catalog, catalog.relations[from], key);
    }
  }
  std::vector<PageBox> boxes;
  for (const size_t relation : outside) {
    PageBox box;
    box.name = display_name(catalog.relations[relation]);
    box.hint = "of another schema, or left out";
    box.outside = true;
    boxes.push_back(std::move(box));
  }
  std::move(group.boxes.begin(), group.boxes.end(), std::back_inserter(boxes));
  group.boxes = std::move(boxes);
  const auto box_of = [&](size_t relation) {
    const size_t at = place.at(relation);
    return at < relations.size() ? at + outside.size() : at - relations.size();
  };
  for (auto& [ends, hint] : hints) {
    group.links.push_back({box_of(ends.first), box_of(ends.second), std::move(hint)});
  }
}

}  // namespace resow

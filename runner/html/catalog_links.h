// Foreign keys of tables as links of a picture.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "fixtures/catalog.h"
#include "fixtures/dependency_order.h"
#include "runner/html/page.h"

namespace resow {

// Which of these relations are in a cycle of foreign keys, with the path of one such.
std::map<size_t, std::string> cycles_through(const Catalog& catalog, const DependencyOrder& order);

// What refers to itself.
bool refers_to_itself(const Catalog& catalog, size_t relation);

// Gives the group its links: between `relations`, whose boxes it has in that order, and to tables
// that are not among them, for which it adds boxes at the front. A partition counts for its root.
void add_links(const Catalog& catalog, const std::vector<size_t>& relations, PageGroup& group);

}  // namespace resow

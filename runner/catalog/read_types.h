#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>

#include "fixtures/catalog.h"
#include "runner/catalog/read_relations.h"
#include "runner/connection.h"

namespace resow {

// These types and what they are made of, into the catalog. Returns the collation of each.
std::unordered_map<Oid, Oid> read_types(Transaction& transaction,
                                        const std::unordered_set<Oid>& types,
                                        const ExtensionMembers& members, Catalog& catalog);

}  // namespace resow

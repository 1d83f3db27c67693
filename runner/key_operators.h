// With which operators keys compare: what the catalog does not hold of them. A type of an extension
// has its own.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "fixtures/catalog.h"
#include "runner/connection.h"

namespace resow {

// By oid, column by column: "OPERATOR(pg_catalog.=)", ready to be put between two columns. What was
// dropped since the catalog was read is left out.
using KeyOperators = std::map<Oid, std::vector<std::string>>;

// Of foreign keys (ForeignKey::oid); the referenced column stands on the left.
KeyOperators foreign_key_operators(Transaction& transaction, std::span<const Oid> foreign_keys);

// Of indexes (UniqueKey::index), equality.
KeyOperators index_operators(Transaction& transaction, std::span<const Oid> indexes);

}  // namespace resow

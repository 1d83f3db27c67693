// With which operators foreign keys compare.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "fixtures/catalog.h"
#include "runner/connection.h"

namespace resow {

// Of each of these foreign keys (ForeignKey::oid), column by column: pg_constraint.conpfeqop, the
// parent's column on the left, ready to be put between two columns. A type of an extension has its
// own. What was dropped since the catalog was read is left out.
std::map<Oid, std::vector<std::string>> key_operators(Transaction& transaction,
                                                      std::span<const Oid> foreign_keys);

}  // namespace resow

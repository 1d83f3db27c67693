// What the catalog does not hold of keys: by which operators their columns are compared.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "fixtures/catalog.h"
#include "runner/connection.h"

namespace resow {

// By index: the operator of each of its columns, "OPERATOR(pg_catalog.=)".
std::map<Oid, std::vector<std::string>> operators_of_indexes(Transaction& transaction,
                                                             const std::vector<Oid>& indexes);

// By foreign key: likewise; the referenced column stands on the left.
std::map<Oid, std::vector<std::string>> operators_of_foreign_keys(Transaction& transaction,
                                                                  const std::vector<Oid>& keys);

}  // namespace resow

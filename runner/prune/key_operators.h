#pragma once

#include <map>
#include <string>
#include <vector>

#include "fixtures/catalog.h"
#include "runner/connection.h"

namespace resow {

// How the server compares the columns of a foreign key, by the key's oid: for each of its columns
// "OPERATOR(pg_catalog.=)", with the referenced column on the left.
using KeyOperators = std::map<Oid, std::vector<std::string>>;

KeyOperators read_key_operators(Transaction& transaction, const std::vector<Oid>& foreign_keys);

}  // namespace resow

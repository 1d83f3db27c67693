#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "fixtures/catalog.h"
#include "fixtures/fault.h"
#include "fixtures/scope.h"
#include "runner/connection.h"

namespace resow {

// The fault of a unit that would need more locks in its one transaction than the server's lock
// table holds: every table, every sequence that is asked where it stands, every schema. Only what
// is certain not to fit is a fault; units of some hundred tables are not asked about.
std::vector<Fault> check_lock_room(Transaction& transaction, const Catalog& catalog,
                                   const Scope& scope);

// The same of anything that takes so many locks in one transaction: "user_1 changes in one
// transaction", and what else there is to do: ", or ...".
std::vector<Fault> check_lock_room(Transaction& transaction, const std::string& what,
                                   int64_t needed, const std::string& otherwise);

}  // namespace resow

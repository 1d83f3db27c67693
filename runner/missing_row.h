// A row that another table's trigger asks for.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "fixtures/catalog.h"
#include "runner/connection.h"

namespace resow {

// Where a foreign key's value is not there that no plan of ours has chosen (a trigger or the
// server put it into the row: the name of a state, of an action), adds a row with it to the table
// that is referred to, in all else like one that it has. Gives back what was done, for the report;
// nothing where the error says something else, the table is none of `seeded`, it has no row, or it
// takes none that is like another.
std::optional<std::string> add_missing_row(Transaction& transaction, const Catalog& catalog,
                                           const DatabaseError& error,
                                           const std::set<size_t>& seeded);

}  // namespace resow

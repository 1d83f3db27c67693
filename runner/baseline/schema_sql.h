// The SQL of one schema's baseline: the journal of what changed in which table, and how a rewind
// takes and empties it.
#pragma once

#include <string>
#include <vector>

#include "fixtures/catalog.h"
#include "runner/connection.h"

namespace resow {

// Statements to be run in turn. For the schema's oid S: table resow.change_S, functions changed_S()
// (locks it, gives the tables that are in it) and finish_S() (empties it, sets the sequences).
std::vector<std::string> schema_sql(const Connection& connection, const std::string& schema,
                                    Oid oid);

// Statements that remove it, where it is there.
std::vector<std::string> drop_schema_sql(Oid oid);

}  // namespace resow

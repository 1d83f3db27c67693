#pragma once

#include <cstdint>
#include <vector>

#include "fixtures/catalog.h"
#include "fixtures/plan.h"
#include "runner/connection.h"

namespace resow {

// Rows survived every way to clear them: a rule or a trigger turns DELETE into something else, and
// TRUNCATE is not possible. what() names the table, how many rows, and the cause.
struct StillThere : DatabaseError {
  using DatabaseError::DatabaseError;
};

// Empties the tables of a plan as its clear steps say, then checks that each is empty. Where rows
// are left although nothing failed, another way is taken: TRUNCATE, or DELETE once more (a table
// that triggers fill while others are cleared). Triggers that were switched off are as they were
// afterwards. Gives the rows that each step removed. Throws DatabaseError, StillThere, Interrupted.
std::vector<int64_t> clear_tables(Transaction& transaction, const Catalog& catalog,
                                  const Plan& plan);

}  // namespace resow

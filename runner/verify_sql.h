#pragma once

#include <vector>

#include "fixtures/fault.h"
#include "fixtures/plan.h"
#include "runner/connection.h"
#include "runner/findings.h"

namespace resow {

// A fault for each expected::Sql whose query the server cannot plan; nothing is run.
std::vector<Fault> check_queries(Transaction& transaction, const Plan& plan);

// expected::Sql: runs each query in a read-only subtransaction that is rolled back, with the schema
// and public as search_path. A query that fails is a difference, in the server's words. Throws
// InputError for those that are no SQL.
void check_sql(Transaction& transaction, const Plan& plan, Findings& findings);

}  // namespace resow

#pragma once

#include "fixtures/plan.h"
#include "runner/connection.h"
#include "runner/findings.h"

namespace resow {

// expected::Sql: runs each query in a read-only subtransaction that is rolled back, with the schema
// and public as search_path. A query that fails is a difference, in the server's words.
void check_sql(Transaction& transaction, const Plan& plan, Findings& findings);

}  // namespace resow

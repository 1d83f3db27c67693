// The SQL of what is called from any client: resow.rewind(), resow.dirty().
#pragma once

#include <vector>

#include "runner/baseline/sql_part.h"

namespace resow {

// `set_replica`: the role may SET session_replication_role, so that nothing has to be dropped to
// keep foreign keys and triggers out of the way.
std::vector<SqlPart> rewind_sql(bool set_replica);

}  // namespace resow

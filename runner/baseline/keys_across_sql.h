// The SQL about foreign keys between a schema that is rewound and one that is not: rows that are
// put back must go with rows that stay.
#pragma once

#include "runner/baseline/sql_part.h"

namespace resow {

extern const SqlPart kKeysAcrossSql;

}  // namespace resow

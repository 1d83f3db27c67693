// The SQL of leases: a session takes a schema that has a baseline for itself, and gives it back
// rewound. What it holds is a session-level advisory lock, which the server frees when the session
// ends, however it ends.
#pragma once

#include "runner/baseline/sql_part.h"

namespace resow {

// Run after the tables of schema resow were made.
extern const SqlPart kLeaseSql;

}  // namespace resow

#pragma once

#include <span>
#include <string>

#include "runner/connection.h"

namespace resow {

// Excludes other runs on these schemas until the transaction ends (transaction-level advisory
// locks, keyed by database and schema, taken in sorted order). Waits up to `wait_seconds`, saying
// through `on_wait` who holds it; then throws DatabaseError (SQLSTATE 55P03) that names pid,
// application and query of the holder.
void lock_schemas(Transaction& transaction, std::span<const std::string> schemas,
                  double wait_seconds, const std::function<void(std::string_view)>& on_wait);

// Who blocks backend `pid` now: "pid 4711 (pytest, user app, idle in transaction 12 s): UPDATE
// orders ...", one line each, or "" when nobody does. Asks over a connection of its own.
std::string blockers(Connection& observer, int pid);

}  // namespace resow

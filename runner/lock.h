#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runner/connection.h"

namespace resow {

// The advisory lock of a schema: the same in every version of resow.
int64_t schema_lock_key(std::string_view schema);

// The first key of the advisory lock by which a session leases a schema (docs/rewind.md), "rsow" in
// ASCII; the second one is the schema's oid.
inline constexpr uint32_t kLeaseLock = 1920167799;

// Runs that share their locks exclude all others, but not each other.
enum class LockMode : uint8_t { kExclusive, kShared };

// Excludes other runs on these schemas, and sessions that have leased one, until the transaction
// ends (transaction-level advisory
// locks, keyed by database and schema, taken in sorted order). Waits up to `wait_seconds`, saying
// through `on_wait` who holds it; then throws DatabaseError (SQLSTATE 55P03) that names pid,
// application and query of the holder.
void lock_schemas(Transaction& transaction, std::span<const std::string> schemas,
                  double wait_seconds, const std::function<void(std::string_view)>& on_wait,
                  LockMode mode = LockMode::kExclusive);

// The same of sequences, which the transaction is to move: no other unit or run reads meanwhile
// where they stand. Waits as long as the server's lock_timeout says.
void lock_sequences(Transaction& transaction, std::span<const std::string> sequences);

struct Session {
  int64_t pid = 0;  // 0: a prepared transaction
  std::string
      text;  // "pid 4711 (pytest, user app, idle in transaction for 12 s): UPDATE orders ..."
};

// Who blocks these backends now; those that nobody blocks are left out. REQUIRES: `observer` is a
// connection of its own, in no transaction.
std::map<int, std::vector<Session>> blocking_sessions(Connection& observer,
                                                      std::span<const int> pids);

// Who blocks backend `pid` now, one line each, or "" when nobody does.
std::string blockers(Connection& observer, int pid);

}  // namespace resow

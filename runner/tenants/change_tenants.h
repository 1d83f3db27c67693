#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "runner/commands/tenants_options.h"
#include "runner/connection.h"
#include "runner/history/run_log.h"
#include "runner/progress.h"

namespace resow {

struct TenantChanges {
  RunHead head;
  const char* done;  // "created"
  std::vector<std::string> schemas;
  // Before the first of them, with the run's number where there is one. May be empty.
  std::function<void(std::optional<int64_t> run)> begin = {};
  // In the transaction of schemas[index], which holds its lock.
  std::function<void(Transaction& transaction, size_t index, std::optional<int64_t> run)> change;
};

// Changes schemas, each in a transaction of its own that asks the guard first, several at once, as
// a run of the history; gives its number. `idle`: in no transaction. The first error is thrown when
// all that began have ended; what was committed stays, and is told.
std::optional<int64_t> change_tenants(Connection& idle, const ConnectionOptions& to,
                                      const TenantChange& how, const TenantChanges& what,
                                      Progress& progress);

}  // namespace resow

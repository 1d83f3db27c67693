#pragma once

#include <cstddef>
#include <functional>

#include "runner/connection.h"

namespace resow {

// Does `work` for 0 .. count-1, handed out in order to `jobs` workers, each with a connection of
// its own, the first with `first`. The first error of a worker keeps what did not begin from
// beginning, and is thrown when all have ended. REQUIRES: `work` may be called from any thread.
void for_each_schema(Connection& first, const ConnectionOptions& options, int jobs, size_t count,
                     const std::function<void(Connection& connection, size_t index)>& work);

}  // namespace resow

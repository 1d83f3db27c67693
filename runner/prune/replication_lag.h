#pragma once

#include <functional>
#include <string_view>

#include "runner/connection.h"

namespace resow {

// Waits until no replica is further behind than so many seconds. Throws InputError where the role
// may not see how far that is.
void await_replicas(Connection& connection, double seconds,
                    const std::function<void(std::string_view)>& on_wait);

}  // namespace resow

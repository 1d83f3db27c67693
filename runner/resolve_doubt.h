#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "runner/connection.h"

namespace resow {

// Whether transaction `xid` took effect, asked over a new connection: for one whose connection was
// lost during COMMIT. Waits a little while it is still in progress; nothing when it cannot be told.
std::optional<bool> took_effect(const ConnectionOptions& options, const std::string& xid);

}  // namespace resow

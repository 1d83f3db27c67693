#pragma once

#include "runner/connection.h"

namespace resow {

// Commits what a transaction has written, if anything. Where the connection is lost meanwhile, asks
// over a new one whether it took effect; an error is in doubt only where that cannot be told.
void commit_surely(Transaction& transaction, const ConnectionOptions& options);

}  // namespace resow

// A dataset to start from, for what a database holds.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "fixtures/draft_dataset.h"
#include "fixtures/pattern.h"
#include "runner/connection.h"

namespace resow {

struct DraftOptions {
  ConnectionOptions connection;  // for the sessions that watch for locks
  Selection schemas;             // without a pattern: public
  uint64_t rows = 10;            // of each table, where there is room for them
  bool rehearse = true;
  double lock_wait = 30;  // seconds
  std::function<void(std::string_view)> on_diagnostic;
};

// What the tables of the schemas would get by themselves. It is held against the database as apply
// would do it; where the guard allows changes, it is also carried out and rolled back, since a
// trigger or a check may refuse rows. What is at fault is simplified, then left out, with the
// reason. Commits nothing. Throws InputError (a pattern that matches no schema, ...),
// DatabaseError, Interrupted.
Draft make_draft(Connection& connection, const DraftOptions& options);

}  // namespace resow

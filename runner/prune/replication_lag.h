// How far replicas are behind.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include "runner/connection.h"

namespace resow {

// What the server says of a replica's lag stands still while the replica does not replay anything:
// so positions of the log are remembered, and a replica is as far behind as it is long ago that
// the oldest one came up which it has not replayed.
class ReplicaWatch {
 public:
  // `seconds`: how far a replica may be behind. `on_wait`: what it waits for.
  ReplicaWatch(double seconds, std::function<void(std::string_view)> on_wait);

  // Waits until no replica is further behind, or `enough` says that it is. REQUIRES: the connection
  // is in no transaction. Throws InputError where the role may not see how far that is,
  // DatabaseError, Interrupted.
  void await(Connection& connection, const std::function<bool()>& enough);

 private:
  struct Behind {
    std::string replica;
    double seconds = 0;
  };
  struct Position {
    int64_t bytes = 0;  // of the log
    std::chrono::steady_clock::time_point since;
  };
  Behind look(Connection& connection);

  const double seconds_;
  const std::function<void(std::string_view)> on_wait_;
  std::deque<Position> positions_;  // the oldest first, those that some replica has not replayed
  bool has_begun_ = false;          // the first position has been remembered
  int64_t first_ = 0;
};

}  // namespace resow

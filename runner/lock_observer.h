#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "runner/connection.h"

namespace resow {

// Watches backends while they work and notices when other sessions block one: over a connection of
// its own, opened when one has worked for a while.
class LockObserver {
 public:
  // `on_blocked` is told once for each session that blocks a watched one: "user_1: waiting for pid
  // 4711 (...)". It is called from the observer's thread.
  LockObserver(const ConnectionOptions& connection,
               std::function<void(std::string_view)> on_blocked);
  ~LockObserver();
  LockObserver(const LockObserver&) = delete;
  LockObserver& operator=(const LockObserver&) = delete;

  // `what` names the work of backend `pid` in messages: "user_1". `lock_wait` (seconds) is the time
  // limit of a wait: within it the backend is looked at.
  void watch(int pid, std::string what, double lock_wait);
  // Ends the watch. Gives who blocked the backend when it was last asked: "pid 4711 (...)", more
  // than one with "; " between; "" for nobody, or when there was no time to ask.
  std::string forget(int pid);

 private:
  struct Watched {
    std::string what;
    std::chrono::steady_clock::time_point next;   // when it is looked at
    std::chrono::steady_clock::duration between;  // and again
    int64_t told_of = -1;
    std::string blockers;
  };

  void observe();
  void ask(Connection& connection);
  std::chrono::steady_clock::time_point next_look() const;

  const ConnectionOptions connection_;
  const std::function<void(std::string_view)> on_blocked_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool done_ = false;
  std::map<int, Watched> watched_;
  std::jthread thread_;
};

}  // namespace resow

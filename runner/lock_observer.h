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
#include <utility>

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

  // Does `work` while the transaction's backend is watched. `what` names the work in messages:
  // "user_1". `lock_wait` (seconds) becomes the time limit of a wait, until the transaction ends:
  // within it the backend is looked at. A DatabaseError of the work is told what the server does
  // not say: who held the lock, as last seen; what ended the statement.
  template <typename Work>
  auto watched(Transaction& transaction, std::string what, double lock_wait, const Work& work) {
    const Watch watch(*this, transaction, std::move(what), lock_wait);
    try {
      return work();
    } catch (DatabaseError& error) {
      name_cause(error, forget(watch.pid()));
      throw;
    }
  }

 private:
  // Ends with what is watched.
  class Watch {
   public:
    Watch(LockObserver& observer, Transaction& transaction, std::string what, double lock_wait);
    ~Watch() { observer_.forget(pid_); }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    int pid() const { return pid_; }

   private:
    LockObserver& observer_;
    int pid_;
  };

  // Ends the watch. Gives who blocked the backend when it was last asked: "pid 4711 (...)", more
  // than one with "; " between; "" for nobody, or when there was no time to ask.
  std::string forget(int pid);
  static void name_cause(DatabaseError& error, const std::string& blockers);

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

  ConnectionOptions connection_;
  const std::function<void(std::string_view)> on_blocked_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool done_ = false;
  std::map<int, Watched> watched_;
  std::jthread thread_;
};

}  // namespace resow

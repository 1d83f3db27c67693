#include "runner/lock_observer.h"

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

#include "runner/lock.h"

namespace resow {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kQuietAtFirst(700);  // work of this age is looked at
constexpr std::chrono::milliseconds kPause(400);         // between looks
constexpr std::chrono::milliseconds kShortestPause(10);

// A wait that the time limit ends is seen twice before.
Clock::duration within_wait(double lock_wait, Clock::duration longest) {
  const auto third =
      std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(lock_wait / 3));
  return std::clamp<Clock::duration>(third, kShortestPause, longest);
}

}  // namespace

LockObserver::LockObserver(const ConnectionOptions& connection,
                           std::function<void(std::string_view)> on_blocked)
    : connection_(connection), on_blocked_(std::move(on_blocked)) {
  connection_.on_step = {};  // what counts is what the watched ones do
  thread_ = std::jthread([this] { observe(); });
}

LockObserver::~LockObserver() {
  {
    const std::lock_guard lock(mutex_);
    done_ = true;
  }
  changed_.notify_all();
}

LockObserver::Watch::Watch(LockObserver& observer, Transaction& transaction, std::string what,
                           double lock_wait)
    : observer_(observer) {
  // Behind a pooler the connection's own idea of its backend is wrong.
  const auto milliseconds = std::max<int64_t>(1, static_cast<int64_t>(lock_wait * 1000));
  const std::vector<Field> parameters = {std::to_string(milliseconds)};
  const Rows row = transaction.query(
      "SELECT pg_catalog.pg_backend_pid(),"
      " pg_catalog.set_config('lock_timeout', $1::pg_catalog.text, true)",
      parameters, "set the time limit for locks");
  pid_ = static_cast<int>(row.integer(0, 0));
  {
    const std::lock_guard lock(observer_.mutex_);
    observer_.watched_[pid_] = {std::move(what),
                                Clock::now() + within_wait(lock_wait, kQuietAtFirst),
                                within_wait(lock_wait, kPause), -1, ""};
  }
  observer_.changed_.notify_all();
}

void LockObserver::name_cause(DatabaseError& error, const std::string& blockers) {
  const bool canceled = error.sqlstate == "57014";
  if (!canceled && error.sqlstate != "55P03") return;
  if (!blockers.empty()) {
    error.detail += (error.detail.empty() ? "blocked by " : "; blocked by ") + blockers;
    if (error.hint.empty()) error.hint = "end that session, or its transaction, and try again";
  }
  if (canceled && error.hint.empty()) {
    error.hint =
        "statement_timeout of the role or the database is too short, or somebody canceled the "
        "statement";
  }
}

std::string LockObserver::forget(int pid) {
  const std::lock_guard lock(mutex_);
  const auto found = watched_.find(pid);
  if (found == watched_.end()) return "";
  std::string blockers = std::move(found->second.blockers);
  watched_.erase(found);
  return blockers;
}

// REQUIRES: the mutex is held.
Clock::time_point LockObserver::next_look() const {
  auto next = Clock::now() + std::chrono::hours(1);
  for (const auto& [pid, watched] : watched_) next = std::min(next, watched.next);
  return next;
}

void LockObserver::observe() {
  std::unique_ptr<Connection> connection;
  std::unique_lock lock(mutex_);
  while (!done_) {
    const auto next = next_look();
    if (Clock::now() < next) {
      changed_.wait_until(lock, next);
      continue;
    }
    for (auto& [pid, watched] : watched_) watched.next = Clock::now() + watched.between;
    lock.unlock();
    try {
      if (!connection) connection = std::make_unique<Connection>(connection_);
      ask(*connection);
    } catch (const Interrupted&) {
      return;
    } catch (const std::exception&) {
      connection.reset();  // those who work meet the same trouble and report it
    }
    lock.lock();
  }
}

void LockObserver::ask(Connection& connection) {
  std::vector<int> pids;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [pid, watched] : watched_) pids.push_back(pid);
  }
  const auto blocking = blocking_sessions(connection, pids);
  std::vector<std::string> messages;
  {
    const std::lock_guard lock(mutex_);
    for (auto& [pid, watched] : watched_) {
      watched.blockers.clear();
      const auto found = blocking.find(pid);
      if (found == blocking.end()) continue;
      for (const Session& session : found->second) {
        watched.blockers += (watched.blockers.empty() ? "" : "; ") + session.text;
      }
      const int64_t first = found->second.front().pid;
      if (std::exchange(watched.told_of, first) != first) {
        messages.push_back(watched.what + ": waiting for " + watched.blockers);
      }
    }
  }
  if (!on_blocked_) return;
  for (const std::string& message : messages) on_blocked_(message);
}

}  // namespace resow

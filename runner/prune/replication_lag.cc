#include "runner/prune/replication_lag.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "fixtures/fault.h"
#include "fixtures/text.h"

namespace resow {
namespace {

using LagClock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kBetweenPositions(100);
constexpr std::chrono::milliseconds kBetweenQuestions(200);

double seconds_since(LagClock::time_point then) {
  return std::chrono::duration<double>(LagClock::now() - then).count();
}

// The log's position; per replica its name, whether the role may see it, what it has replayed and
// how far the server thinks that it is behind. (A base backup replays nothing.)
constexpr const char* kReplicas =
    "SELECT pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), '0/0')::pg_catalog.int8,"
    " r.application_name, r.pid IS NOT NULL AND r.state IS NULL,"
    " pg_catalog.pg_wal_lsn_diff(r.replay_lsn, '0/0')::pg_catalog.int8,"
    " COALESCE(EXTRACT(epoch FROM r.replay_lag), 0)::pg_catalog.float8"
    " FROM (VALUES (1)) AS one(x) LEFT JOIN pg_catalog.pg_stat_replication AS r ON true";

}  // namespace

ReplicaWatch::ReplicaWatch(double seconds, std::function<void(std::string_view)> on_wait)
    : seconds_(seconds), on_wait_(std::move(on_wait)) {}

ReplicaWatch::Behind ReplicaWatch::look(Connection& connection) {
  Transaction transaction(connection, Access::kReadOnly);
  const Rows rows = transaction.query(kReplicas, "ask how far replicas are behind");
  const int64_t now = rows.integer(0, 0);
  if (!has_begun_) first_ = now;
  has_begun_ = true;
  const bool is_further = positions_.empty() || positions_.back().bytes < now;
  if (is_further &&
      (positions_.empty() || LagClock::now() - positions_.back().since >= kBetweenPositions)) {
    positions_.push_back({now, LagClock::now()});
  }
  Behind most;
  int64_t replayed_by_all = now;
  for (size_t row = 0; row < rows.size(); ++row) {
    if (rows.boolean(row, 2)) {
      throw InputError({{"--max-lag", "this role may not see how far replicas are behind",
                         "GRANT pg_monitor to it, or leave out --max-lag"}});
    }
    if (rows.is_null(row, 3)) continue;
    const int64_t replayed = rows.integer(row, 3);
    replayed_by_all = std::min(replayed_by_all, replayed);
    const auto oldest =
        std::find_if(positions_.begin(), positions_.end(),
                     [&](const Position& position) { return position.bytes > replayed; });
    double behind = oldest == positions_.end() ? 0 : seconds_since(oldest->since);
    // What was written before we looked for the first time.
    if (replayed < first_) behind = std::max(behind, std::stod(std::string(rows.text(row, 4))));
    if (behind > most.seconds) most = {std::string(rows.text(row, 1)), behind};
  }
  while (!positions_.empty() && positions_.front().bytes <= replayed_by_all) positions_.pop_front();
  return most;
}

void ReplicaWatch::await(Connection& connection, const std::function<bool()>& enough) {
  for (bool told = false;; told = true) {
    const Behind behind = look(connection);
    if (behind.seconds <= seconds_ || enough()) return;
    if (!told && on_wait_) {
      on_wait_(fmt::format("waiting for replica {}, which is {:.1f} s behind",
                           one_line(behind.replica), behind.seconds));
    }
    if (interrupted()) throw Interrupted();
    std::this_thread::sleep_for(kBetweenQuestions);
  }
}

}  // namespace resow

#include "runner/lock.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <set>
#include <thread>
#include <vector>

#include "fixtures/text.h"
#include "runner/sql_text.h"

namespace resow {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kLockFirstPause(5);
constexpr std::chrono::milliseconds kLockLongestPause(250);
constexpr std::chrono::milliseconds kQuiet(300);  // shorter waits are not worth a word
constexpr size_t kQueryShown = 100;               // characters of a session's query in a message

// `sessions` is a query of (waiter, pid): whom each waits for. What the role may not see of
// another's session comes as NULL or in the server's own words.
std::string describe_sessions_sql(std::string_view sessions) {
  return fmt::format(
      "SELECT l.waiter, l.pid, a.application_name, a.usename, a.state,"
      " pg_catalog.date_part('epoch', pg_catalog.clock_timestamp()"
      " OPERATOR(pg_catalog.-) a.state_change)::pg_catalog.int8, a.query"
      " FROM ({}) AS l(waiter, pid)"
      " LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid OPERATOR(pg_catalog.=) l.pid"
      " GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2",
      sessions);
}

// Nothing that stands behind the word PASSWORD (ALTER ROLE app PASSWORD '...', CREATE USER MAPPING
// ... OPTIONS (password '...'), a connection string), nor a connection URI.
std::string_view before_password(std::string_view query) {
  for (const std::string_view word : {"password", "://"}) {
    const auto found = std::search(query.begin(), query.end(), word.begin(), word.end(),
                                   [](char c, char letter) { return to_lower(c) == letter; });
    if (found == query.end()) continue;
    query = query.substr(0, static_cast<size_t>(found - query.begin()) + word.size());
  }
  return query;
}

// One line, no line breaks.
std::string query_text(std::string_view whole) {
  const std::string_view query = before_password(whole);
  std::string text;
  for (const char c : query) {
    const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (space && (text.empty() || text.back() == ' ')) continue;
    text += space ? ' ' : c;
  }
  const std::string shown = shortened(text, kQueryShown);
  return shown == text && query.size() < whole.size() ? text + " ..." : shown;
}

// "pid 4711 (pytest, user app, idle in transaction for 12 s): UPDATE orders ..."
Session describe_session(const Rows& rows, size_t row) {
  const int64_t pid = rows.integer(row, 1);
  if (pid == 0) return {pid, "a prepared transaction (see pg_prepared_xacts)"};
  std::vector<std::string> facts;
  if (const auto application = rows.text(row, 2); !application.empty()) {
    facts.emplace_back(application);
  }
  if (!rows.is_null(row, 3)) facts.push_back(fmt::format("user {}", rows.text(row, 3)));
  if (!rows.is_null(row, 4)) {
    facts.push_back(rows.is_null(row, 5)
                        ? std::string(rows.text(row, 4))
                        : fmt::format("{} for {} s", rows.text(row, 4), rows.integer(row, 5)));
  }
  std::string text = fmt::format("pid {}", pid);
  if (!facts.empty()) text += fmt::format(" ({})", fmt::join(facts, ", "));
  if (const std::string query = query_text(rows.text(row, 6)); !query.empty()) text += ": " + query;
  return {pid, std::move(text)};
}

// An advisory lock as pg_locks shows it, and what is said of whoever holds it.
struct AdvisoryLock {
  uint32_t classid = 0, objid = 0;
  int objsubid = 1;
  std::string held;  // "another run holds schema a"
  const char* free;  // how it comes free
};

// Who holds it in this database now; nobody, where it changed hands meanwhile.
std::optional<Session> lock_holder(Transaction& transaction, const AdvisoryLock& lock,
                                   std::string_view step) {
  // What is known of other sessions is read once a transaction unless it is thrown away.
  transaction.query("SELECT pg_catalog.pg_stat_clear_snapshot()", step);
  const Rows rows = transaction.query(
      describe_sessions_sql(
          fmt::format("SELECT 0, k.pid FROM pg_catalog.pg_locks AS k"
                      " JOIN pg_catalog.pg_database AS d ON d.oid OPERATOR(pg_catalog.=) k.database"
                      " WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()"
                      " AND k.locktype OPERATOR(pg_catalog.=) 'advisory'::pg_catalog.text"
                      " AND k.classid OPERATOR(pg_catalog.=) '{}'::pg_catalog.oid"
                      " AND k.objid OPERATOR(pg_catalog.=) '{}'::pg_catalog.oid AND k.objsubid"
                      " OPERATOR(pg_catalog.=) {}::pg_catalog.int2 AND k.granted",
                      lock.classid, lock.objid, lock.objsubid)),
      step);
  if (rows.empty()) return std::nullopt;
  return describe_session(rows, 0);
}

[[noreturn]] void give_up(const std::string& schema, const AdvisoryLock& lock,
                          const std::optional<Session>& holder, std::string_view step) {
  DatabaseError error(
      fmt::format("{}: {}", lock.held, holder ? holder->text : "it changed hands meanwhile"));
  error.sqlstate = "55P03";
  error.schema = schema;
  error.step = step;
  if (holder) {
    error.hint =
        fmt::format("{}, or end it with SELECT pg_terminate_backend({})", lock.free, holder->pid);
  }
  throw error;
}

// Tries until it has the lock: `attempt` is a query that says so.
void wait_for_lock(Transaction& transaction, const std::string& schema, const std::string& attempt,
                   const AdvisoryLock& lock, Clock::time_point deadline,
                   const std::function<void(std::string_view)>& on_wait) {
  const std::string step = "lock schema " + schema;
  const auto start = Clock::now();
  int64_t told_of = -1;
  for (auto pause = kLockFirstPause; !transaction.query(attempt, step).boolean(0, 0);
       pause = std::min(pause * 2, kLockLongestPause)) {
    const auto now = Clock::now();
    if (now >= deadline) give_up(schema, lock, lock_holder(transaction, lock, step), step);
    if (on_wait && now - start >= kQuiet) {
      const std::optional<Session> holder = lock_holder(transaction, lock, step);
      if (holder && holder->pid != told_of) {
        told_of = holder->pid;
        on_wait("waiting for " + holder->text);
      }
    }
    std::this_thread::sleep_for(
        std::min<Clock::duration>(pause, std::max<Clock::duration>(deadline - now, {})));
  }
}

void lock_schema(Transaction& transaction, const std::string& schema, LockMode mode,
                 Clock::time_point deadline, const std::function<void(std::string_view)>& on_wait) {
  const int64_t key = schema_lock_key(schema);
  const char* const shared = mode == LockMode::kShared ? "_shared" : "";
  const auto bits = static_cast<uint64_t>(key);
  wait_for_lock(transaction, schema,
                fmt::format("SELECT pg_catalog.pg_try_advisory_xact_lock{}('{}'::pg_catalog.int8)",
                            shared, key),
                {static_cast<uint32_t>(bits >> 32), static_cast<uint32_t>(bits & 0xFFFFFFFFU), 1,
                 "another run holds schema " + schema, "wait for it"},
                deadline, on_wait);
  // Nobody leases it meanwhile, and whoever has leased it is waited for.
  const Field parameters[] = {schema};
  const Rows oid = transaction.query(
      "SELECT n.oid, n.oid::pg_catalog.int4 FROM pg_catalog.pg_namespace AS n"
      " WHERE n.nspname OPERATOR(pg_catalog.=) $1::pg_catalog.name",
      parameters, "look for schema " + schema);
  if (oid.empty()) return;
  wait_for_lock(
      transaction, schema,
      fmt::format("SELECT pg_catalog.pg_try_advisory_xact_lock{}({}, ({}))", shared, kLeaseLock,
                  oid.integer(0, 1)),
      {kLeaseLock, static_cast<uint32_t>(oid.integer(0, 0)), 2, "schema " + schema + " is leased",
       "let it go (SELECT resow.release(), in that session)"},
      deadline, on_wait);
}

}  // namespace

namespace {

// FNV-1a; pinned by a test, because runs of different versions exclude each other by it.
int64_t lock_key(std::string_view kind, std::string_view name) {
  uint64_t hash = 0xcbf29ce484222325U;
  const auto add = [&hash](std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  };
  add("resow/");
  add(kind);
  add("/");
  add(name);
  return static_cast<int64_t>(hash);
}

}  // namespace

int64_t schema_lock_key(std::string_view schema) { return lock_key("schema", schema); }

void lock_schemas(Transaction& transaction, std::span<const std::string> schemas,
                  double wait_seconds, const std::function<void(std::string_view)>& on_wait,
                  LockMode mode) {
  const auto deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                           std::chrono::duration<double>(wait_seconds));
  std::vector<std::string> sorted(schemas.begin(), schemas.end());
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  for (const std::string& schema : sorted)
    lock_schema(transaction, schema, mode, deadline, on_wait);
}

void lock_sequences(Transaction& transaction, std::span<const std::string> sequences) {
  const std::set<std::string> sorted(sequences.begin(), sequences.end());
  for (const std::string& sequence : sorted) {
    // In a queue, unlike schemas: whoever waits here does so in every unit anew.
    transaction.query(fmt::format("SELECT pg_catalog.pg_advisory_xact_lock('{}'::pg_catalog.int8)",
                                  lock_key("sequence", sequence)),
                      "wait for a turn with sequence " + sequence);
  }
}

std::map<int, std::vector<Session>> blocking_sessions(Connection& observer,
                                                      std::span<const int> pids) {
  std::vector<Field> elements;
  for (const int pid : pids) elements.emplace_back(std::to_string(pid));
  const std::vector<Field> parameters = {array_text(elements)};
  Transaction transaction(observer, Access::kReadOnly);
  const Rows rows = transaction.query(
      describe_sessions_sql(
          "SELECT w.pid, b.pid FROM pg_catalog.unnest($1::pg_catalog.int4[]) AS w(pid),"
          " pg_catalog.unnest(pg_catalog.pg_blocking_pids(w.pid)) AS b(pid)"),
      parameters, "ask who blocks");
  std::map<int, std::vector<Session>> sessions;
  for (size_t row = 0; row < rows.size(); ++row) {
    sessions[static_cast<int>(rows.integer(row, 0))].push_back(describe_session(rows, row));
  }
  return sessions;
}

std::string blockers(Connection& observer, int pid) {
  std::string lines;
  for (const auto& [waiter, sessions] : blocking_sessions(observer, std::span(&pid, 1))) {
    for (const Session& session : sessions) lines += (lines.empty() ? "" : "\n") + session.text;
  }
  return lines;
}

}  // namespace resow

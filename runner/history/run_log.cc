#include "runner/history/run_log.h"

#include <fmt/format.h>

#include <utility>

#include "runner/history/control_tables.h"
#include "runner/history/run_record.h"
#include "runner/interrupt.h"

namespace resow {
namespace {

constexpr int kFirstWithTransactionTimeout = 170000;

}  // namespace

const char* to_string(RunState state) {
  switch (state) {
    case RunState::kRunning:
      return "running";
    case RunState::kCompleted:
      return "done";
    case RunState::kStopped:
      return "stopped";
    case RunState::kFailed:
      return "failed";
    case RunState::kWasInterrupted:
      return "interrupted";
    case RunState::kUndone:
      return "undone";
  }
  return "";
}

void add_count(RunCount& to, const RunCount& more) {
  to.removed += more.removed;
  to.reset += more.reset;
  to.seeded += more.seeded;
  if (more.oldest && (!to.oldest || *more.oldest < *to.oldest)) to.oldest = more.oldest;
  if (more.newest && (!to.newest || *more.newest > *to.newest)) to.newest = more.newest;
}

struct RunLog::Impl {
  ConnectionOptions options;
  NewRun run;
  int server_version = 0;
  std::unique_ptr<Connection> connection;
  std::unique_ptr<Transaction> holding;

  // What somebody else waits for here is not worth an hour of theirs: nothing is locked but us.
  void hold() {
    holding = std::make_unique<Transaction>(*connection, Access::kReadWrite);
    const bool limits_transactions = server_version >= kFirstWithTransactionTimeout;
    holding->execute(limits_transactions ? "SET LOCAL idle_in_transaction_session_timeout = 0;"
                                           " SET LOCAL transaction_timeout = 0"
                                         : "SET LOCAL idle_in_transaction_session_timeout = 0",
                     "keep the run alive");
    show_run_alive(*holding, run.id);
  }

  void connect() {
    holding.reset();
    connection = std::make_unique<Connection>(options);
    server_version = connection->server_version();
  }

  void end(RunState state, const std::string& error) {
    Transaction transaction(*connection, Access::kReadWrite);
    end_run(transaction, run.id, state, error);
    transaction.commit();
  }
};

RunLog::RunLog(const ConnectionOptions& options, RunHead head) : impl_(std::make_unique<Impl>()) {
  impl_->options = options;
  impl_->options.on_step = {};  // it is not what the run is about
  impl_->connect();
  {
    Transaction transaction(*impl_->connection, Access::kReadWrite);
    make_control_tables(transaction);
    impl_->run = insert_run(transaction, head, RunState::kRunning);
    transaction.commit();
  }
  impl_->hold();
}

RunLog::~RunLog() = default;

int64_t RunLog::id() const { return impl_->run.id; }
const std::string& RunLog::token() const { return impl_->run.token; }
const std::string& RunLog::database() const { return impl_->run.database; }
int RunLog::server_version() const { return impl_->server_version; }
const std::string& RunLog::archive() const { return impl_->run.archive; }

// Locks that were taken behind a savepoint are free when it is rolled back. The last statement of
// the extended protocol keeps its snapshot until another one comes; one of the simple protocol
// keeps none.
void RunLog::work_under(const std::function<void(Transaction&)>& lock,
                        const std::function<void()>& work) {
  Transaction& holding = *impl_->holding;
  holding.execute("SAVEPOINT resow_locks", "begin to lock");
  lock(holding);
  holding.execute("SELECT", "keep no snapshot");
  work();
  holding.execute("ROLLBACK TO SAVEPOINT resow_locks; RELEASE SAVEPOINT resow_locks", "unlock");
}

void RunLog::add(Transaction& transaction, std::span<const RunCount> counts) {
  add_run_counts(transaction, impl_->run.id, counts);
  const Field parameters[] = {std::to_string(impl_->run.id)};
  const Rows counted = transaction.query(
      "UPDATE resow.run SET batches = batches OPERATOR(pg_catalog.+) 1"
      " WHERE id OPERATOR(pg_catalog.=) $1::pg_catalog.int8"
      " AND state OPERATOR(pg_catalog.=) 'running'",
      parameters, "count the batch");
  if (counted.affected() == 1) return;
  DatabaseError error(
      fmt::format("run {} was taken for dead, and is undone or forgotten", impl_->run.id));
  error.step = "count the batch";
  error.hint = "its connection to the server had been lost; look at the preview once more";
  throw error;
}

void RunLog::complete(Transaction& transaction) {
  end_run(transaction, impl_->run.id, RunState::kCompleted, "");
}

void RunLog::finish(RunState state, const std::string& error) {
  const Undisturbed last_words;
  impl_->holding.reset();
  try {
    impl_->end(state, error);
  } catch (const DatabaseError& lost) {
    if (!lost.connection_lost) throw;
    impl_->connect();
    impl_->end(state, error);
  }
}

void RunLog::try_to_finish(RunState state, const std::string& error) noexcept {
  try {
    finish(state, error);
  } catch (const std::exception&) {  // its words are lost, what was done is not
  }
}

void RunLog::keep_record_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Interrupted&) {
    try_to_finish(RunState::kWasInterrupted, "");
    throw;
  } catch (const std::exception& error) {
    try_to_finish(RunState::kFailed, error.what());
    throw;
  }
}

int64_t add_finished_run(Transaction& transaction, const RunHead& head,
                         std::span<const RunCount> counts) {
  make_control_tables(transaction);
  const NewRun run = insert_run(transaction, head, RunState::kCompleted);
  add_run_counts(transaction, run.id, counts);
  return run.id;
}

std::optional<int64_t> add_where_recorded(Transaction& transaction, const RunHead& head,
                                          std::span<const RunCount> counts) {
  if (!may_record(transaction)) return std::nullopt;
  return add_finished_run(transaction, head, counts);
}

std::vector<RunCount> done_for_plan(Transaction& transaction, const std::string& plan) {
  std::vector<RunCount> counts;
  if (plan.empty() || !has_history(transaction)) return counts;
  const Field parameters[] = {plan};
  const Rows rows = transaction.query(
      "SELECT t.schema, t.\"table\", pg_catalog.sum(t.removed)::pg_catalog.int8,"
      " pg_catalog.sum(t.reset)::pg_catalog.int8 FROM resow.run AS r JOIN resow.run_table AS t"
      " ON t.run OPERATOR(pg_catalog.=) r.id WHERE r.plan OPERATOR(pg_catalog.=) $1"
      " AND r.state OPERATOR(pg_catalog.<>) 'undone' GROUP BY 1, 2 ORDER BY 1, 2",
      parameters, "ask what earlier runs of the plan did");
  for (size_t row = 0; row < rows.size(); ++row) {
    RunCount& count = counts.emplace_back();
    count.schema = rows.text(row, 0);
    count.table = rows.text(row, 1);
    count.removed = rows.integer(row, 2);
    count.reset = rows.integer(row, 3);
  }
  return counts;
}

}  // namespace resow

// One run's record in the history: what changed data, who did it, how much, and whether it is at it
// still.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runner/connection.h"

namespace resow {

enum class RunState : uint8_t { kRunning, kCompleted, kStopped, kFailed, kWasInterrupted, kUndone };
// "running", "done", "stopped", "failed", "interrupted", "undone"
const char* to_string(RunState state);

// What is known of a run when it begins.
struct RunHead {
  std::string command;       // "prune"
  std::string subject;       // name of the policy or dataset, file of a restore; "" for none
  std::string subject_hash;  // hex, "" for none
  std::string plan;          // of a prune: its plan's id
  // Where what it deletes goes: "table" (resow.archive), a folder (the file in it is named after
  // the database and the run), "" for none.
  std::string archive;
};

// Rows of one table; `oldest` and `newest` are of the column that decided over their age.
struct RunCount {
  std::string schema, table;
  int64_t removed = 0, reset = 0, seeded = 0;
  std::optional<std::string> oldest, newest;
};

// Adds rows of the same table.
void add_count(RunCount& to, const RunCount& more);

// The record of a run that takes its time, with a connection of its own: its open, idle transaction
// (no snapshot, no transaction id) holds an advisory lock by which others see that the run is
// alive. When the process dies the record says "running" and nobody holds the lock.
class RunLog {
 public:
  // Makes the control tables where they are missing; the record is committed at once. Throws
  // InputError, which says which GRANT helps, and DatabaseError, Interrupted.
  RunLog(const ConnectionOptions& options, RunHead head);
  ~RunLog();
  RunLog(const RunLog&) = delete;
  RunLog& operator=(const RunLog&) = delete;

  int64_t id() const;
  // What no other run of any database has; an archive says it too.
  const std::string& token() const;
  const std::string& database() const;
  int server_version() const;
  // RunHead::archive, the folder with the name of the file.
  const std::string& archive() const;

  // Does `work` under the advisory locks that `lock` takes in the open transaction, in which
  // nothing is written; they are free again when `work` is done. No snapshot is kept meanwhile that
  // would keep dead rows from being vacuumed.
  void work_under(const std::function<void(Transaction&)>& lock, const std::function<void()>& work);

  // In the transaction of a batch: adds to the counts that are there, and one to the number of
  // batches. Throws DatabaseError where the run is not running any more: its connection was lost,
  // and somebody took it for dead, and undid it or forgot it.
  void add(Transaction& transaction, std::span<const RunCount> counts);

  // In a transaction that is all of the run's work: it is done when that is committed.
  void complete(Transaction& transaction);

  // Ends the open transaction and commits what became of the run, over a new connection where this
  // one was lost; also after an interrupt. `error`: words of ours or the server's primary message,
  // never values of rows. Without it the record stays "running". What others noted meanwhile (that
  // it is undone) stands.
  void finish(RunState state, const std::string& error);
  // The same; where it fails the record stays "running", and is shown as died.
  void try_to_finish(RunState state, const std::string& error) noexcept;

  // Does `work`; what it throws is recorded before it goes on.
  void keep_record_of(const std::function<void()>& work);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// What a run of a command that is over when its transaction is: the record is part of it.
int64_t add_finished_run(Transaction& transaction, const RunHead& head,
                         std::span<const RunCount> counts);

// The same where there is a history that the role may write to; else nothing is done.
std::optional<int64_t> add_where_recorded(Transaction& transaction, const RunHead& head,
                                          std::span<const RunCount> counts);

// By earlier runs of that plan, whatever became of them (but those that were undone): rows removed
// and reset, by schema and table. Empty where there is no history.
std::vector<RunCount> done_for_plan(Transaction& transaction, const std::string& plan);

}  // namespace resow

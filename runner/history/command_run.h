// The record of a command whose transactions are its own: a few round trips over a connection that
// it has anyway.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "fixtures/report.h"
#include "runner/connection.h"
#include "runner/history/run_log.h"

namespace resow {

class CommandRun {
 public:
  // `idle`: in no transaction. Where the role may not write to the history there is no record, and
  // why_not() says so. Throws DatabaseError, Interrupted.
  CommandRun(Connection& idle, const RunHead& head);

  std::optional<int64_t> id() const { return id_; }
  const std::string& why_not() const { return why_not_; }

  // In each transaction of the command, before it changes anything. From any thread.
  void show_alive(Transaction& transaction) const;

  // What became of it, from its report; over a new connection where `idle` was lost, and also after
  // an interrupt. Where that fails too the record stays "running".
  void finish(Connection& idle, const ConnectionOptions& to, const Report& report) noexcept;
  // It ended with an error that is not in a report.
  void fail(Connection& idle, const ConnectionOptions& to, const std::string& error) noexcept;

 private:
  void end(Connection& idle, const ConnectionOptions& to, RunState state,
           std::span<const RunCount> counts, const std::string& error) noexcept;

  std::optional<int64_t> id_;
  std::string why_not_;
};

// What a run says of a text that it was about.
std::string subject_hash(std::string_view text);

}  // namespace resow

// What the parts of a connection have in common: a statement goes out, results come back, an
// interrupt ends the wait, and what libpq says becomes a DatabaseError.
#pragma once

#include <libpq-fe.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "runner/connection.h"

namespace resow {

struct ResultDeleter {
  void operator()(PGresult* result) const { PQclear(result); }
};
using ResultPtr = std::unique_ptr<PGresult, ResultDeleter>;

// How long a wait may last: for ever or to a point in time (then interrupts do not end it).
using Deadline = std::optional<std::chrono::steady_clock::time_point>;

struct Wire {
  PGconn* raw = nullptr;  // in non-blocking mode
  std::function<void(std::string_view)> on_notice;
  std::function<void(std::string_view)> on_step;
  uint64_t notices = 0;  // received so far
  bool heard = false;    // flush() has read something from the server
};

enum class Wait : uint8_t { kReady, kInterrupt, kDeadline };
// Waits until the socket can be read (POLLIN) or written (POLLOUT).
Wait wait_for(const PGconn* raw, short events, const Deadline& deadline);

// What the server, or libpq when `result` is null, says went wrong.
DatabaseError error_of(const Wire& wire, const PGresult* result, std::string_view step);

// Statements of the simple protocol (several, no parameters) or one of the extended protocol.
// Returns the last result, or the first one that opens a COPY. Throws DatabaseError, Interrupted;
// either way the connection is ready for the next statement, or lost.
ResultPtr run_simple(Wire& wire, const std::string& sql, std::string_view step);
ResultPtr run_extended(Wire& wire, const std::string& sql, std::span<const Field> parameters,
                       std::string_view step);
// Sends COMMIT. An interrupt cancels it, but what counts is the answer: a result, Interrupted when
// it was stopped, DatabaseError (in_doubt when there is no answer) else.
ResultPtr run_commit(Wire& wire);
// Ends what is in progress and the transaction, whatever their state, interrupted or not.
void roll_back(Wire& wire) noexcept;

// Writes out what libpq holds back. Throws Interrupted. A lost connection is left for collect() to
// report, which knows the server's last words.
void flush(Wire& wire);
// The results of what was sent, up to the last or the first error. Throws as run_simple does.
ResultPtr collect(Wire& wire, std::string_view step);

enum class Cancel : uint8_t { kAtOnce, kWhenItTakesLong };
// Reads away the results of what is in progress, which is cancelled. A connection that does not
// come to rest within some seconds is shut down.
void drain(Wire& wire, Cancel cancel) noexcept;

}  // namespace resow

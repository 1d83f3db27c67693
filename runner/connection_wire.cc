#include "runner/connection_wire.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "runner/interrupt.h"

namespace resow {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kTimeToCancel{10};
constexpr std::chrono::milliseconds kCancelAgainAfter{200};
constexpr std::chrono::seconds kTimeToCleanUp{60};

int poll_timeout(const Deadline& deadline) {
  if (!deadline) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - steady_clock::now());
  return left.count() > 0 ? static_cast<int>(left.count()) : 0;
}

std::string field_of(const PGresult* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text == nullptr ? std::string() : std::string(text);
}

bool opens_copy(const PGresult* result) {
  const ExecStatusType status = PQresultStatus(result);
  return status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH;
}

bool failed(const PGresult* result) {
  const ExecStatusType status = PQresultStatus(result);
  return status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE;
}

// The server ends a session with these: it shuts down, or an administrator says so.
bool ends_session(const std::string& sqlstate, const std::string& severity) {
  return severity == "FATAL" || severity == "PANIC" || sqlstate == "57P01" || sqlstate == "57P02" ||
         sqlstate == "57P03" || sqlstate.starts_with("08");
}

// libpq's own messages have their advice on further lines.
void split_message(std::string_view text, std::string& first, std::string& rest) {
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    while (!line.empty() && (line.front() == '\t' || line.front() == ' ')) line.remove_prefix(1);
    if (line.empty()) continue;
    std::string& target = first.empty() ? first : rest;
    if (!target.empty()) target += ' ';
    target += line;
  }
}

// Reads what there is, and results to their end. False when the deadline came first.
bool drain_until(Wire& wire, const Deadline& deadline) {
  for (;;) {
    while (PQflush(wire.raw) == 1) {
      if (wait_for(wire.raw, POLLIN | POLLOUT, deadline) != Wait::kReady) return false;
      if (PQconsumeInput(wire.raw) == 0) return true;
    }
    while (PQisBusy(wire.raw) != 0) {
      if (wait_for(wire.raw, POLLIN, deadline) != Wait::kReady) return false;
      if (PQconsumeInput(wire.raw) == 0) return true;
    }
    const ResultPtr result(PQgetResult(wire.raw));
    if (!result) return true;
    if (PQresultStatus(result.get()) == PGRES_COPY_IN) PQputCopyEnd(wire.raw, "interrupted");
    if (PQresultStatus(result.get()) == PGRES_COPY_OUT) {
      char* row = nullptr;
      int length = 0;
      while ((length = PQgetCopyData(wire.raw, &row, 1)) >= 0) {
        if (length > 0) PQfreemem(row);
        if (length == 0 && (wait_for(wire.raw, POLLIN, deadline) != Wait::kReady ||
                            PQconsumeInput(wire.raw) == 0)) {
          return false;
        }
      }
    }
  }
}

// Nothing can be learnt or sent any more; the server rolls back when it notices.
void shut_down(const Wire& wire) {
  const int socket = PQsocket(wire.raw);
  if (socket >= 0) ::shutdown(socket, SHUT_RDWR);
  PQconsumeInput(wire.raw);
}

[[noreturn]] void end_interrupted(Wire& wire) {
  drain(wire, Cancel::kAtOnce);
  throw Interrupted();
}

void begin_step(const Wire& wire, std::string_view step) {
  if (wire.on_step) wire.on_step(step);
  if (interrupted()) throw Interrupted();
  if (PQstatus(wire.raw) != CONNECTION_OK) throw error_of(wire, nullptr, step);
  if (PQtransactionStatus(wire.raw) == PQTRANS_ACTIVE) {
    throw std::logic_error(fmt::format("{}: a COPY or statement is still in progress", step));
  }
}

void cancel(const Wire& wire) noexcept {
  const std::unique_ptr<PGcancel, decltype(&PQfreeCancel)> request(PQgetCancel(wire.raw),
                                                                   &PQfreeCancel);
  char problem[256];
  if (request) PQcancel(request.get(), problem, sizeof problem);
}

struct Answers {
  ResultPtr last, error;  // of the statements: the last one's result, the first one's error
};

// Reads results to their end, or to the first that opens a COPY. `on_interrupt` throws, or says how
// long the wait may go on.
template <typename OnInterrupt>
Answers read_results(Wire& wire, OnInterrupt on_interrupt) {
  Answers outcome;
  Deadline deadline;
  for (;;) {
    while (PQisBusy(wire.raw) != 0) {
      const Wait wait = wait_for(wire.raw, POLLIN, deadline);
      if (wait == Wait::kInterrupt) deadline = on_interrupt();
      if (wait == Wait::kDeadline) shut_down(wire);
      if (PQconsumeInput(wire.raw) == 0) break;  // lost: the next result says so
    }
    ResultPtr next(PQgetResult(wire.raw));
    if (!next) return outcome;
    const bool copy = opens_copy(next.get());
    if (!failed(next.get())) {
      outcome.last = std::move(next);
    } else if (!outcome.error) {  // what follows, if anything, is the connection's end
      outcome.error = std::move(next);
    }
    if (copy) return outcome;
  }
}

}  // namespace

Wait wait_for(const PGconn* raw, short events, const Deadline& deadline) {
  for (;;) {
    if (!deadline && interrupted()) return Wait::kInterrupt;
    pollfd descriptors[2] = {{PQsocket(raw), events, 0}, {interrupt_descriptor(), POLLIN, 0}};
    const nfds_t count = deadline ? 1 : 2;
    const int ready = ::poll(descriptors, count, poll_timeout(deadline));
    if (ready == 0) return Wait::kDeadline;
    if (ready > 0 && descriptors[0].revents != 0) return Wait::kReady;
    // A socket that is gone: libpq will find that out and say it.
    if (ready < 0 && errno != EINTR) return Wait::kReady;
  }
}

DatabaseError error_of(const Wire& wire, const PGresult* result, std::string_view step) {
  std::string message, hint;
  if (result != nullptr) message = field_of(result, PG_DIAG_MESSAGE_PRIMARY);
  if (message.empty()) {
    split_message(result != nullptr ? PQresultErrorMessage(result) : PQerrorMessage(wire.raw),
                  message, hint);
  }
  if (message.empty()) message = "the connection to the server was lost";
  DatabaseError error(message);
  error.hint = hint;
  error.step = step;
  error.connection_lost = PQstatus(wire.raw) != CONNECTION_OK;
  if (result == nullptr) return error;
  error.sqlstate = field_of(result, PG_DIAG_SQLSTATE);
  error.detail = field_of(result, PG_DIAG_MESSAGE_DETAIL);
  if (hint.empty()) error.hint = field_of(result, PG_DIAG_MESSAGE_HINT);
  error.context = field_of(result, PG_DIAG_CONTEXT);
  error.schema = field_of(result, PG_DIAG_SCHEMA_NAME);
  error.table = field_of(result, PG_DIAG_TABLE_NAME);
  error.column = field_of(result, PG_DIAG_COLUMN_NAME);
  error.constraint = field_of(result, PG_DIAG_CONSTRAINT_NAME);
  if (ends_session(error.sqlstate, field_of(result, PG_DIAG_SEVERITY_NONLOCALIZED))) {
    error.connection_lost = true;
  }
  return error;
}

void flush(Wire& wire) {
  for (;;) {
    if (PQflush(wire.raw) != 1) return;
    // The server may have to be listened to before it takes more.
    if (wait_for(wire.raw, POLLIN | POLLOUT, {}) == Wait::kInterrupt) end_interrupted(wire);
    if (wait_for(wire.raw, POLLIN, steady_clock::now()) == Wait::kReady) wire.heard = true;
    if (PQconsumeInput(wire.raw) == 0) return;
  }
}

ResultPtr collect(Wire& wire, std::string_view step) {
  Answers outcome = read_results(wire, [&] {
    end_interrupted(wire);
    return Deadline();
  });
  if (!outcome.error) return std::move(outcome.last);
  // Most likely the cancellation that the interrupt led to.
  if (interrupted()) throw Interrupted();
  throw error_of(wire, outcome.error.get(), step);
}

ResultPtr run_simple(Wire& wire, const std::string& sql, std::string_view step) {
  begin_step(wire, step);
  if (PQsendQuery(wire.raw, sql.c_str()) == 0) throw error_of(wire, nullptr, step);
  flush(wire);
  return collect(wire, step);
}

ResultPtr run_extended(Wire& wire, const std::string& sql, std::span<const Field> parameters,
                       std::string_view step) {
  begin_step(wire, step);
  std::vector<const char*> values;
  values.reserve(parameters.size());
  for (const Field& field : parameters) values.push_back(field ? field->c_str() : nullptr);
  if (PQsendQueryParams(wire.raw, sql.c_str(), static_cast<int>(values.size()), nullptr,
                        values.data(), nullptr, nullptr, 0) == 0) {
    throw error_of(wire, nullptr, step);
  }
  flush(wire);
  return collect(wire, step);
}

ResultPtr run_commit(Wire& wire) {
  constexpr std::string_view kStep = "COMMIT";
  begin_step(wire, kStep);
  if (PQsendQuery(wire.raw, "COMMIT") == 0) throw error_of(wire, nullptr, kStep);
  // From here on only the server's answer tells what became of it, interrupt or not.
  while (PQflush(wire.raw) == 1) {
    wait_for(wire.raw, POLLIN | POLLOUT, steady_clock::now() + kTimeToCleanUp);
    if (PQconsumeInput(wire.raw) == 0) break;
  }
  Answers outcome = read_results(wire, [&] {
    cancel(wire);
    return steady_clock::now() + kTimeToCleanUp;
  });
  if (!outcome.error) return std::move(outcome.last);
  DatabaseError error = error_of(wire, outcome.error.get(), kStep);
  error.in_doubt = error.connection_lost;
  if (interrupted() && !error.in_doubt) throw Interrupted();
  throw error;
}

void roll_back(Wire& wire) noexcept {
  if (PQtransactionStatus(wire.raw) == PQTRANS_ACTIVE) drain(wire, Cancel::kAtOnce);
  // A request to cancel that comes late can hit the first ROLLBACK.
  for (int attempt = 0; attempt < 3; ++attempt) {
    if (PQstatus(wire.raw) != CONNECTION_OK || PQtransactionStatus(wire.raw) == PQTRANS_IDLE)
      return;
    if (PQsendQuery(wire.raw, "ROLLBACK") == 0) break;
    if (!drain_until(wire, steady_clock::now() + kTimeToCleanUp)) break;
  }
  shut_down(wire);
}

void drain(Wire& wire, Cancel how) noexcept {
  const auto give_up = steady_clock::now() + kTimeToCancel;
  bool ask = how == Cancel::kAtOnce;
  // Again and again: a request that overtakes its statement cancels nothing.
  while (PQstatus(wire.raw) == CONNECTION_OK && steady_clock::now() < give_up) {
    if (ask) cancel(wire);
    if (drain_until(wire, steady_clock::now() + kCancelAgainAfter)) return;
    ask = true;
  }
  shut_down(wire);
}

}  // namespace resow

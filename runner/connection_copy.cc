#include <fmt/format.h>
#include <poll.h>

#include <chrono>
#include <string>
#include <utility>

#include "runner/connection_impl.h"

namespace resow {
namespace {

constexpr size_t kBuffer = 64 * 1024;
constexpr std::chrono::milliseconds kTimeForRestOfMessage{20};

ResultPtr open_copy(Wire& wire, std::string_view sql, ExecStatusType expected,
                    std::string_view step) {
  ResultPtr result = run_simple(wire, std::string(sql), step);
  if (PQresultStatus(result.get()) != expected) {
    throw std::logic_error(fmt::format("{}: the statement opened no such COPY", step));
  }
  return result;
}

bool readable(const Wire& wire, std::chrono::milliseconds patience) {
  return wait_for(wire.raw, POLLIN, std::chrono::steady_clock::now() + patience) == Wait::kReady;
}

// While we send, the server says something only to warn or to refuse. libpq passes warnings on at
// once and keeps an error to itself until the COPY ends; so what came, since there were so many
// notices, and is no warning is one. (Both at once pass for a warning; the end tells.)
bool server_refuses(Wire& wire, uint64_t notices) {
  if (!std::exchange(wire.heard, false) && !readable(wire, {})) return false;
  do {
    if (PQconsumeInput(wire.raw) == 0) return true;
    PQisBusy(wire.raw);  // looks through what came
    if (wire.notices != notices) return false;
  } while (readable(wire, kTimeForRestOfMessage));
  return true;
}

}  // namespace

CopyIn::CopyIn(Transaction& transaction, std::string_view sql, std::string_view step)
    : transaction_(transaction), step_(step) {
  Wire& wire = transaction_.impl_->wire;
  open_copy(wire, sql, PGRES_COPY_IN, step_);
  wire.heard = false;  // what came before is not about this COPY
  open_ = true;
  buffer_.reserve(kBuffer);
}

CopyIn::~CopyIn() {
  if (open_) abandon();
}

void CopyIn::abandon() noexcept {
  open_ = false;
  // Ends the COPY with an error, and reads it away.
  PQputCopyEnd(transaction_.impl_->wire.raw, "abandoned by the client");
  drain(transaction_.impl_->wire, Cancel::kWhenItTakesLong);
}

void CopyIn::write(std::string_view bytes) {
  if (!open_) throw std::logic_error(step_ + ": the COPY has ended");
  if (buffer_.size() + bytes.size() <= kBuffer) {
    buffer_ += bytes;
    return;
  }
  flush(Listen::kYes);
  if (bytes.size() >= kBuffer) {
    send(bytes, Listen::kYes);
  } else {
    buffer_ = bytes;
  }
}

int64_t CopyIn::finish() {
  if (!open_) throw std::logic_error(step_ + ": the COPY has ended");
  flush(Listen::kNo);  // what the server has to say against it comes with the end
  Wire& wire = transaction_.impl_->wire;
  open_ = false;
  if (PQputCopyEnd(wire.raw, nullptr) < 0) throw error_of(wire, nullptr, step_);
  resow::flush(wire);
  auto result = std::make_shared<Rows::Result>();
  result->rows = collect(wire, step_);
  return Rows(std::move(result)).affected();
}

void CopyIn::flush(Listen listen) {
  if (!buffer_.empty()) send(buffer_, listen);
  buffer_.clear();
}

void CopyIn::send(std::string_view bytes, Listen listen) {
  Wire& wire = transaction_.impl_->wire;
  if (interrupted()) {
    abandon();
    throw Interrupted();
  }
  while (!bytes.empty()) {
    const std::string_view part = bytes.substr(0, kBuffer);
    bytes.remove_prefix(part.size());
    const uint64_t notices = wire.notices;
    const bool taken = PQputCopyData(wire.raw, part.data(), static_cast<int>(part.size())) == 1;
    bool refused = !taken;
    try {
      if (taken) resow::flush(wire);
    } catch (const Interrupted&) {
      open_ = false;
      throw;
    }
    refused = refused || (listen == Listen::kYes && server_refuses(wire, notices));
    if (!refused) continue;
    open_ = false;
    PQputCopyEnd(wire.raw, "the server refused");
    resow::flush(wire);
    collect(wire, step_);
    throw error_of(wire, nullptr, step_);
  }
}

CopyOut::CopyOut(Transaction& transaction, std::string_view sql, std::string_view step)
    : transaction_(transaction), step_(step) {
  open_copy(transaction_.impl_->wire, sql, PGRES_COPY_OUT, step_);
  open_ = true;
}

CopyOut::~CopyOut() {
  if (open_) drain(transaction_.impl_->wire, Cancel::kAtOnce);
}

bool CopyOut::read(std::string& row) {
  if (!open_) return false;
  Wire& wire = transaction_.impl_->wire;
  for (;;) {
    char* data = nullptr;
    const int length = PQgetCopyData(wire.raw, &data, 1);
    if (length > 0) {
      row.assign(data, static_cast<size_t>(length));
      PQfreemem(data);
      return true;
    }
    if (length < 0) {  // the end, or an error that the last result tells
      open_ = false;
      collect(wire, step_);
      return false;
    }
    if (wait_for(wire.raw, POLLIN, {}) == Wait::kInterrupt) {
      open_ = false;
      drain(wire, Cancel::kAtOnce);
      throw Interrupted();
    }
    if (PQconsumeInput(wire.raw) == 0) {
      open_ = false;
      collect(wire, step_);
      throw error_of(wire, nullptr, step_);
    }
  }
}

}  // namespace resow

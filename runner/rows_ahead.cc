#include "runner/rows_ahead.h"

#include <algorithm>
#include <utility>

namespace resow {
namespace {

// A thread takes longer to start than few rows to compute.
constexpr uint64_t kFewRows = 4096;
// What is ready lies about in memory: enough that neither side waits for a short pause of the
// other.
constexpr size_t kMostReady = 4;

}  // namespace

RowsAhead::RowsAhead(RowStream stream, uint64_t begin, uint64_t end)
    : stream_(std::move(stream)), next_(begin), end_(end) {
  if (end - begin > kFewRows) producer_ = std::thread([this] { produce(); });
}

RowsAhead::~RowsAhead() {
  if (!producer_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  producer_.join();
}

std::optional<RowsAhead::Run> RowsAhead::compute(std::string bytes) {
  if (next_ == end_) return std::nullopt;
  Run run{std::min(stream_.rows_in_run(), end_ - next_), std::move(bytes)};
  run.bytes.clear();
  stream_.append(next_, run.rows, run.bytes);
  next_ += run.rows;
  return run;
}

void RowsAhead::produce() {
  std::unique_lock lock(mutex_);
  while (!stopped_ && !complete_) {
    std::string bytes;
    if (!spare_.empty()) {
      bytes = std::move(spare_.front());
      spare_.pop_front();
    }
    lock.unlock();
    std::optional<Run> run;
    std::exception_ptr failure;
    try {
      run = compute(std::move(bytes));
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    failure_ = failure;
    complete_ = !run.has_value();
    if (run) ready_.push_back(std::move(*run));
    changed_.notify_all();
    changed_.wait(lock, [this] { return stopped_ || complete_ || ready_.size() < kMostReady; });
  }
}

const RowsAhead::Run* RowsAhead::next() {
  if (!producer_.joinable()) {
    std::optional<Run> run = compute(std::move(current_.bytes));
    if (!run) return nullptr;
    current_ = std::move(*run);
    return &current_;
  }
  std::unique_lock lock(mutex_);
  if (current_.bytes.capacity() > 0) spare_.push_back(std::move(current_.bytes));
  changed_.wait(lock, [this] { return complete_ || !ready_.empty(); });
  if (ready_.empty()) {
    if (failure_) std::rethrow_exception(failure_);
    return nullptr;
  }
  current_ = std::move(ready_.front());
  ready_.pop_front();
  changed_.notify_all();
  return &current_;
}

}  // namespace resow

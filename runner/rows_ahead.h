// Computes and encodes the rows of a table ahead of whoever sends them, on a thread of its own.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "generators/row_stream.h"

namespace resow {

// The bytes of some rows, one run after another: of one thread, as of any.
class RowsAhead {
 public:
  struct Run {
    uint64_t rows = 0;
    std::string bytes;
  };

  // The rows [begin, end) of the stream, which belongs to the thread from here on. Few of them are
  // computed by next() itself.
  RowsAhead(RowStream stream, uint64_t begin, uint64_t end);
  // Waits for no more than the run that is being computed.
  ~RowsAhead();
  RowsAhead(const RowsAhead&) = delete;
  RowsAhead& operator=(const RowsAhead&) = delete;

  // The next run, in order; nothing at the end. The bytes are valid until the next call. Throws
  // what RowStream::append() throws, when it is its rows' turn.
  const Run* next();

 private:
  std::optional<Run> compute(std::string bytes);
  void produce();
  void take();

  RowStream stream_;
  uint64_t next_ = 0;
  const uint64_t end_;
  Run current_;

  std::mutex mutex_;  // of what follows
  std::condition_variable changed_;
  std::deque<Run> ready_;
  std::deque<std::string> spare_;
  std::exception_ptr failure_;
  bool complete_ = false;
  bool stopped_ = false;
  std::thread producer_;  // last, as it uses all of them
};

}  // namespace resow

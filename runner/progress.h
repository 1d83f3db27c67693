// How far a long command has come, on a terminal's last line.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace resow {

// "seeding: 1,234,567 of 3,000,000 rows (41 %), 612,000 rows/s, 3 s left", cut to `width` columns;
// without a total "seeding: 1,234,567 rows, 612,000 rows/s".
std::string progress_line(std::string_view what, uint64_t rows, uint64_t total, double seconds,
                          size_t width);

// Writes to stderr, from a thread of its own, after the first second and then ten times a second;
// its line is erased when it goes. All functions may be called from any thread.
class Progress {
 public:
  // `shown`: stderr is a terminal and nobody asked for quiet. Otherwise only say() writes.
  Progress(std::string what, bool shown);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void expect(uint64_t rows) { total_ += rows; }
  void add(uint64_t rows) { rows_ += rows; }
  void say(std::string_view line);  // a diagnostic on a line of its own, above the progress

 private:
  void paint();  // REQUIRES: mutex_ is held
  void erase();  // likewise

  const std::string what_;
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::atomic<uint64_t> rows_ = 0;
  std::atomic<uint64_t> total_ = 0;
  std::mutex mutex_;  // guards what is on the terminal, and the two below
  std::condition_variable ended_;
  bool done_ = false;
  bool painted_ = false;
  std::thread painter_;
};

// Whether the file descriptor is a terminal that can erase a line.
bool is_capable_terminal(int descriptor);

}  // namespace resow

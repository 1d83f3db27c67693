// How far a long command has come, on a terminal's last line.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace resow {

// A total of 0 is not known.
struct ProgressState {
  std::string pass;     // "planning"; "" for the command's own
  uint64_t done = 0;    // of things
  uint64_t things = 0;  // not worth a word where it is one
  std::string noun;     // "schemas"
  double pass_seconds = 0;
  int64_t rows = 0;
  uint64_t all_rows = 0;
  double row_seconds = 0;  // since the first row
  std::string step;        // what was begun last: "COPY user_1.orders"
};

// What is known of "apply: planning, schemas 120 of 1,000, 1,500,000 of 3,000,000 rows (50 %),
// 600,000 rows/s, 3 s left; COPY user_1.orders", cut to `width` columns.
std::string progress_line(std::string_view command, const ProgressState& state, size_t width);

// Writes to stderr, from a thread of its own, after the first second and then ten times a second;
// its line is erased when it ends or goes. All functions may be called from any thread.
class Progress {
 public:
  // `shown`: stderr is a terminal and nobody asked for quiet. Otherwise only say() writes.
  Progress(std::string command, bool shown);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // From here on so many things are gone through: begin("planning", 1000, "schemas").
  void begin(std::string_view pass, uint64_t things, std::string_view noun);
  void done(uint64_t things);
  void expect(uint64_t rows);
  void add(int64_t rows);  // less than 0: so many were rolled back
  void step(std::string_view what);
  void say(std::string_view line);  // a diagnostic on a line of its own, above the progress
  void end();                       // nothing is shown from here on: what was done is told now

 private:
  using Clock = std::chrono::steady_clock;
  void paint();  // REQUIRES: mutex_ is held
  void erase();  // likewise

  const std::string command_;
  const bool shown_;
  std::mutex mutex_;  // guards what is on the terminal, and all below
  ProgressState state_;
  Clock::time_point pass_began_ = Clock::now();
  std::optional<Clock::time_point> first_row_;
  std::condition_variable ended_;
  bool over_ = false;
  bool painted_ = false;
  std::thread painter_;
};

// Whether the file descriptor is a terminal that can erase a line.
bool is_capable_terminal(int descriptor);

}  // namespace resow

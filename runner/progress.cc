#include "runner/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "fixtures/text.h"

namespace resow {

namespace {

constexpr auto kFirst = std::chrono::seconds(1);
constexpr auto kEvery = std::chrono::milliseconds(100);

// "3 s", "2 min", "1 h 5 min"
std::string time_text(double seconds) {
  const auto whole = static_cast<int64_t>(std::ceil(seconds));
  if (whole < 120) return fmt::format("{} s", whole);
  const int64_t minutes = (whole + 59) / 60;
  if (minutes < 120) return fmt::format("{} min", minutes);
  return fmt::format("{} h {} min", minutes / 60, minutes % 60);
}

size_t terminal_width() {
  winsize size = {};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

void write_stderr(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

}  // namespace

std::string progress_line(std::string_view what, uint64_t rows, uint64_t total, double seconds,
                          size_t width) {
  constexpr double kLongestSpan = 100.0 * 3600;
  std::string line = fmt::format("{}: {}", what, with_thousands(rows));
  if (total > 0) line += " of " + with_thousands(total);
  line += " rows";
  if (total > 0) line += fmt::format(" ({} %)", std::min<uint64_t>(100, rows * 100 / total));
  const double rate = seconds > 0 ? static_cast<double>(rows) / seconds : 0;
  if (rate >= 1) line += fmt::format(", {} rows/s", with_thousands(static_cast<uint64_t>(rate)));
  if (rate >= 1 && total > rows) {
    const double left = static_cast<double>(total - rows) / rate;
    if (left < kLongestSpan) line += ", " + time_text(left) + " left";
  }
  return line.substr(0, width);
}

Progress::Progress(std::string what, bool shown) : what_(std::move(what)) {
  if (!shown) return;
  painter_ = std::thread([this] {
    std::unique_lock lock(mutex_);
    auto next = began_ + kFirst;
    while (!ended_.wait_until(lock, next, [this] { return done_; })) {
      paint();
      next = std::chrono::steady_clock::now() + kEvery;
    }
  });
}

Progress::~Progress() {
  {
    const std::lock_guard lock(mutex_);
    done_ = true;
    erase();
  }
  ended_.notify_all();
  if (painter_.joinable()) painter_.join();
}

void Progress::say(std::string_view line) {
  const std::lock_guard lock(mutex_);
  const bool again = painted_;
  erase();
  write_stderr("resow: " + one_line(line) + "\n");
  if (again) paint();
}

void Progress::paint() {
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
  // The last column stays free: writing there makes some terminals go to the next line.
  const std::string line = progress_line(what_, rows_, total_, seconds, terminal_width() - 1);
  write_stderr("\r" + line + "\x1b[K");
  painted_ = true;
}

void Progress::erase() {
  if (painted_) write_stderr("\r\x1b[K");
  painted_ = false;
}

bool is_capable_terminal(int descriptor) {
  const char* term = std::getenv("TERM");
  return isatty(descriptor) != 0 && term != nullptr && std::string_view(term) != "dumb";
}

}  // namespace resow

#include "runner/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <utility>
#include <vector>

#include "fixtures/text.h"
#include "runner/text_table.h"

namespace resow {

namespace {

constexpr auto kFirst = std::chrono::seconds(1);
constexpr auto kEvery = std::chrono::milliseconds(100);
constexpr double kLongestSpan = 100.0 * 3600;  // seconds

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

// Adds how many there are and how fast they come; gives the seconds until they are all there, or 0.
double add_rows(const ProgressState& state, std::vector<std::string>& parts) {
  const auto rows = static_cast<uint64_t>(std::max<int64_t>(0, state.rows));
  const uint64_t all = state.all_rows;
  parts.push_back(all == 0 ? with_thousands(rows) + " rows"
                           : fmt::format("{} of {} rows ({} %)", with_thousands(rows),
                                         with_thousands(all),
                                         std::min<uint64_t>(100, rows * 100 / all)));
  const double rate = state.row_seconds > 0 ? static_cast<double>(rows) / state.row_seconds : 0;
  if (rate < 1 || (all > 0 && rows >= all)) return 0;
  parts.push_back(with_thousands(static_cast<uint64_t>(rate)) + " rows/s");
  return all == 0 ? 0 : static_cast<double>(all - rows) / rate;
}

}  // namespace

std::string progress_line(std::string_view command, const ProgressState& state, size_t width) {
  const bool counts_things = state.things > 1;
  const bool counts_rows = state.pass.empty() && (state.rows > 0 || state.all_rows > 0);
  std::vector<std::string> parts;
  if (!state.pass.empty()) parts.push_back(state.pass);
  if (counts_things) {
    parts.push_back(fmt::format("{} {} of {}", state.noun, with_thousands(state.done),
                                with_thousands(state.things)));
  }
  double left = 0;
  if (counts_rows) {
    left = add_rows(state, parts);
  } else if (counts_things && state.done > 0) {
    left = state.pass_seconds * static_cast<double>(state.things - state.done) /
           static_cast<double>(state.done);
  }
  if (left > 0 && left < kLongestSpan) parts.push_back(time_text(left) + " left");
  std::string line =
      fmt::format("{}{}{}", command, parts.empty() ? "" : ": ", fmt::join(parts, ", "));
  if (!state.step.empty()) line += (parts.empty() ? ": " : "; ") + one_line(state.step);
  return std::string(cut_to_width(line, width));
}

Progress::Progress(std::string command, bool shown) : command_(std::move(command)), shown_(shown) {
  if (!shown) return;
  painter_ = std::thread([this] {
    std::unique_lock lock(mutex_);
    auto next = pass_began_ + kFirst;
    while (!ended_.wait_until(lock, next, [this] { return over_; })) {
      paint();
      next = Clock::now() + kEvery;
    }
  });
}

Progress::~Progress() {
  end();
  if (painter_.joinable()) painter_.join();
}

void Progress::end() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
    erase();
  }
  ended_.notify_all();
}

void Progress::begin(std::string_view pass, uint64_t things, std::string_view noun) {
  const std::lock_guard lock(mutex_);
  state_.pass = pass;
  state_.done = 0;
  state_.things = things;
  state_.noun = noun;
  pass_began_ = Clock::now();
}

void Progress::done(uint64_t things) {
  const std::lock_guard lock(mutex_);
  state_.done += things;
}

void Progress::expect(uint64_t rows) {
  const std::lock_guard lock(mutex_);
  state_.all_rows += rows;
}

void Progress::add(int64_t rows) {
  const std::lock_guard lock(mutex_);
  state_.rows += rows;
  if (!first_row_) first_row_ = Clock::now();
}

void Progress::step(std::string_view what) {
  if (!shown_) return;
  const std::lock_guard lock(mutex_);
  state_.step = what;
}

void Progress::say(std::string_view line) {
  const std::lock_guard lock(mutex_);
  const bool again = painted_;
  erase();
  write_stderr("resow: " + one_line(line) + "\n");
  if (again) paint();
}

void Progress::paint() {
  const auto now = Clock::now();
  state_.pass_seconds = std::chrono::duration<double>(now - pass_began_).count();
  state_.row_seconds = std::chrono::duration<double>(now - first_row_.value_or(now)).count();
  // The last column stays free: writing there makes some terminals go to the next line.
  write_stderr("\r" + progress_line(command_, state_, terminal_width() - 1) + "\x1b[K");
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

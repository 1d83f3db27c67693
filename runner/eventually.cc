#include "runner/eventually.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "runner/connection.h"

namespace resow {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kFirstPause(10);
constexpr std::chrono::milliseconds kLongestPause(500);

}  // namespace

bool wait_until(double seconds, const std::function<bool()>& holds) {
  const auto deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                           std::chrono::duration<double>(seconds));
  for (auto pause = kFirstPause;; pause = std::min(pause * 2, kLongestPause)) {
    const bool last = Clock::now() >= deadline;
    if (holds()) return true;
    if (last) return false;
    if (interrupted()) throw Interrupted();
    std::this_thread::sleep_for(
        std::min<Clock::duration>(pause, std::max<Clock::duration>(deadline - Clock::now(), {})));
  }
}

}  // namespace resow

#include "runner/interrupt.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "runner/connection.h"

namespace resow {
namespace {

std::atomic<bool> was_interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler sets it");

struct Pipe {
  Pipe() noexcept {
    if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) ends[0] = ends[1] = -1;
  }
  int ends[2];
};

// Made before main() begins, so that a signal handler finds it made. Nothing reads from it: one
// byte wakes whoever waits, now and later.
const Pipe wake_up;

thread_local int undisturbed = 0;

}  // namespace

// (poll() passes over what is no descriptor.)
int interrupt_descriptor() noexcept { return undisturbed > 0 ? -1 : wake_up.ends[0]; }

Undisturbed::Undisturbed() noexcept { ++undisturbed; }
Undisturbed::~Undisturbed() { --undisturbed; }

void interrupt_all() noexcept {
  const int saved_errno = errno;
  was_interrupted.store(true);
  const char byte = 'x';
  // A full pipe is as good as one byte; there is nobody to tell of another failure.
  [[maybe_unused]] const ssize_t written = ::write(wake_up.ends[1], &byte, 1);
  errno = saved_errno;
}

bool interrupted() noexcept { return undisturbed == 0 && was_interrupted.load(); }

}  // namespace resow

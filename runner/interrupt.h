// The other end of interrupt_all() (connection.h): what blocked calls wait on.
#pragma once

namespace resow {

// Becomes readable for good once interrupt_all() was called, so that a call that waits for a
// server waits for this as well.
int interrupt_descriptor() noexcept;

// While one lives, the calls of its thread take no notice of interrupts: for last words, such as
// that a run was interrupted. (A second signal ends the process all the same.)
class Undisturbed {
 public:
  Undisturbed() noexcept;
  ~Undisturbed();
  Undisturbed(const Undisturbed&) = delete;
  Undisturbed& operator=(const Undisturbed&) = delete;
};

}  // namespace resow

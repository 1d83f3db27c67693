// The other end of interrupt_all() (connection.h): what blocked calls wait on.
#pragma once

namespace resow {

// Becomes readable for good once interrupt_all() was called, so that a call that waits for a
// server waits for this as well.
int interrupt_descriptor() noexcept;

}  // namespace resow

#pragma once

#include <functional>

namespace resow {

// Asks `holds` until it says yes or `seconds` are over, with growing pauses (10 ms to 500 ms); at
// least once, and a last time when the time is over. True when it held. Throws Interrupted, and
// what `holds` throws.
bool wait_until(double seconds, const std::function<bool()>& holds);

}  // namespace resow

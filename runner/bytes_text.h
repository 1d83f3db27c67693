// Sizes as people read them.
#pragma once

#include <cstdint>
#include <string>

namespace resow {

// "512 B", "120 kB", "1.5 MB", "150 MB".
std::string bytes_text(int64_t bytes);

}  // namespace resow

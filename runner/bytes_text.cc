#include "runner/bytes_text.h"

#include <fmt/format.h>

#include <array>
#include <cstddef>

namespace resow {

std::string bytes_text(int64_t bytes) {
  constexpr std::array<const char*, 5> kUnits = {"B", "kB", "MB", "GB", "TB"};
  auto size = static_cast<double>(bytes);
  size_t unit = 0;
  for (; size >= 1024 && unit + 1 < kUnits.size(); ++unit) size /= 1024;
  return fmt::format("{:.{}f} {}", size, size < 10 && unit > 1 ? 1 : 0, kUnits[unit]);
}

}  // namespace resow

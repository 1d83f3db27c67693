// Which values the generators compute. Raised whenever any of them changes for the same program, so
// that data which depends on them can name what it was made with.
#pragma once

namespace resow {

inline constexpr int kGeneratorVersion = 1;

}  // namespace resow

// The words that readable text is made of: plain English, lower case, ASCII.
#pragma once

#include <array>
#include <string_view>

namespace resow {

extern const std::array<std::string_view, 64> kAdjectives;
extern const std::array<std::string_view, 64> kMaterials;  // and colours
extern const std::array<std::string_view, 128> kNouns;     // things that are sold

}  // namespace resow

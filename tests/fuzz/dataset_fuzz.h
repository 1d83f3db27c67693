#pragma once

#include <string>
#include <string_view>

namespace resow {

// What is wrong with how the parser takes `text`, or "". Whatever the text, parse_dataset() gives a
// Dataset or an InputError whose faults say where and what, each on one line of UTF-8.
std::string misbehaviour_on(std::string_view text);

}  // namespace resow

// Values of options. Each function gives the value or appends a fault whose place is `option`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fixtures/fault.h"
#include "fixtures/scope.h"

namespace resow {

// Decimal digits, "," and "_" between them allowed; within [low, high]. `low` after a fault.
int64_t read_count(std::string_view text, int64_t low, int64_t high, std::string_view option,
                   std::vector<Fault>& faults);

// "10s", "500ms", "2m", "1h", "1.5" (seconds): seconds, not negative. 0 after a fault.
double read_duration(std::string_view text, std::string_view option, std::vector<Fault>& faults);

// "2/8": part 2 of 8.
Slice read_slice(std::string_view text, std::string_view option, std::vector<Fault>& faults);

// The index of `text` in `choices`; 0 after a fault, which has a suggestion.
size_t read_choice(std::string_view text, const std::vector<std::string>& choices,
                   std::string_view option, std::vector<Fault>& faults);

}  // namespace resow

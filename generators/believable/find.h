#pragma once

#include <string_view>

namespace resow::believable {

struct Generator;

// nullptr if there is none of that name.
const Generator* find(std::string_view name);

}  // namespace resow::believable

#pragma once

#include <string>
#include <vector>

#include "fixtures/fault.h"

namespace resow {

// The names that the words of a command line stand for (brace_names.h), each once.
std::vector<std::string> names_of(const std::vector<std::string>& words);

// What keeps a schema from being made under these names: too long, the server's own, taken.
// `known`: the schemas that are there.
std::vector<Fault> unusable_names(const std::vector<std::string>& names,
                                  const std::vector<std::string>& known);

// "user_1 ... user_50 (50 schemas)".
std::string names_text(const std::vector<std::string>& names);

}  // namespace resow

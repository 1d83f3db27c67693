#pragma once

#include <string>

namespace resow {

// The whole of a file, or of standard input for "-". Throws InputError.
std::string read_text(const std::string& file);

}  // namespace resow

// Texts that are kept beside the tests and compared as a whole.
#pragma once

#include <string>
#include <string_view>

namespace resow {

// Compares `text` with tests/golden/<name> and fails the test where it differs. With
// RESOW_UPDATE_GOLDEN in the environment the file is written anew first.
void expect_golden(std::string_view name, const std::string& text);

}  // namespace resow

// What a command prints that has no report.
#pragma once

#include <cstdio>
#include <string_view>

namespace resow {

// Throws nothing, but stops at the first failure.
class StandardOutput {
 public:
  void write(std::string_view text) {
    good_ = good_ && std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  }
  // Whether everything was written.
  bool finish() { return good_ && std::fflush(stdout) == 0; }

 private:
  bool good_ = true;
};

}  // namespace resow

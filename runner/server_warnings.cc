#include "runner/server_warnings.h"

#include <fmt/format.h>

#include <algorithm>

#include "fixtures/text.h"

namespace resow {

namespace {

constexpr size_t kMostTold = 20;

}  // namespace

void ServerWarnings::receive(std::string_view message) {
  const std::lock_guard lock(mutex_);
  const auto known = std::find_if(told_.begin(), told_.end(), [&](const Warning& warning) {
    return warning.message == message;
  });
  if (known != told_.end()) {
    ++known->times;
  } else if (told_.size() == kMostTold) {
    ++others_;
  } else {
    told_.push_back({std::string(message), 1});
    tell_(fmt::format("the server says {}", message));
  }
}

ServerWarnings::~ServerWarnings() {
  for (const Warning& warning : told_) {
    if (warning.times == 1) continue;
    tell_(fmt::format("the server said {} times: {}", with_thousands(warning.times),
                      warning.message));
  }
  if (others_ > 0) tell_(fmt::format("and {} other warnings", with_thousands(others_)));
}

}  // namespace resow

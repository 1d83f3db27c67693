#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace resow {

// What the server warns of, however often it does: each warning is told once, when it first comes,
// and when this goes how often those came that came again. Of more than a score of different ones
// the rest is counted.
class ServerWarnings {
 public:
  // `tell` is never called twice at once.
  explicit ServerWarnings(std::function<void(std::string_view)> tell) : tell_(std::move(tell)) {}
  ~ServerWarnings();
  ServerWarnings(const ServerWarnings&) = delete;
  ServerWarnings& operator=(const ServerWarnings&) = delete;

  void receive(std::string_view message);  // "WARNING: there is no ..."; from any thread

 private:
  struct Warning {
    std::string message;
    uint64_t times = 0;
  };
  const std::function<void(std::string_view)> tell_;
  std::mutex mutex_;
  std::vector<Warning> told_;
  uint64_t others_ = 0;
};

}  // namespace resow

// What the server said of written values, remembered while a command runs: schemas that are alike
// ask the same, and each unit asks when it is planned and again before it is changed.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace resow {

// Answers by the whole text of their questions. May be used by several threads.
template <class Answer>
class Remembered {
 public:
  // The answer to `question`, by `ask` where nobody has asked it yet.
  template <class Ask>
  Answer of(const std::string& question, Ask&& ask) {
    {
      const std::lock_guard lock(mutex_);
      const auto found = answers_.find(question);
      if (found != answers_.end()) return found->second;
    }
    Answer answer = std::forward<Ask>(ask)();
    const std::lock_guard lock(mutex_);
    return answers_.emplace(question, std::move(answer)).first->second;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, Answer> answers_;
};

// For each check the texts that it refuses.
using RefusedByChecks = std::vector<std::vector<std::string>>;

struct ValueVerdicts {
  Remembered<std::map<std::string, std::string>> unreadable;  // text, why
  Remembered<RefusedByChecks> by_checks;
};

}  // namespace resow

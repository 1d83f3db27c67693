#pragma once

#include <string>

namespace resow::test_support {

struct ShellResult {
  int status = 0;  // 128+n when signal n ended it
  std::string output;
};

// Runs a script with sh: stdout and stderr as they came.
ShellResult sh(const std::string& script);

// A folder in /tmp that every user may write to, removed at the end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace resow::test_support

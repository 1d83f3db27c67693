#include "tests/support/shell.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <system_error>

namespace resow::test_support {

ShellResult sh(const std::string& script) {
  FILE* pipe = popen(("exec 2>&1\n" + script).c_str(), "r");
  if (!pipe) throw std::runtime_error("popen");
  ShellResult result;
  std::array<char, 4096> buffer;
  while (const size_t got = fread(buffer.data(), 1, buffer.size(), pipe)) {
    result.output.append(buffer.data(), got);
  }
  const int status = pclose(pipe);
  result.status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return result;
}

TemporaryFolder::TemporaryFolder() : path_("/tmp/resow-test-XXXXXX") {
  if (!mkdtemp(path_.data())) throw std::runtime_error("mkdtemp " + path_);
  chmod(path_.c_str(), 01777);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace resow::test_support

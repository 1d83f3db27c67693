// What tests of the sandbox have in common: a temporary folder of their own, in which nothing may
// be left. RESOW_TEST_BINDIR names another server than that of this machine.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/shell.h"

namespace resow::test_support {

// True as soon as `condition` is; false when it is not after 20 s.
inline bool eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 2000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

class SandboxTest : public ::testing::Test {
 protected:
  void SetUp() override {
    setenv("TMPDIR", temporary_.path().c_str(), 1);
    for (const char* name : {"PGHOST", "PGPORT", "PGUSER", "PGDATABASE"}) unsetenv(name);
    if (const char* bindir = std::getenv("RESOW_TEST_BINDIR"); bindir && *bindir) {
      const std::string folder = temporary() + "/first-in-path";
      std::filesystem::create_directory(folder);
      std::ofstream(folder + "/pg_config") << "#!/bin/sh\necho " << bindir << "\n";
      std::filesystem::permissions(folder + "/pg_config", std::filesystem::perms(0755));
      setenv("PATH", (folder + ":" + std::getenv("PATH")).c_str(), 1);
    }
  }

  void TearDown() override {
    EXPECT_TRUE(sandboxes().empty()) << sandboxes().front() << " is left";
    EXPECT_TRUE(processes().empty()) << processes().front().what << " is left";
  }

  const std::string& temporary() const { return temporary_.path(); }

  std::vector<std::string> sandboxes() const {
    std::vector<std::string> found;
    for (const auto& item : std::filesystem::directory_iterator(temporary())) {
      if (item.path().filename().string().starts_with("resow-sandbox-")) {
        found.push_back(item.path().string());
      }
    }
    return found;
  }

  struct Process {
    pid_t pid;
    std::string what;  // its command line and working directory
  };

  // All that have to do with this test's folder.
  std::vector<Process> processes() const {
    std::vector<Process> found;
    std::error_code ignored;
    for (const auto& item : std::filesystem::directory_iterator("/proc", ignored)) {
      if (item.path().filename().string().find_first_not_of("0123456789") != std::string::npos) {
        continue;
      }
      std::ostringstream command_line;  // stays empty for a process that has just gone
      command_line << std::ifstream(item.path() / "cmdline").rdbuf();
      std::string text = command_line.str();
      text += " in " + std::filesystem::read_symlink(item.path() / "cwd", ignored).string();
      for (char& c : text) c = c == '\0' ? ' ' : c;
      if (text.find(temporary()) != std::string::npos) {
        found.push_back({std::stoi(item.path().filename()), text});
      }
    }
    return found;
  }

  // The watchdogs' shells, not the servers.
  std::vector<Process> watchdogs() const {
    std::vector<Process> found;
    for (const auto& process : processes()) {
      if (process.what.find("resow-sandbox-watchdog") != std::string::npos)
        found.push_back(process);
    }
    return found;
  }

 private:
  TemporaryFolder temporary_;
};

}  // namespace resow::test_support

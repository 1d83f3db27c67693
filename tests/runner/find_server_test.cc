#include "runner/sandbox/find_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "runner/sandbox/sandbox.h"

namespace resow {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class FindServerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = ::testing::TempDir() + "/resow-find-XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    base_ = name;
    path_before_ = std::getenv("PATH") ? std::getenv("PATH") : "";
    setenv("PATH", (base_ / "nothing").c_str(), 1);
  }
  void TearDown() override {
    setenv("PATH", path_before_.c_str(), 1);
    fs::remove_all(base_);
  }

  std::string folder(const std::string& name) const { return (base_ / name).string(); }

  // A program that prints `output`.
  void make_program(const std::string& file, const std::string& output) const {
    fs::create_directories((base_ / file).parent_path());
    std::ofstream(base_ / file) << "#!/bin/sh\necho '" << output << "'\n";
    chmod(folder(file).c_str(), 0755);
  }
  void make_server(const std::string& bindir, const std::string& version) const {
    make_program(bindir + "/postgres", "postgres (PostgreSQL) " + version);
    make_program(bindir + "/initdb", "");
  }

  fs::path base_;
  std::string path_before_;
};

TEST_F(FindServerTest, ReadsTheVersion) {
  const struct {
    const char* printed;
    const char* version;
    int major;
  } cases[] = {
      {"15.20 (Debian 15.20-0+deb12u1)", "15.20", 15},
      {"13.1", "13.1", 13},
      {"18beta1", "18beta1", 18},
      {"19devel", "19devel", 19},
  };
  for (const auto& [printed, version, major] : cases) {
    make_server("bin", printed);
    const ServerBinaries server = find_server(folder("bin"));
    EXPECT_EQ(server.version, version) << printed;
    EXPECT_EQ(server.major, major) << printed;
    EXPECT_EQ(server.bindir, folder("bin"));
  }
}

TEST_F(FindServerTest, PrefersPgConfigThenPathThenTheNewest) {
  const std::vector<std::string> usual = {folder("usr/lib/postgresql/*/bin"),
                                          folder("usr/pgsql-*/bin")};
  make_server("usr/lib/postgresql/9/bin", "14.9");
  make_server("usr/lib/postgresql/14/bin", "14.1");
  make_server("usr/pgsql-17/bin", "17.1");
  EXPECT_EQ(find_server("", usual).version, "14.1");
  make_server("usr/lib/postgresql/15/bin", "15.1");
  EXPECT_EQ(find_server("", usual).version, "15.1");

  make_server("inpath", "13.9");
  setenv("PATH", (folder("nothing") + ":" + folder("inpath") + ":/bin:/usr/bin").c_str(), 1);
  make_server("configured", "16.1");
  make_program("inpath/pg_config", folder("clients-only"));
  EXPECT_EQ(find_server("", usual).version, "13.9");
  make_program("inpath/pg_config", folder("configured"));
  EXPECT_EQ(find_server("", usual).version, "16.1");

  EXPECT_EQ(find_server(folder("usr/pgsql-17/bin"), usual).version, "17.1");
}

TEST_F(FindServerTest, PassesOverWhatIsTooOldOrBroken) {
  const std::vector<std::string> usual = {folder("*/bin")};
  make_server("3/bin", "12.22");
  make_program("2/bin/postgres", "not a server");
  make_program("2/bin/initdb", "");
  make_program("4/bin/postgres", "postgres (PostgreSQL) 16.1");  // no initdb
  make_server("1/bin", "14.1");
  EXPECT_EQ(find_server("", usual).version, "14.1");

  fs::remove_all(base_ / "1");
  try {
    find_server("", usual);
    FAIL() << "found one";
  } catch (const SandboxError& error) {
    EXPECT_THAT(error.what(), HasSubstr("\n  " + folder("3/bin/postgres") +
                                        " is PostgreSQL 12.22; 13 or later is needed"));
  }
}

TEST_F(FindServerTest, SaysWhereItLookedAndWhatToInstall) {
  try {
    find_server("", {"/nowhere/*/bin", "/nowhere/else"});
    FAIL() << "found one";
  } catch (const SandboxError& error) {
    EXPECT_STREQ(error.what(),
                 "no PostgreSQL server (postgres and initdb) on this machine. Looked at:\n"
                 "  pg_config in PATH\n"
                 "  PATH\n"
                 "  /nowhere/*/bin\n"
                 "  /nowhere/else\n"
                 "Install one: apt-get install postgresql (Debian, Ubuntu), dnf install "
                 "postgresql-server (Fedora, Red Hat), apk add postgresql (Alpine), brew install "
                 "postgresql (macOS). Or name its folder with --bindir.");
  }
}

TEST_F(FindServerTest, SortsByNumber) {
  for (const char* name : {"9/bin", "10/bin", "9.6/bin"}) fs::create_directories(base_ / name);
  EXPECT_THAT(newest_first({folder("*/bin")}),
              ElementsAre(folder("10/bin"), folder("9.6/bin"), folder("9/bin")));
}

}  // namespace
}  // namespace resow

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <thread>

#include "runner/sandbox/find_server.h"
#include "runner/sandbox/sandbox.h"
#include "tests/support/sandbox_test.h"
#include "tests/support/test_database.h"

namespace resow {
namespace {

using test_support::eventually;
using test_support::psql;
using test_support::SandboxTest;
using test_support::sh;
using ::testing::HasSubstr;
using ::testing::SizeIs;

bool is_there(const std::string& path) { return std::filesystem::exists(path); }
bool is_running(pid_t pid) { return kill(pid, 0) == 0; }

std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const SandboxError& error) {
    return error.what();
  }
  return "no error";
}

TEST_F(SandboxTest, IsThereAndThenGone) {
  std::string folder;
  pid_t server = 0;
  {
    const Sandbox sandbox{SandboxOptions{}};
    folder = sandbox.host();
    server = sandbox.server_pid();
    EXPECT_TRUE(sandbox.running());
    EXPECT_TRUE(is_running(server));
    EXPECT_EQ(psql(sandbox.conninfo(), "SELECT current_user || ' ' || current_database()"),
              "postgres sandbox");
    struct stat status {};
    ASSERT_EQ(stat(folder.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0700U);
  }
  EXPECT_FALSE(is_there(folder));
  EXPECT_FALSE(is_running(server));
}

TEST_F(SandboxTest, HasTheSettingsOfAThrowawayServer) {
  const Sandbox sandbox{SandboxOptions{}};
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"resow.disposable", "on"},    {"server_encoding", "UTF8"}, {"fsync", "off"},
      {"synchronous_commit", "off"}, {"full_page_writes", "off"}, {"wal_level", "minimal"},
      {"listen_addresses", ""},      {"timezone", "UTC"},         {"data_checksums", "off"}};
  for (const auto& [name, value] : expected) {
    EXPECT_EQ(psql(sandbox.conninfo(), "SHOW " + name), value) << name;
  }
  EXPECT_EQ(psql(sandbox.conninfo(),
                 "SELECT datcollate FROM pg_database WHERE datname = current_database()"),
            "C.UTF-8");
}

// The image holds no visibility maps, whose absence must not look like damage.
TEST_F(SandboxTest, HasASoundCluster) {
  const Sandbox sandbox{SandboxOptions{}};
  for (const std::string database : {"sandbox", "postgres", "template1"}) {
    const std::string conninfo = sandbox.conninfo() + " dbname=" + database;
    psql(conninfo, "CREATE EXTENSION amcheck");
    if (psql(conninfo, "SHOW server_version_num") >= "140000") {  // 13 cannot look at tables
      EXPECT_EQ(psql(conninfo,
                     "SELECT count(*) FROM pg_class c, verify_heapam(c.oid, skip => 'none') WHERE "
                     "relkind IN ('r', 't') AND relpersistence = 'p'"),
                "0")
          << database;
    }
    for (const char* sql :
         {"SELECT bt_index_check(i.indexrelid) FROM pg_index i, pg_class c, pg_am a WHERE c.oid = "
          "indexrelid AND a.oid = relam AND amname = 'btree'",
          "VACUUM", "UPDATE pg_description SET description = description", "VACUUM ANALYZE"}) {
      psql(conninfo, sql);
    }
  }
  psql(sandbox.conninfo(), "CREATE DATABASE from_zero TEMPLATE template0");
}

TEST_F(SandboxTest, TakesSettings) {
  SandboxOptions options;
  options.durable = true;
  options.settings = {{"work_mem", "5MB"}, {"search_path", "\"it's\", public"}};
  const Sandbox sandbox(options);
  EXPECT_EQ(psql(sandbox.conninfo(), "SHOW fsync"), "on");
  EXPECT_EQ(psql(sandbox.conninfo(), "SHOW work_mem"), "5MB");
  EXPECT_EQ(psql(sandbox.conninfo(), "SHOW search_path"), "\"it's\", public");
}

TEST_F(SandboxTest, HasADatabaseOfAnyName) {
  for (const std::string name : {"postgres", "Tom's \"own\" \\ d'été & 100%"}) {
    SandboxOptions options;
    options.dbname = name;
    const Sandbox sandbox(options);
    EXPECT_EQ(psql(sandbox.conninfo(), "SELECT current_database()"), name);
    EXPECT_EQ(psql(sandbox.uri(), "SELECT current_database()"), name) << sandbox.uri();
  }
}

TEST_F(SandboxTest, ListensOnAPortOnDemandOnly) {
  SandboxOptions options;
  options.port = 0;
  const Sandbox sandbox(options);
  EXPECT_THAT(sandbox.uri(), HasSubstr("@127.0.0.1:" + std::to_string(sandbox.port())));
  EXPECT_EQ(psql(sandbox.uri(), "SELECT host(inet_server_addr())"), "127.0.0.1");
  EXPECT_EQ(psql(sandbox.conninfo(), "SELECT inet_server_addr() IS NULL"), "t");

  options.port = sandbox.port();
  EXPECT_THAT(error_of([&] { Sandbox{options}; }), HasSubstr("Address already in use"));
}

TEST_F(SandboxTest, StopsOnce) {
  Sandbox sandbox{SandboxOptions{}};
  const std::string folder = sandbox.host();
  sandbox.stop();
  EXPECT_FALSE(is_there(folder));
  EXPECT_FALSE(sandbox.running());
  sandbox.stop();
}

TEST_F(SandboxTest, StopsWhateverBecameOfItsServer) {
  for (const int signal : {SIGKILL, SIGSTOP, SIGTERM, SIGQUIT}) {
    Sandbox sandbox{SandboxOptions{}};
    // A backend that is at work does not notice that its postmaster was killed.
    std::thread busy([&] {
      EXPECT_ANY_THROW(
          psql(sandbox.conninfo(), "SELECT count(*) FROM generate_series(1, 1000000000000)"));
    });
    EXPECT_TRUE(eventually([&] {
      return psql(sandbox.conninfo(),
                  "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%generate_series%' AND "
                  "pid <> pg_backend_pid()") == "1";
    }));
    kill(sandbox.server_pid(), signal);
    sandbox.stop();
    busy.join();
    EXPECT_THAT(sandboxes(), SizeIs(0)) << "signal " << signal;
    EXPECT_THAT(processes(), SizeIs(0)) << "signal " << signal;
  }
}

TEST_F(SandboxTest, StopsWhenItsWatchdogWasKilled) {
  Sandbox sandbox{SandboxOptions{}};
  ASSERT_FALSE(watchdogs().empty());
  for (const auto& watchdog : watchdogs()) kill(watchdog.pid, SIGKILL);
  sandbox.stop();
}

TEST_F(SandboxTest, SeveralAtOnceMakeTheClusterOnce) {
  setenv("XDG_CACHE_HOME", (temporary() + "/cache").c_str(), 1);
  // An initdb that counts how often it is called.
  const std::string bindir = temporary() + "/bin";
  const std::string real = find_server("").bindir;
  sh("mkdir " + bindir + " && ln -s " + real + "/postgres " + bindir +
     " && echo '#!/bin/sh\necho x >>" + temporary() + "/calls; exec " + real + "/initdb \"$@\"' >" +
     bindir + "/initdb && chmod 755 " + bindir + "/initdb && touch " + temporary() +
     "/calls && chmod 666 " + temporary() + "/calls");
  SandboxOptions options;
  options.bindir = bindir;
  const auto use = [&] {
    const Sandbox sandbox(options);
    EXPECT_EQ(psql(sandbox.conninfo(), "SELECT 42"), "42");
  };
  {
    const std::jthread first(use), second(use);
    use();
  }
  use();
  EXPECT_EQ(sh("cat " + temporary() + "/calls").output, "x\n");
  unsetenv("XDG_CACHE_HOME");
}

TEST_F(SandboxTest, MakesADamagedClusterAgain) {
  const std::string cache = temporary() + "/cache";
  setenv("XDG_CACHE_HOME", cache.c_str(), 1);
  const auto use = [&] {
    const Sandbox sandbox{SandboxOptions{}};
    EXPECT_EQ(psql(sandbox.conninfo(), "SELECT 42"), "42");
  };
  use();
  const std::string image =
      sh("ls " + cache + "/resow/clusters/* | grep -v lock | tr -d '\n'").output;
  const auto before = std::filesystem::last_write_time(image);
  use();
  EXPECT_EQ(std::filesystem::last_write_time(image), before);
  std::filesystem::resize_file(image, 1'000'000);
  use();
  EXPECT_GT(std::filesystem::file_size(image), 20'000'000U);
  unsetenv("XDG_CACHE_HOME");
}

TEST_F(SandboxTest, DoesWithoutACacheThatCannotBeWritten) {
  setenv("XDG_CACHE_HOME", "/proc/nowhere", 1);
  const Sandbox sandbox{SandboxOptions{}};
  EXPECT_EQ(psql(sandbox.conninfo(), "SELECT 42"), "42");
  unsetenv("XDG_CACHE_HOME");
}

TEST_F(SandboxTest, KeepsItsSocketsPathShort) {
  const std::string deep = temporary() + "/" + std::string(60, 'x');
  std::filesystem::create_directory(deep);
  setenv("TMPDIR", deep.c_str(), 1);
  const Sandbox sandbox{SandboxOptions{}};
  EXPECT_EQ(sandbox.host().rfind("/tmp/resow-sandbox-", 0), 0U) << sandbox.host();
  EXPECT_EQ(psql(sandbox.conninfo(), "SELECT 42"), "42");
}

TEST_F(SandboxTest, OutlivesAForkThatEnds) {
  const Sandbox sandbox{SandboxOptions{}};
  const pid_t fork_of_us = fork();
  if (fork_of_us == 0) {
    const_cast<Sandbox&>(sandbox).stop();
    _exit(0);
  }
  int status = 0;
  waitpid(fork_of_us, &status, 0);
  EXPECT_EQ(psql(sandbox.conninfo(), "SELECT 42"), "42");
}

TEST_F(SandboxTest, SaysWhyItDoesNotStart) {
  SandboxOptions options;
  options.settings = {{"shared_buffers", "1000000GB"}};
  const std::string error = error_of([&] { Sandbox{options}; });
  EXPECT_THAT(error, HasSubstr("the sandbox's server did not start. The end of its log:\n"));
  EXPECT_THAT(error, HasSubstr("shared_buffers"));

  options.settings = {{"work_mem = 1\nfsync", "on"}};
  EXPECT_THAT(error_of([&] { Sandbox{options}; }),
              HasSubstr("cannot be written to postgresql.conf"));
  options.settings = {};
  options.bindir = "/usr/share";
  EXPECT_EQ(
      error_of([&] { Sandbox{options}; }),
      "no postgres and initdb in /usr/share: name the folder that holds a PostgreSQL server's "
      "programs");
  options.bindir = "";
  options.port = 65536;
  EXPECT_EQ(error_of([&] { Sandbox{options}; }), "port 65536: a port is a number up to 65535");
  options.port = {};
  options.server_user = "no-such-user";
  EXPECT_EQ(error_of([&] { Sandbox{options}; }),
            "there is no user \"no-such-user\" to run the server as");
  options.server_user = "root";
  EXPECT_EQ(error_of([&] { Sandbox{options}; }),
            "PostgreSQL refuses to run as root: name an unprivileged user instead");
}

}  // namespace
}  // namespace resow

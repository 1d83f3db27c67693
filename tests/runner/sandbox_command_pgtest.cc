// `resow sandbox` as a process: what becomes of it, of its server and of its folder.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <pty.h>
#include <pwd.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <optional>

#include "runner/commands/sandbox.h"
#include "runner/sandbox/process.h"
#include "tests/support/sandbox_test.h"
#include "tests/support/test_database.h"

namespace resow {
namespace {

using test_support::eventually;
using test_support::psql;
using test_support::sh;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::SizeIs;

const std::string kBinary = RESOW_BINARY_DIR "/resow";

// A process with our end of its stdin and stdout.
class Running {
 public:
  explicit Running(const std::vector<std::string>& arguments,
                   const std::optional<ServerUser>& user = {},
                   const std::string& binary = kBinary) {
    int in[2];
    int out[2];
    EXPECT_EQ(pipe2(in, O_CLOEXEC), 0);
    EXPECT_EQ(pipe2(out, O_CLOEXEC), 0);
    ChildProgram program;
    program.argv = {binary, "sandbox"};
    program.argv.insert(program.argv.end(), arguments.begin(), arguments.end());
    program.environment = environment_without({});
    program.user = user;
    program.descriptors = {{in[0], 0}, {out[1], 1}, {out[1], 2}};
    pid_ = start(program);
    close(in[0]);
    close(out[1]);
    stdin_ = in[1];
    stdout_ = out[0];
  }
  ~Running() {
    if (pid_ > 0) kill(pid_, SIGKILL);
    finish();
    close(stdout_);
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  pid_t pid() const { return pid_; }

  // Reads until what it has printed holds `text`, or it has closed its stdout.
  const std::string& read_until(const std::string& text) {
    while (output_.find(text) == std::string::npos) {
      char buffer[1000];
      const ssize_t got = read(stdout_, buffer, sizeof buffer);
      if (got <= 0) break;
      output_.append(buffer, static_cast<size_t>(got));
    }
    return output_;
  }

  void close_stdin() {
    if (stdin_ >= 0) close(stdin_);
    stdin_ = -1;
  }

  // Its exit status, and all that it printed.
  std::pair<int, std::string> finish() {
    if (pid_ > 0) status_ = exit_status(wait_for(pid_).value_or(-1));
    pid_ = 0;
    close_stdin();
    return {status_, read_until("\n that is never printed")};
  }

 private:
  pid_t pid_ = 0;
  int stdin_ = -1;
  int stdout_ = -1;
  int status_ = -1;
  std::string output_;
};

std::string conninfo_in(const std::string& output) {
  const size_t at = output.find("psql '") + 6;
  return output.substr(at, output.find("'\n", at) - at);
}

ServerUser nobody() {
  const passwd* entry = getpwnam("nobody");
  return {"nobody", entry->pw_uid, entry->pw_gid, false};
}

class SandboxCommandTest : public test_support::SandboxTest {
 protected:
  static std::pair<int, std::string> run(const std::vector<std::string>& arguments) {
    return Running(arguments).finish();
  }
  static std::pair<int, std::string> run_script(const std::string& script) {
    return run({"--", "sh", "-c", script});
  }

  bool all_gone() const {
    return eventually([&] { return sandboxes().empty() && processes().empty(); });
  }
};

TEST_F(SandboxCommandTest, EndsWithTheCommandsStatus) {
  const struct {
    std::vector<std::string> command;
    int status;
    const char* output;
  } cases[] = {
      {{"true"}, 0, ""},
      {{"sh", "-c", "exit 7"}, 7, ""},
      {{"sh", "-c", "echo out; echo err >&2"}, 0, "out\nerr\n"},
      {{"printf", "%s|", "a b", "--", "$x"}, 0, "a b|--|$x|"},
      {{"sh", "-c", "kill -9 $$"}, 137, ""},
      {{"sh", "-c", "kill -TERM $$"}, 143, ""},
      {{"no-such-program"}, 127, "resow: cannot run no-such-program: No such file or directory\n"},
      {{"/etc/passwd"}, 126, "resow: cannot run /etc/passwd: Permission denied\n"},
  };
  for (const auto& [command, status, output] : cases) {
    std::vector<std::string> arguments = {"--"};
    arguments.insert(arguments.end(), command.begin(), command.end());
    EXPECT_EQ(run(arguments), std::pair(status, std::string(output)))
        << ::testing::PrintToString(command);
    EXPECT_THAT(sandboxes(), IsEmpty());
  }
}

TEST_F(SandboxCommandTest, SetsWhatLeadsToTheSandboxAlone) {
  const std::vector<std::pair<std::string, std::string>> misleading = {
      {"PGPASSWORD", "x"},
      {"PGSERVICE", "production"},
      {"PGHOSTADDR", "10.0.0.1"},
      {"PGSSLMODE", "require"},
      {"PGPASSFILE", "/x"},
      {"PGDATABASE", "production"},
      {"DATABASE_URL", "postgresql://production/"}};
  for (const auto& [name, value] : misleading) setenv(name.c_str(), value.c_str(), 1);
  setenv("PGAPPNAME", "kept", 1);
  const auto [status, output] = run_script("env | grep -E '^(PG|DATABASE_URL)' | sort");
  for (const auto& [name, value] : misleading) unsetenv(name.c_str());
  unsetenv("PGAPPNAME");
  EXPECT_EQ(status, 0);
  const std::string folder = temporary() + "/resow-sandbox-......";
  EXPECT_THAT(output, MatchesRegex("DATABASE_URL=postgresql://postgres@/sandbox\\?host=" + folder +
                                   "&port=5432\n"
                                   "PGAPPNAME=kept\n"
                                   "PGDATABASE=sandbox\n"
                                   "PGHOST=" +
                                   folder +
                                   "\n"
                                   "PGPORT=5432\n"
                                   "PGUSER=postgres\n"));
}

TEST_F(SandboxCommandTest, LetsTheCommandConnect) {
  const auto [status, output] = run_script(
      "psql -XqAtc 'SELECT current_user, current_database()'; psql -XqAt \"$DATABASE_URL\" -c "
      "'SHOW resow.disposable'");
  EXPECT_EQ(output, "postgres|sandbox\non\n");
  EXPECT_EQ(status, 0);
}

TEST_F(SandboxCommandTest, ListensOnThePortThatItIsTold) {
  const auto [status, output] = run({"--port", "0", "--", "sh", "-c",
                                     "psql -XqAt \"$DATABASE_URL\" -c 'SELECT inet_server_addr()'; "
                                     "psql -XqAtc 'SELECT inet_server_addr() IS NULL'"});
  EXPECT_EQ(output, "127.0.0.1\nt\n");
  EXPECT_EQ(status, 0);
}

TEST_F(SandboxCommandTest, TakesSettingsAndADatabasesName) {
  const auto [status, output] =
      run({"-c", "work_mem=5MB", "--set", "app.tenant=a=b c", "-d", "shop", "--durable", "--",
           "psql", "-XqAtc",
           "SELECT current_database() || '|' || current_setting('work_mem') || '|' || "
           "current_setting('app.tenant') || '|' || current_setting('fsync')"});
  EXPECT_EQ(output, "shop|5MB|a=b c|on\n");
  EXPECT_EQ(status, 0);
}

TEST_F(SandboxCommandTest, SaysWhatIsWrong) {
  const struct {
    std::vector<std::string> arguments;
    int status;
    std::string output;
  } cases[] = {
      {{"--bindir", "/nowhere", "--", "true"},
       4,
       "resow: no postgres and initdb in /nowhere: name the folder that holds a PostgreSQL "
       "server's "
       "programs\n"},
      {{"--set", "work_mem=much", "--", "true"},
       4,
       "resow: the sandbox's server did not start. The end of its log:\n  .+work_mem.+\n  .+ "
       "FATAL:  "
       ".+\n"},
      {{"--port", "65536", "--", "true"}, 2, "resow: --port: .+ from 0 to 65,535\n"},
      {{"--set", "work_mem", "--", "true"}, 2, "resow: --set: .+ say it like work_mem=64MB\n"},
  };
  for (const auto& [arguments, expected_status, expected_output] : cases) {
    const auto [status, output] = run(arguments);
    EXPECT_EQ(status, expected_status) << ::testing::PrintToString(arguments);
    EXPECT_THAT(output, MatchesRegex(expected_output));
  }
}

TEST_F(SandboxCommandTest, PassesSignalsOn) {
  for (const auto& [signal, name] :
       {std::pair{SIGTERM, "TERM"}, {SIGINT, "INT"}, {SIGHUP, "HUP"}}) {
    Running running({"--", "sh", "-c",
                     std::string("trap 'psql -XqAtc \"SELECT 6*7\"; exit 9' ") + name +
                         "; echo ready; while :; do sleep 0.05; done"});
    running.read_until("ready\n");
    kill(running.pid(), signal);
    EXPECT_EQ(running.finish(), std::pair(9, std::string("ready\n42\n"))) << name;
  }
  Running running({"--", "sh", "-c", "echo ready; exec sleep 1000"});
  running.read_until("ready\n");
  kill(running.pid(), SIGTERM);
  EXPECT_EQ(running.finish().first, 128 + SIGTERM);
}

TEST_F(SandboxCommandTest, LeavesCtrlCToTheCommand) {
  int terminal = -1;
  const pid_t pid = forkpty(&terminal, nullptr, nullptr, nullptr);
  if (pid == 0) {
    // Each Ctrl-C once; after two it goes on to its own end, with the server still there.
    execl(kBinary.c_str(), kBinary.c_str(), "sandbox", "--", "sh", "-c",
          "n=0; trap 'n=$((n+1)); echo got $n' INT; echo ready\n"
          "while [ $n -lt 2 ]; do sleep 0.05; done\n"
          "sleep 0.3; psql -P pager=off -XqAtc 'SELECT 6*7'; exit $n",
          nullptr);
    _exit(99);
  }
  std::string output;
  const auto read_until = [&](const std::string& text) {
    while (output.find(text) == std::string::npos) {
      char buffer[1000];
      const ssize_t got = read(terminal, buffer, sizeof buffer);
      if (got <= 0) return false;
      output.append(buffer, static_cast<size_t>(got));
    }
    return true;
  };
  for (const char* text : {"ready", "got 1"}) {
    EXPECT_TRUE(read_until(text)) << output;
    EXPECT_EQ(write(terminal, "\x03", 1), 1);
  }
  EXPECT_TRUE(read_until("42")) << output;
  while (read_until("\n that is never printed")) {
  }
  EXPECT_EQ(exit_status(wait_for(pid).value_or(-1)), 2) << output;
  close(terminal);
}

TEST_F(SandboxCommandTest, WithoutACommandSaysHowToConnectAndWaits) {
  Running running({});
  const std::string output = running.read_until("Ctrl-C.\n");
  EXPECT_THAT(output, MatchesRegex("A sandbox of PostgreSQL [^ ]+\\. Connect with one of these:\n"
                                   "  psql 'host=.+ port=5432 user=postgres dbname=sandbox'\n"
                                   "  postgresql://postgres@/sandbox\\?host=.+&port=5432\n"
                                   "  export PGHOST=.+ PGPORT=5432 PGUSER=postgres "
                                   "PGDATABASE=sandbox\n"
                                   "It goes, with its data, at the end of stdin or Ctrl-C\\.\n"));
  EXPECT_EQ(psql(conninfo_in(output), "SELECT 42"), "42");
  running.close_stdin();
  EXPECT_EQ(running.finish().first, 0);
}

TEST_F(SandboxCommandTest, WithoutACommandEndsWithSignals) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    Running running({});
    running.read_until("Ctrl-C.\n");
    kill(running.pid(), signal);
    EXPECT_EQ(running.finish().first, 0) << "signal " << signal;
    EXPECT_THAT(sandboxes(), IsEmpty());
  }
}

TEST_F(SandboxCommandTest, WithoutACommandNoticesTheServersEnd) {
  Running running({});
  const std::string output = running.read_until("Ctrl-C.\n");
  const std::string server = psql(conninfo_in(output), "SELECT pg_backend_pid()");
  ASSERT_THAT(processes(), Not(IsEmpty()));
  for (const auto& process : processes()) {
    if (process.what.find("/postgres -D") == std::string::npos) continue;
    if (process.what.find("watchdog") == std::string::npos) kill(process.pid, SIGTERM);
  }
  const auto [status, text] = running.finish();
  EXPECT_EQ(status, 4);
  EXPECT_THAT(text, HasSubstr("resow: the sandbox's server has ended by itself\n"));
}

TEST_F(SandboxCommandTest, KeepsItOnDemand) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"--keep"}, {"--keep", "--", "sh", "-c", "exit 3"}}) {
    const auto [status, output] = run(arguments);
    EXPECT_EQ(status, arguments.size() > 1 ? 3 : 0);
    ASSERT_THAT(output, HasSubstr("It stays. To remove it, with its data:\n  sh "));
    EXPECT_EQ(psql(conninfo_in(output), "SELECT 42"), "42");

    // Another start does not take it for left behind.
    EXPECT_EQ(run({"--", "true"}).first, 0);
    EXPECT_EQ(psql(conninfo_in(output), "SELECT 42"), "42");

    const size_t at = output.find("  sh ") + 2;
    EXPECT_EQ(sh(output.substr(at, output.find('\n', at) - at)).status, 0);
    EXPECT_THAT(sandboxes(), IsEmpty());
    EXPECT_THAT(processes(), IsEmpty());
  }
}

TEST_F(SandboxCommandTest, IsGoneWhenItIsKilled) {
  Running running({});
  running.read_until("Ctrl-C.\n");
  EXPECT_THAT(sandboxes(), SizeIs(1));
  kill(running.pid(), SIGKILL);
  EXPECT_TRUE(all_gone());
}

TEST_F(SandboxCommandTest, IsGoneWhenItIsKilledWithItsCommand) {
  Running running({"--", "sh", "-c", "echo $$; exec psql -Xqc 'SELECT pg_sleep(1000)'"});
  const pid_t command = std::stoi(running.read_until("\n"));
  kill(command, SIGKILL);
  kill(running.pid(), SIGKILL);
  EXPECT_TRUE(all_gone());
}

TEST_F(SandboxCommandTest, IsGoneWhenItIsKilledAtAnyMomentOfItsStart) {
  for (int milliseconds = 0; milliseconds <= 400; milliseconds += 25) {
    {
      Running running({});
      std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
      kill(running.pid(), SIGKILL);
    }
    EXPECT_TRUE(all_gone()) << "after " << milliseconds << " ms";
  }
}

TEST_F(SandboxCommandTest, IsGoneWhenItIsKilledInTheMidstOfInitdb) {
  for (const int milliseconds : {200, 600, 1000}) {
    const std::string cache = temporary() + "/cache" + std::to_string(milliseconds);
    setenv("XDG_CACHE_HOME", cache.c_str(), 1);
    {
      Running running({});
      std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
      kill(running.pid(), SIGKILL);
    }
    EXPECT_TRUE(all_gone()) << "after " << milliseconds << " ms";
  }
  EXPECT_EQ(run({"--", "true"}).first, 0);
  unsetenv("XDG_CACHE_HOME");
}

TEST_F(SandboxCommandTest, RemovesWhatEarlierOnesLeft) {
  // Killed: the owner with its watchdog; or, as when the machine is switched off, all of them.
  for (const bool server_too : {false, true}) {
    {
      Running running({});
      running.read_until("Ctrl-C.\n");
      ASSERT_THAT(watchdogs(), Not(IsEmpty()));
      for (const auto& watchdog : watchdogs()) kill(watchdog.pid, SIGKILL);
      kill(running.pid(), SIGKILL);
    }
    if (server_too) {
      for (const auto& process : processes()) kill(process.pid, SIGKILL);
      EXPECT_TRUE(eventually([&] { return processes().empty(); }));
    }
    EXPECT_THAT(sandboxes(), SizeIs(1));
    const auto [status, output] = run_script("ls -d $TMPDIR/resow-sandbox-* | wc -l");
    EXPECT_EQ(status, 0);
    EXPECT_EQ(output, "1\n") << "its own alone";
    EXPECT_THAT(sandboxes(), IsEmpty());
    EXPECT_THAT(processes(), IsEmpty());
  }
}

TEST_F(SandboxCommandTest, SeveralAtOnceDoNotTouchEachOther) {
  Running first({}), second({});
  const std::string one = conninfo_in(first.read_until("Ctrl-C.\n"));
  const std::string two = conninfo_in(second.read_until("Ctrl-C.\n"));
  EXPECT_NE(one, two);
  psql(one, "CREATE TABLE t()");
  EXPECT_EQ(psql(two, "SELECT to_regclass('t') IS NULL"), "t");
  kill(first.pid(), SIGKILL);
  EXPECT_TRUE(eventually([&] { return sandboxes().size() == 1; }));
  EXPECT_EQ(psql(two, "SELECT 42"), "42");
}

// PostgreSQL does not run as root, we do; and without root nothing may depend on it.
TEST_F(SandboxCommandTest, WorksAsEveryUser) {
  std::vector<std::optional<ServerUser>> users = {std::nullopt};
  if (geteuid() == 0) users.push_back(nobody());
  for (const auto& user : users) {
    const std::string binary = temporary() + "/resow";
    std::filesystem::copy_file(kBinary, binary, std::filesystem::copy_options::overwrite_existing);
    std::filesystem::permissions(binary, std::filesystem::perms(0755));
    setenv("HOME", user ? "/nonexistent" : temporary().c_str(), 1);
    SCOPED_TRACE(user ? "nobody" : "ourselves");
    const std::string script = "id -un; psql -XqAtc 'SELECT current_user'; exit 5";
    Running running({"--", "sh", "-c", script}, user, binary);
    const auto [status, output] = running.finish();
    EXPECT_EQ(status, 5);
    EXPECT_EQ(output, (user ? "nobody" : sh("id -un | tr -d '\n'").output) + "\npostgres\n");

    Running killed({}, user, binary);
    EXPECT_THAT(killed.read_until("Ctrl-C.\n"), HasSubstr("Ctrl-C.\n"));
    kill(killed.pid(), SIGKILL);
    EXPECT_TRUE(all_gone());
  }
}

TEST_F(SandboxCommandTest, RunsTheServerAsTheUserThatItIsTold) {
  if (geteuid() != 0) {
    const auto [status, output] = run({"--server-user", "daemon", "--", "true"});
    EXPECT_EQ(status, 4);
    EXPECT_EQ(output, "resow: only root can run the server as another user (\"daemon\")\n");
    return;
  }
  const auto [status, output] =
      run({"--server-user", "nobody", "--", "sh", "-c", "stat -c %U $PGHOST; id -un"});
  EXPECT_EQ(output, "nobody\nroot\n");
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace resow

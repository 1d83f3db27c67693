#include "runner/commands/sandbox.h"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <string_view>
#include <system_error>

#include "fixtures/text.h"
#include "runner/sandbox/process.h"

namespace resow {
namespace {

constexpr int kDatabaseWentAway = 4;
constexpr int kNotExecutable = 126;
constexpr int kNotFound = 127;

std::atomic<int> last_signal{0};  // 0 for none
std::atomic<int> to_pass_on{0};   // the last that only we got
std::atomic<pid_t> running_command{0};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler sets them");

// A terminal sends Ctrl-C to the command as well; what a process sends reaches only us.
void on_signal(int signal, siginfo_t* info, void*) {
  last_signal = signal;
  if (info->si_code > 0) return;
  const pid_t command = running_command;
  if (command > 0) {
    kill(command, signal);
  } else {
    to_pass_on = signal;
  }
}

// As long as it lives, signals that would end us are noted instead. They are let through only in
// wait(), and while nothing is masked.
class SignalsNoted {
 public:
  SignalsNoted() {
    last_signal = 0;
    to_pass_on = 0;
    for (size_t i = 0; i < kSignals.size(); ++i) {
      struct sigaction action {};
      action.sa_sigaction = on_signal;
      action.sa_flags = SA_SIGINFO;
      sigaction(kSignals[i], nullptr, &before_[i]);
      if (before_[i].sa_handler != SIG_IGN) sigaction(kSignals[i], &action, nullptr);
    }
    struct sigaction reap {};
    reap.sa_handler = SIG_DFL;  // else the command's exit status would be lost
    sigaction(SIGCHLD, &reap, &before_reaping_);
  }
  ~SignalsNoted() {
    for (size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &before_[i], nullptr);
    sigaction(SIGCHLD, &before_reaping_, nullptr);
  }
  SignalsNoted(const SignalsNoted&) = delete;
  SignalsNoted& operator=(const SignalsNoted&) = delete;

  static sigset_t set() {
    sigset_t result;
    sigemptyset(&result);
    for (const int signal : kSignals) sigaddset(&result, signal);
    return result;
  }

 private:
  static constexpr std::array<int, 4> kSignals = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
  std::array<struct sigaction, 4> before_{};
  struct sigaction before_reaping_ {};
};

int run_command(const std::vector<std::string>& argv, const Sandbox& sandbox) {
  ChildProgram program;
  program.argv = argv;
  program.environment = sandbox_environment(sandbox);
  pid_t pid = 0;
  try {
    pid = start(program);
  } catch (const std::system_error& error) {
    fmt::print(stderr, "resow: cannot run {}\n", error.what());
    return error.code().value() == ENOENT ? kNotFound : kNotExecutable;
  }
  running_command = pid;
  if (const int missed = to_pass_on.exchange(0)) kill(pid, missed);
  const auto status = wait_for(pid);
  running_command = 0;
  return exit_status(status.value_or(0));
}

bool is_pipe(int fd) {
  struct stat status {};
  return fstat(fd, &status) == 0 && (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode));
}

// Returns on a signal, at the end of stdin, or when the server has ended; true for the last.
bool wait_until_told(const Sandbox& sandbox) {
  const sigset_t noted = SignalsNoted::set();
  sigset_t before;
  pthread_sigmask(SIG_BLOCK, &noted, &before);
  pollfd input{is_pipe(STDIN_FILENO) ? STDIN_FILENO : -1, POLLIN, 0};
  bool server_ended = false;
  while (last_signal == 0) {
    const timespec second{1, 0};
    const int ready = ppoll(&input, 1, &second, &before);
    if (ready == 0 && !sandbox.running()) {
      server_ended = true;
      break;
    }
    if (ready <= 0) continue;
    std::array<char, 4096> buffer;
    const ssize_t got = read(STDIN_FILENO, buffer.data(), buffer.size());
    if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN)) break;
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return server_ended;
}

std::string how_to_connect(const Sandbox& sandbox) {
  return fmt::format(
      "  psql '{}'\n"
      "  {}\n"
      "  export PGHOST={} PGPORT={} PGUSER={} PGDATABASE={}\n",
      sandbox.conninfo(), sandbox.uri(), sandbox.host(), sandbox.port(), sandbox.user(),
      sandbox.dbname());
}

// A log has lines of its own; nothing else in it may act upon a terminal.
std::string lines_of(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    if (!result.empty()) result += '\n';
    result += one_line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return result;
}

std::string how_it_stays(const Sandbox& sandbox) {
  return fmt::format("It stays. To remove it, with its data:\n  {}\n", sandbox.how_to_remove());
}

}  // namespace

std::vector<std::string> sandbox_environment(const Sandbox& sandbox) {
  // Where to connect and as whom. What else libpq takes from PG... (options, application name) is
  // the user's own business with the command.
  auto environment = environment_without(
      {"PGHOST=", "PGHOSTADDR=", "PGPORT=", "PGUSER=", "PGDATABASE=", "PGPASSWORD=", "PGPASSFILE=",
       "PGSERVICE=", "PGSERVICEFILE=", "PGREQUIRE", "PGSSL", "PGGSS", "PGKRBSRVNAME=",
       "PGCHANNELBINDING=", "PGTARGETSESSIONATTRS=", "PGLOADBALANCEHOSTS=", "DATABASE_URL="});
  environment.push_back("PGHOST=" + sandbox.host());
  environment.push_back(fmt::format("PGPORT={}", sandbox.port()));
  environment.push_back("PGUSER=" + sandbox.user());
  environment.push_back("PGDATABASE=" + sandbox.dbname());
  environment.push_back("DATABASE_URL=" + sandbox.uri());
  return environment;
}

int run_sandbox(const SandboxCommand& command) try {
  const SignalsNoted signals;
  Sandbox sandbox(command.options);
  if (last_signal != 0) return 128 + last_signal;
  if (!command.command.empty()) {
    const int status = run_command(command.command, sandbox);
    if (command.options.keep) {
      fmt::print(stderr, "The sandbox of PostgreSQL {}:\n{}{}", sandbox.server_version(),
                 how_to_connect(sandbox), how_it_stays(sandbox));
    }
    return status;
  }
  if (command.quiet) {
    fmt::print("{}\n", sandbox.uri());
  } else {
    fmt::print("A sandbox of PostgreSQL {}. Connect with one of these:\n{}",
               sandbox.server_version(), how_to_connect(sandbox));
  }
  if (command.options.keep) {
    fmt::print(command.quiet ? stderr : stdout, "{}", how_it_stays(sandbox));
    return 0;
  }
  if (!command.quiet) {
    fmt::print("It goes, with its data, at {}.\n",
               is_pipe(STDIN_FILENO) ? "the end of stdin or Ctrl-C" : "Ctrl-C");
  }
  std::fflush(stdout);
  if (!wait_until_told(sandbox)) return 0;
  fmt::print(stderr, "resow: the sandbox's server has ended by itself\n");
  return kDatabaseWentAway;
} catch (const SandboxError& error) {
  fmt::print(stderr, "resow: {}\n", lines_of(error.what()));
  return kDatabaseWentAway;
}

}  // namespace resow

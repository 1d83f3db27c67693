#include "runner/sandbox/process.h"

#include <fcntl.h>
#include <grp.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string_view>
#include <system_error>

extern char** environ;

namespace resow {
namespace {

[[noreturn]] void fail(int error, const std::string& what) {
  throw std::system_error(error, std::generic_category(), what);
}

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> result;
  result.reserve(strings.size() + 1);
  for (const auto& text : strings) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

// What exec is to be given: found here, because after fork only async-signal-safe calls may be
// made.
std::string find_in_path(const std::string& name) {
  if (name.find('/') != std::string::npos) return name;
  const char* path = std::getenv("PATH");
  std::string_view rest = path ? path : "/usr/local/bin:/usr/bin:/bin";
  std::string not_executable;
  while (true) {
    const size_t colon = rest.find(':');
    const std::string_view folder = rest.substr(0, colon);
    std::string file = std::string(folder.empty() ? "." : folder) + "/" + name;
    if (access(file.c_str(), X_OK) == 0) return file;
    if (access(file.c_str(), F_OK) == 0) not_executable = file;
    if (colon == std::string_view::npos) break;
    rest.remove_prefix(colon + 1);
  }
  if (!not_executable.empty()) return not_executable;
  fail(ENOENT, name);
}

struct Child {
  const char* file;
  char** argv;
  char** environment;
  const ChildProgram& program;
  pid_t parent;
  int errors;  // where to report; closed by exec
};

void close_all_from(int first) {
#ifdef __linux__
  if (close_range(static_cast<unsigned>(first), ~0U, 0) == 0) return;
#endif
  for (long fd = first, end = sysconf(_SC_OPEN_MAX); fd < end; ++fd) close(static_cast<int>(fd));
}

// Moves every descriptor out of the way before the first takes its place; returns false on error.
bool place_descriptors(const ChildProgram& program, int& errors) {
  constexpr int kMost = 8;
  int sources[kMost];
  int first_free = 3;
  int count = 0;
  for (const auto& descriptor : program.descriptors) {
    if (descriptor.second >= first_free) first_free = descriptor.second + 1;
  }
  for (const auto& descriptor : program.descriptors) {
    if (count == kMost) return false;
    sources[count] = fcntl(descriptor.first, F_DUPFD_CLOEXEC, first_free + 1);
    if (sources[count++] < 0) return false;
  }
  if (program.detached) {
    errors = dup2(errors, first_free);
    if (errors < 0 || fcntl(errors, F_SETFD, FD_CLOEXEC) != 0) return false;
  }
  for (int i = 0; i < count; ++i) {
    if (dup2(sources[i], program.descriptors[static_cast<size_t>(i)].second) < 0) return false;
  }
  if (program.detached) close_all_from(first_free + 1);
  return true;
}

bool become(const ServerUser& user) {
  if (user.is_us) return true;
  const gid_t group = user.gid;
  return setgroups(1, &group) == 0 && setgid(user.gid) == 0 && setuid(user.uid) == 0;
}

[[noreturn]] void run_child(Child child) {
  const ChildProgram& program = child.program;
  bool ready = !program.detached || setsid() >= 0;
  ready = ready && place_descriptors(program, child.errors);
  ready = ready && (!program.user || become(*program.user));
#ifdef __linux__
  // Asked for after the change of user, which would clear it.
  if (ready && program.dies_with_us) {
    ready = prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == child.parent;
  }
#endif
  if (ready) execve(child.file, child.argv, child.environment);
  const int error = errno;
  while (write(child.errors, &error, sizeof error) < 0 && errno == EINTR) {
  }
  _exit(127);
}

}  // namespace

pid_t start(const ChildProgram& program) {
  const std::string file = find_in_path(program.argv.front());
  auto argv = pointers(program.argv);
  auto environment = pointers(program.environment);
  int errors[2];
  if (pipe2(errors, O_CLOEXEC) != 0) fail(errno, "pipe");
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid == 0) {
    run_child({file.c_str(), argv.data(), environment.data(), program, parent, errors[1]});
  }
  const int fork_error = errno;
  close(errors[1]);
  int error = 0;
  ssize_t got = 0;
  while (pid > 0 && (got = read(errors[0], &error, sizeof error)) < 0 && errno == EINTR) {
  }
  close(errors[0]);
  if (pid < 0) fail(fork_error, "fork");
  if (got > 0) {
    wait_for(pid);
    fail(error, file);
  }
  return pid;
}

std::optional<int> wait_for(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return std::nullopt;
  }
  return status;
}

int exit_status(int wait_status) {
  return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

ProgramOutcome run(ChildProgram program, const std::string& input) {
  int in[2];
  int out[2];
  if (pipe2(in, O_CLOEXEC) != 0) fail(errno, "pipe");
  if (pipe2(out, O_CLOEXEC) != 0) fail(errno, "pipe");
  program.descriptors.insert(program.descriptors.end(), {{in[0], 0}, {out[1], 1}, {out[1], 2}});
  // Written before there is a reader: no program that dies early can raise SIGPIPE here.
  if (write(in[1], input.data(), input.size()) != static_cast<ssize_t>(input.size())) {
    fail(errno, "pipe");
  }
  close(in[1]);
  pid_t pid = 0;
  try {
    pid = start(program);
  } catch (...) {
    for (const int fd : {in[0], out[0], out[1]}) close(fd);
    throw;
  }
  close(in[0]);
  close(out[1]);
  ProgramOutcome outcome;
  char buffer[4096];
  while (true) {
    const ssize_t got = read(out[0], buffer, sizeof buffer);
    if (got > 0) outcome.output.append(buffer, static_cast<size_t>(got));
    if (got == 0 || (got < 0 && errno != EINTR)) break;
  }
  close(out[0]);
  outcome.status = exit_status(wait_for(pid).value_or(0));
  return outcome;
}

std::vector<std::string> environment_without(const std::vector<std::string>& prefixes) {
  std::vector<std::string> result;
  for (char** entry = environ; *entry; ++entry) {
    const std::string_view text = *entry;
    bool drop = false;
    for (const auto& prefix : prefixes) drop = drop || text.starts_with(prefix);
    if (!drop) result.emplace_back(text);
  }
  return result;
}

std::vector<std::string> server_environment() {
  auto environment = environment_without({"PG", "LC_", "LANG", "TZ="});
  environment.push_back("LC_ALL=C");
  return environment;
}

}  // namespace resow

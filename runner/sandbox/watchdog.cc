#include "runner/sandbox/watchdog.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "runner/sandbox/private_folder.h"
#include "runner/sandbox/process.h"
#include "runner/sandbox/sandbox.h"
#include "runner/sandbox/scripts.h"

namespace resow {
namespace {

constexpr int kLongestStartMilliseconds = 60'000;

}  // namespace

Watchdog::Watchdog(const std::string& folder, const ServerUser& owner,
                   const std::vector<std::string>& server_command)
    : folder_(folder), owner_(owner), creator_(getpid()) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    throw SandboxError("socketpair: " + std::generic_category().message(errno));
  }
  ChildProgram program;
  program.argv = {"/bin/sh", "-c", std::string(kRemoveFunction) + kWatchdog,
                  "resow-sandbox-watchdog", folder};
  program.argv.insert(program.argv.end(), server_command.begin(), server_command.end());
  program.environment = server_environment();
  program.user = owner;
  program.descriptors = {{ends[1], 3}};
  program.detached = true;
  try {
    pid_ = start(program);
  } catch (const std::system_error& error) {
    close(ends[0]);
    close(ends[1]);
    throw SandboxError(std::string("cannot run ") + error.what());
  }
  close(ends[1]);
  socket_ = ends[0];
}

Watchdog::~Watchdog() { stop(); }

pid_t Watchdog::start_server() {
  say("start");
  const auto line = read_line(kLongestStartMilliseconds);
  constexpr std::string_view kServer = "server ";
  pid_t pid = 0;
  if (line && line->starts_with(kServer)) {
    std::from_chars(line->data() + kServer.size(), line->data() + line->size(), pid);
  }
  if (pid <= 0) throw SandboxError("the sandbox's watchdog does not answer");
  return pid;
}

bool Watchdog::server_has_ended(int milliseconds) {
  if (!ended_ && read_line(milliseconds)) ended_ = true;
  return ended_;
}

void Watchdog::let_go() {
  if (socket_ < 0 || getpid() != creator_) return;
  say("keep");
  leave();
}

void Watchdog::stop() {
  if (socket_ < 0) return;
  if (getpid() != creator_) {
    close(socket_);
    socket_ = -1;
    return;
  }
  leave();
  // Somebody may have killed the watchdog.
  std::error_code ignored;
  if (std::filesystem::exists(folder_, ignored)) remove_private_folder(folder_, owner_);
}

// An empty line for the end of the stream, nothing when there is none in time.
std::optional<std::string> Watchdog::read_line(int milliseconds) {
  size_t end = 0;
  while ((end = unread_.find('\n')) == std::string::npos) {
    pollfd waiting{socket_, POLLIN, 0};
    const int ready = poll(&waiting, 1, milliseconds);
    if (ready == 0 || (ready < 0 && errno == EINTR)) return std::nullopt;
    char buffer[256];
    const ssize_t got = ready < 0 ? 0 : read(socket_, buffer, sizeof buffer);
    if (got <= 0) return std::string();
    unread_.append(buffer, static_cast<size_t>(got));
  }
  const std::string line = unread_.substr(0, end);
  unread_.erase(0, end + 1);
  return line;
}

void Watchdog::say(const char* word) {
  const std::string line = std::string(word) + "\n";
  // A watchdog that is gone shows when its answer is awaited.
  (void)!send(socket_, line.data(), line.size(), MSG_NOSIGNAL);
}

void Watchdog::leave() {
  shutdown(socket_, SHUT_WR);
  char buffer[256];
  ssize_t got = 0;
  while ((got = read(socket_, buffer, sizeof buffer)) > 0 || (got < 0 && errno == EINTR)) {
  }
  close(socket_);
  socket_ = -1;
  wait_for(pid_);  // nothing, when the process reaps its children elsewhere
}

}  // namespace resow

#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "runner/sandbox/server_user.h"

namespace resow {

// A small process beside us, out of reach of Ctrl-C, that starts the server and, when we end in
// whatever way, stops it and removes the folder.
class Watchdog {
 public:
  // From here on the folder will be removed, also when it is made only later.
  Watchdog(const std::string& folder, const ServerUser& owner,
           const std::vector<std::string>& server_command);
  ~Watchdog();  // stop()
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  pid_t start_server();  // REQUIRES: not called before. Throws SandboxError.

  // Waits up to `milliseconds`; true once the server has ended by itself.
  bool server_has_ended(int milliseconds);

  // Leaves server and folder as they are, and ends.
  void let_go();

  // Returns when server and folder are gone. A second time does nothing.
  void stop();

 private:
  std::optional<std::string> read_line(int milliseconds);
  void say(const char* word);
  void leave();  // gives up the socket, waits for the watchdog's end

  std::string folder_;
  ServerUser owner_;
  pid_t creator_ = 0;  // a fork of us must not stop our server
  pid_t pid_ = 0;
  int socket_ = -1;
  bool ended_ = false;
  std::string unread_;
};

}  // namespace resow

// A throwaway PostgreSQL server of our own.
#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace resow {

struct SandboxOptions {
  std::string bindir;       // where initdb and postgres are; "" to look for them
  std::optional<int> port;  // also listen on 127.0.0.1; 0 for any free port
  bool keep = false;        // leave it running when this object goes
  bool durable = false;     // fsync on (for benchmarks)
  std::string dbname = "sandbox";
  std::string server_user;  // whom the server runs as when we are root; "" for postgres or nobody
  std::vector<std::pair<std::string, std::string>> settings;  // for postgresql.conf: name, value
};

struct SandboxError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Starts a server on a private socket. It is gone, with its files, when this object is destroyed
// and also when this process is killed with -9. Throws SandboxError that says what to install
// when there is no server, or why it did not start (with the end of its log).
class Sandbox {
 public:
  explicit Sandbox(const SandboxOptions& options);
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  const std::string& host() const;  // the socket's folder, for PGHOST
  int port() const;                 // for PGPORT
  const std::string& user() const;  // PGUSER, a superuser of the sandbox
  const std::string& dbname() const;
  const std::string& server_version() const;  // "15.20"
  std::string conninfo() const;               // "host=... port=... user=... dbname=..."
  std::string uri() const;                    // for DATABASE_URL; TCP when a port was asked for
  int server_pid() const;
  bool running() const;               // the server has not ended by itself
  std::string how_to_remove() const;  // a shell command

  void keep();  // from now on as with SandboxOptions::keep
  void stop();  // what the destructor does; a second time does nothing

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace resow

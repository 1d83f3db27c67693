// A throwaway PostgreSQL server of our own.
#pragma once

#include <memory>
#include <optional>
#include <string>

namespace resow {

struct SandboxOptions {
  std::string bindir;       // where initdb and postgres are; "" to look for them
  std::optional<int> port;  // also listen on 127.0.0.1
  bool keep = false;        // leave it running when this object goes
  bool durable = false;     // fsync on (for benchmarks)
  std::string dbname = "sandbox";
};

// Starts a server on a private socket. It is gone, with its files, when this object is destroyed
// and also when this process is killed with -9. Throws std::runtime_error that says what to install
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
  std::string conninfo() const;  // "host=... port=... user=... dbname=..."
  int server_pid() const;
  std::string how_to_remove() const;  // a shell command

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace resow

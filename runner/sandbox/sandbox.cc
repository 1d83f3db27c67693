#include "runner/sandbox/sandbox.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <thread>
#include <vector>

#include "runner/connection_text.h"
#include "runner/sandbox/cluster_cache.h"
#include "runner/sandbox/find_server.h"
#include "runner/sandbox/private_folder.h"
#include "runner/sandbox/server_settings.h"
#include "runner/sandbox/server_user.h"
#include "runner/sandbox/watchdog.h"

namespace resow {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr int kDefaultPort = 5432;
constexpr std::chrono::seconds kLongestStart{60};
constexpr size_t kLogLinesShown = 20;

// Free at this moment; who else asks for one gets another.
int free_port() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const bool found = fd >= 0 && bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                     getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  if (fd >= 0) close(fd);
  if (!found) throw SandboxError("no free TCP port on 127.0.0.1");
  return ntohs(address.sin_port);
}

int choose_port(const SandboxOptions& options) {
  if (!options.port) return kDefaultPort;
  if (*options.port < 0 || *options.port > 65535) {
    throw SandboxError(fmt::format("port {}: a port is a number up to 65535", *options.port));
  }
  return *options.port == 0 ? free_port() : *options.port;
}

void write_file(const std::string& file, const std::string& text) {
  std::ofstream stream(file, std::ios::trunc);
  stream << text;
  stream.close();
  if (!stream) throw SandboxError("cannot write " + file);
}

std::string end_of_log(const std::string& file) {
  std::ifstream stream(file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  std::string text;
  const size_t first = lines.size() > kLogLinesShown ? lines.size() - kLogLinesShown : 0;
  for (size_t i = first; i < lines.size(); ++i) text += "\n  " + lines[i];
  return text.empty() ? "\n  (its log is empty)" : text;
}

// The last line that a postmaster writes into its pid file says what state it is in.
bool accepts_connections(const std::string& data) {
  std::ifstream stream(data + "/postmaster.pid");
  std::string line;
  for (int i = 0; i < 8; ++i) {
    if (!std::getline(stream, line)) return false;
  }
  return line.starts_with("ready");
}

// Throws SandboxError with the end of the log when the server ended or takes too long.
void wait_until_ready(Watchdog& watchdog, const std::string& folder) {
  const auto give_up = Clock::now() + kLongestStart;
  while (!accepts_connections(data_folder(folder))) {
    const bool ended = watchdog.server_has_ended(1);
    if (ended || Clock::now() > give_up) {
      throw SandboxError(fmt::format("the sandbox's server {}. The end of its log:{}",
                                     ended ? "did not start" : "is not ready after a minute",
                                     end_of_log(folder + "/log")));
    }
  }
}

}  // namespace

struct Sandbox::Impl {
  SandboxOptions options;
  ServerBinaries server;
  ServerUser owner;
  int port = 0;
  std::string folder;
  std::string user = "postgres";
  pid_t server_pid = 0;
  std::optional<FolderLock> lock;
  std::unique_ptr<Watchdog> watchdog;

  // The watchdog is there before the folder is: no moment at which we could be killed leaves one.
  void make_folder(const std::string& temporary) {
    while (!lock) {
      folder = choose_private_folder(temporary);
      watchdog = std::make_unique<Watchdog>(
          folder, owner,
          std::vector<std::string>{server.bindir + "/postgres", "-D", data_folder(folder)});
      lock = make_private_folder(folder, owner);
      if (!lock) watchdog->let_go();
    }
  }

  void start(const std::string& image) {
    const std::string data = data_folder(folder);
    make_cluster(image, server, owner, data);
    rename_database(server, owner, data, options.dbname);
    write_file(data + "/postgresql.conf",
               server_settings(server, options, folder, port, cluster_locale()));
    server_pid = watchdog->start_server();
    wait_until_ready(*watchdog, folder);
  }
};

Sandbox::Sandbox(const SandboxOptions& options) : impl_(std::make_unique<Impl>()) {
  Impl& it = *impl_;
  it.options = options;
  it.server = find_server(options.bindir);
  it.owner = choose_server_user(options.server_user);
  it.port = choose_port(options);
  const std::string temporary = temporary_folder(it.owner);
  remove_leftovers(temporary, it.owner);
  it.make_folder(temporary);
  it.start(cluster_image_file(cluster_cache_folder(temporary), it.server));
  if (options.keep) keep();
}

Sandbox::~Sandbox() = default;

const std::string& Sandbox::host() const { return impl_->folder; }
int Sandbox::port() const { return impl_->port; }
const std::string& Sandbox::user() const { return impl_->user; }
const std::string& Sandbox::dbname() const { return impl_->options.dbname; }
const std::string& Sandbox::server_version() const { return impl_->server.version; }
int Sandbox::server_pid() const { return impl_->server_pid; }

std::string Sandbox::conninfo() const {
  return fmt::format("host={} port={} user={} dbname={}", host(), port(), user(),
                     conninfo_value(dbname()));
}

std::string Sandbox::uri() const {
  std::string name;
  for (const char c : dbname()) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '_' || c == '-' || c == '.';
    name += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  if (impl_->options.port)
    return fmt::format("postgresql://{}@127.0.0.1:{}/{}", user(), port(), name);
  return fmt::format("postgresql://{}@/{}?host={}&port={}", user(), name, host(), port());
}

bool Sandbox::running() const { return kill(impl_->server_pid, 0) == 0 || errno == EPERM; }

std::string Sandbox::how_to_remove() const { return "sh " + host() + "/remove"; }

void Sandbox::keep() {
  if (!fs::exists(impl_->folder)) return;  // stopped
  mark_as_kept(impl_->folder, impl_->owner);
  impl_->watchdog->let_go();
}

void Sandbox::stop() { impl_->watchdog->stop(); }

}  // namespace resow

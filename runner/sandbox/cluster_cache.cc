#include "runner/sandbox/cluster_cache.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <locale.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <system_error>

#include "fixtures/sql_name.h"
#include "runner/sandbox/cluster_image.h"
#include "runner/sandbox/process.h"
#include "runner/sandbox/sandbox.h"

namespace resow {
namespace {

namespace fs = std::filesystem;

// To be raised whenever create_cluster() or pack_cluster() makes something else than before.
constexpr int kClusterVersion = 2;
constexpr auto kUnusedFor = std::chrono::hours(24 * 60);

std::string home_cache() {
  if (const char* xdg = std::getenv("XDG_CACHE_HOME"); xdg && *xdg == '/') return xdg;
  if (const char* home = std::getenv("HOME"); home && *home == '/') {
    return std::string(home) + "/.cache";
  }
  const passwd* entry = getpwuid(geteuid());
  return entry ? std::string(entry->pw_dir) + "/.cache" : "";
}

bool is_ours_to_write(const std::string& folder) {
  struct stat status {};
  return lstat(folder.c_str(), &status) == 0 && S_ISDIR(status.st_mode) &&
         status.st_uid == geteuid() && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0 &&
         access(folder.c_str(), W_OK | X_OK) == 0;
}

// Who waits for it makes the cluster or finds it made. Without a lock two may make it, no more.
class BuildLock {
 public:
  explicit BuildLock(const std::string& image)
      : fd_(open((image + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)) {
    while (fd_ >= 0 && flock(fd_, LOCK_EX) != 0 && errno == EINTR) {
    }
  }
  ~BuildLock() {
    if (fd_ >= 0) close(fd_);
  }
  BuildLock(const BuildLock&) = delete;
  BuildLock& operator=(const BuildLock&) = delete;

 private:
  int fd_;
};

void run_tool(const std::vector<std::string>& argv, const ServerUser& owner,
              const std::string& input = "") {
  ProgramOutcome outcome;
  try {
    outcome = run(
        {.argv = argv, .environment = server_environment(), .user = owner, .dies_with_us = true},
        input);
  } catch (const std::system_error& error) {
    throw SandboxError(
        fmt::format("cannot run {}{}", error.what(), owner.is_us ? "" : " as user " + owner.name));
  }
  // Single-user mode ends with 0 whatever its statements came to.
  if (outcome.status != 0 || outcome.output.find("ERROR:") != std::string::npos ||
      outcome.output.find("FATAL:") != std::string::npos) {
    throw SandboxError(
        fmt::format("{} failed with status {}:\n{}", argv.front(), outcome.status, outcome.output));
  }
}

// One statement in single-user mode: it needs no running server.
void run_statement(const ServerBinaries& server, const ServerUser& owner, const std::string& folder,
                   const std::string& statement) {
  run_tool({server.bindir + "/postgres", "--single", "-F", "-D", folder, "-c", "min_wal_size=32MB",
            "-c", "dynamic_shared_memory_type=mmap", "-c", "log_checkpoints=off", "template1"},
           owner, statement + "\n");
}

void create_cluster(const ServerBinaries& server, const ServerUser& owner,
                    const std::string& folder) {
  std::vector<std::string> initdb = {server.bindir + "/initdb",
                                     "--pgdata=" + folder,
                                     "--username=postgres",
                                     "--auth=trust",
                                     "--encoding=UTF8",
                                     "--locale=" + cluster_locale(),
                                     "--no-sync"};
  if (server.major >= 15) initdb.push_back("--locale-provider=libc");
  if (server.major >= 18) initdb.push_back("--no-data-checksums");
  run_tool(initdb, owner);
  run_statement(server, owner, folder, "CREATE DATABASE sandbox");
}

void remove_unused(const std::string& cache) {
  std::error_code ignored;
  const auto now = fs::file_time_type::clock::now();
  for (const auto& item : fs::directory_iterator(cache, ignored)) {
    if (now - item.last_write_time(ignored) > kUnusedFor) fs::remove(item.path(), ignored);
  }
}

bool unpack_sound(const std::string& image, const std::string& folder, const ServerUser& owner) {
  try {
    unpack_cluster(image, folder, owner);
    return true;
  } catch (const DamagedImage&) {
    return false;
  }
}

}  // namespace

const std::string& cluster_locale() {
  static const std::string locale = [] {
    const locale_t found = newlocale(LC_ALL_MASK, "C.UTF-8", nullptr);
    if (!found) return "C";
    freelocale(found);
    return "C.UTF-8";
  }();
  return locale;
}

std::string cluster_cache_folder(const std::string& temporary) {
  const std::string home = home_cache();
  std::error_code failed;
  if (!home.empty()) {
    std::string folder = home + "/resow/clusters";
    fs::create_directories(folder, failed);
    if (is_ours_to_write(folder)) return folder;
  }
  std::string folder = fmt::format("{}/resow-cache-{}", temporary, geteuid());
  if (mkdir(folder.c_str(), 0700) != 0 && !is_ours_to_write(folder)) {
    throw SandboxError(fmt::format(
        "no folder to keep a cluster in: {} cannot be written, {} is not ours alone; set "
        "XDG_CACHE_HOME",
        home.empty() ? "~/.cache" : home, folder));
  }
  return folder;
}

std::string cluster_image_file(const std::string& cache, const ServerBinaries& server) {
  struct stat binary {};
  stat((server.bindir + "/postgres").c_str(), &binary);
  const std::string identity =
      fmt::format("{}|{}|{}|{}|{}|{}", kClusterVersion, server.version, cluster_locale(),
                  server.bindir, binary.st_size, binary.st_mtime);
  return fmt::format("{}/{}-{:016x}", cache, server.version, std::hash<std::string>{}(identity));
}

void make_cluster(const std::string& image, const ServerBinaries& server, const ServerUser& owner,
                  const std::string& folder) {
  if (unpack_sound(image, folder, owner)) return;
  const BuildLock lock(image);
  fs::remove_all(folder);
  if (unpack_sound(image, folder, owner)) return;  // another has made it meanwhile
  fs::remove_all(folder);
  create_cluster(server, owner, folder);
  try {
    pack_cluster(folder, image);
    remove_unused(fs::path(image).parent_path().string());
  } catch (const std::system_error&) {
    // Not kept: the next start will take as long as this one. The cluster itself is there.
  }
}

void rename_database(const ServerBinaries& server, const ServerUser& owner,
                     const std::string& folder, const std::string& dbname) {
  if (dbname == "sandbox" || dbname == "postgres") return;
  run_statement(server, owner, folder, "ALTER DATABASE sandbox RENAME TO " + sql_name(dbname));
}

}  // namespace resow

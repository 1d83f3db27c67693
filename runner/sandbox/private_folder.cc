#include "runner/sandbox/private_folder.h"

#include <fcntl.h>
#ifdef __linux__
#include <linux/fs.h>
#include <sys/fsuid.h>
#include <sys/ioctl.h>
#endif
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string_view>
#include <system_error>
#include <utility>

#include "runner/sandbox/process.h"
#include "runner/sandbox/sandbox.h"
#include "runner/sandbox/scripts.h"

namespace resow {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "resow-sandbox-";
constexpr size_t kLongestSocketPath = 103;  // macOS; Linux has 107
constexpr std::string_view kLongestName = "/resow-sandbox-XXXXXX/.s.PGSQL.65535";
// A folder without a lock is being made; longer than this it was left so.
constexpr std::chrono::seconds kLongestMaking{60};

bool may_enter(const std::string& folder, const ServerUser& user) {
  if (user.is_us) return access(folder.c_str(), W_OK | X_OK) == 0;
  for (fs::path part = folder;; part = part.parent_path()) {
    struct stat status {};
    if (stat(part.c_str(), &status) != 0) return false;
    if (status.st_uid != user.uid && (status.st_mode & S_IXOTH) == 0) return false;
    if (part == part.root_path()) return access(folder.c_str(), W_OK) == 0;
  }
}

// Nothing when somebody has it.
std::optional<FolderLock> try_lock(const std::string& folder) {
  const int fd = open((folder + "/lock").c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return std::nullopt;
  FolderLock lock(fd);
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) return std::nullopt;
  return lock;
}

void hand_over(const std::string& path, const ServerUser& owner) {
  if (!owner.is_us && lchown(path.c_str(), owner.uid, owner.gid) != 0) {
    throw SandboxError("cannot give " + path + " to user " + owner.name);
  }
}

// What this thread makes while it lives belongs to another user from the first moment on: were it
// handed over afterwards, nobody but root could remove what a kill between the two left. Only Linux
// knows such a thing.
class AsUser {
 public:
  explicit AsUser([[maybe_unused]] const ServerUser& user) {
#ifdef __linux__
    if (user.is_us) return;
    setfsgid(user.gid);
    setfsuid(user.uid);
#endif
  }
  ~AsUser() {
#ifdef __linux__
    setfsuid(geteuid());
    setfsgid(getegid());
#endif
  }
  AsUser(const AsUser&) = delete;
  AsUser& operator=(const AsUser&) = delete;
};

// As its owner; by ourselves where the owner may not make anything.
bool make_folder_for(const std::string& folder, const ServerUser& owner) {
  {
    const AsUser as(owner);
    if (mkdir(folder.c_str(), 0700) == 0) return true;
    if (errno == EEXIST) return false;
  }
  if (mkdir(folder.c_str(), 0700) == 0) return true;
  if (errno == EEXIST) return false;
  throw SandboxError("cannot make " + folder + ": " + std::generic_category().message(errno));
}

// Asks the file system to put each folder in this one into a part of the disk that its name
// chooses, not beside this one. An ext4 without a journal does not use again what was deleted in
// the last minutes, and looks at every such file in a part for each new one there: after some
// sandboxes a start would take a second. Elsewhere it does no harm, and where it is refused none.
void spread_over_disk([[maybe_unused]] const std::string& folder) {
#ifdef __linux__
  const int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int flags = 0;
  if (fd >= 0 && ioctl(fd, FS_IOC_GETFLAGS, &flags) == 0) {
    flags |= FS_TOPDIR_FL;
    (void)!ioctl(fd, FS_IOC_SETFLAGS, &flags);
  }
  if (fd >= 0) close(fd);
#endif
}

// The lock of a folder that we have just made; nothing if remove_leftovers() was faster.
std::optional<FolderLock> lock_new(const std::string& folder, const ServerUser& owner) {
  const std::string file = folder + "/lock";
  const int fd = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0 && errno == ENOENT) return std::nullopt;
  if (fd < 0) {
    throw SandboxError("cannot make " + file + ": " + std::generic_category().message(errno));
  }
  FolderLock lock(fd);
  while (flock(fd, LOCK_EX) != 0 && errno == EINTR) {
  }
  struct stat ours {
  }, there{};
  // Gone, or another one by now.
  if (fstat(fd, &ours) != 0 || lstat(file.c_str(), &there) != 0 || ours.st_ino != there.st_ino) {
    return std::nullopt;
  }
  hand_over(file, owner);
  return lock;
}

std::string random_letters(size_t count) {
  constexpr std::string_view kLetters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  std::random_device random;
  std::string result;
  while (result.size() < count) result += kLetters[random() % kLetters.size()];
  return result;
}

}  // namespace

FolderLock::FolderLock(FolderLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

FolderLock& FolderLock::operator=(FolderLock&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

FolderLock::~FolderLock() {
  if (fd_ >= 0) close(fd_);
}

std::string temporary_folder(const ServerUser& user) {
  std::string looked_at;
  for (const char* folder : {static_cast<const char*>(std::getenv("TMPDIR")), "/tmp", "/var/tmp"}) {
    if (!folder || *folder != '/') continue;
    std::string path = folder;
    while (path.size() > 1 && path.back() == '/') path.pop_back();
    if (path.size() + kLongestName.size() <= kLongestSocketPath && may_enter(path, user)) {
      return path;
    }
    looked_at += (looked_at.empty() ? "" : ", ") + path;
  }
  throw SandboxError("no folder for the sandbox: " + looked_at +
                     " cannot be written, or would make a socket's path too long; set TMPDIR");
}

std::string data_folder(const std::string& folder) {
  return folder + "/data-" + folder.substr(folder.rfind('-') + 1);
}

std::string choose_private_folder(const std::string& temporary) {
  std::string folder;
  struct stat status {};
  do {
    folder = temporary + "/" + std::string(kPrefix) + random_letters(6);
  } while (lstat(folder.c_str(), &status) == 0);
  return folder;
}

std::optional<FolderLock> make_private_folder(const std::string& folder, const ServerUser& owner) {
  if (!make_folder_for(folder, owner)) return std::nullopt;
  auto lock = lock_new(folder, owner);
  if (lock) {
    spread_over_disk(folder);
    hand_over(folder, owner);
  }
  return lock;
}

void remove_leftovers(const std::string& temporary, const ServerUser& user) {
  std::error_code ignored;
  for (const auto& item : fs::directory_iterator(temporary, ignored)) {
    if (!item.path().filename().string().starts_with(kPrefix)) continue;
    const std::string folder = item.path().string();
    struct stat status {};
    if (lstat(folder.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) continue;
    if (status.st_uid != user.uid && status.st_uid != geteuid()) continue;
    if (fs::exists(folder + "/kept", ignored)) continue;
    const auto lock = try_lock(folder);
    const bool abandoned =
        lock || (!fs::exists(folder + "/lock", ignored) &&
                 fs::file_time_type::clock::now() - item.last_write_time(ignored) > kLongestMaking);
    if (abandoned) {
      ServerUser owner = user;
      if (status.st_uid == geteuid()) owner.is_us = true;
      remove_private_folder(folder, owner);
    }
  }
}

void mark_as_kept(const std::string& folder, const ServerUser& owner) {
  for (const auto& [name, text] :
       {std::pair{"/remove", std::string("#!/bin/sh\n") + kRemoveFunction +
                                 "remove \"$(cd \"$(dirname \"$0\")\" && pwd)\"\n"},
        std::pair{"/kept", std::string("resow sandbox --keep\n")}}) {
    const std::string file = folder + name;
    std::ofstream(file) << text;
    hand_over(file, owner);
  }
}

void remove_private_folder(const std::string& folder, const ServerUser& owner) {
  run({.argv = {"/bin/sh", "-c", std::string(kRemoveFunction) + "remove \"$1\"", "resow-sandbox",
                folder},
       .environment = environment_without({}),
       .user = owner});
}

}  // namespace resow

// The folder of one sandbox: data directory, socket, log. Its file `lock` is locked as long as
// somebody looks after it; a folder whose lock is free was left behind.
#pragma once

#include <optional>
#include <string>

#include "runner/sandbox/server_user.h"

namespace resow {

// Held as long as this, or a fork's copy of it, lives.
class FolderLock {
 public:
  explicit FolderLock(int fd) : fd_(fd) {}
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&& other) noexcept;
  ~FolderLock();

 private:
  int fd_;
};

// $TMPDIR or else /tmp: where `user` may go and a socket's path does not become too long.
std::string temporary_folder(const ServerUser& user);

// Where in it the data directory goes. The name differs from sandbox to sandbox: see
// spread_over_disk() for why.
std::string data_folder(const std::string& folder);

// The path of a folder in `temporary` that is not there yet.
std::string choose_private_folder(const std::string& temporary);

// Makes that folder, for `owner` and nobody else, and locks it; nothing when another process was
// faster. Throws SandboxError.
std::optional<FolderLock> make_private_folder(const std::string& folder, const ServerUser& owner);

// Stops the servers and removes the folders in `temporary` that nobody looks after any more (their
// owner and its watchdog were killed, or the machine went down), except those that were kept.
void remove_leftovers(const std::string& temporary, const ServerUser& user);

// Marks it as kept and puts the script `remove` there.
void mark_as_kept(const std::string& folder, const ServerUser& owner);

// Stops what runs in it and removes it, as `owner`.
void remove_private_folder(const std::string& folder, const ServerUser& owner);

}  // namespace resow

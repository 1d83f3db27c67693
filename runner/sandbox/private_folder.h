// The folder of one sandbox: data directory, socket, log. Its file `lock` is locked as long as
// somebody looks after it; a folder whose lock is free was left behind.
#pragma once

#include <string>

#include "runner/sandbox/server_user.h"

namespace resow {

struct PrivateFolder {
  std::string path;
  int lock = -1;  // holds the lock as long as any copy of this descriptor is open
};

// $TMPDIR or else /tmp: where `user` may go and a socket's path does not become too long.
std::string temporary_folder(const ServerUser& user);

// Where in it the data directory goes. The name differs from sandbox to sandbox: see
// spread_over_disk() for why.
std::string data_folder(const std::string& folder);

// A new folder in `temporary` that belongs to `owner` and that nobody else may enter.
PrivateFolder make_private_folder(const std::string& temporary, const ServerUser& owner);

// Stops the servers and removes the folders in `temporary` that nobody looks after any more (their
// owner and its watchdog were killed, or the machine went down), except those that were kept.
void remove_leftovers(const std::string& temporary, const ServerUser& user);

// Marks it as kept and puts the script `remove` there.
void mark_as_kept(const std::string& folder, const ServerUser& owner);

// Stops what runs in it and removes it, as `owner`.
void remove_private_folder(const std::string& folder, const ServerUser& owner);

}  // namespace resow

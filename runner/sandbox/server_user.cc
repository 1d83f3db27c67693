#include "runner/sandbox/server_user.h"

#include <pwd.h>
#include <unistd.h>

#include <optional>
#include <vector>

#include "runner/sandbox/sandbox.h"

namespace resow {
namespace {

std::optional<ServerUser> find_user(const std::string& name) {
  std::vector<char> buffer(16384);
  passwd entry{};
  passwd* found = nullptr;
  if (getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found) != 0 || !found) {
    return std::nullopt;
  }
  return ServerUser{name, entry.pw_uid, entry.pw_gid, entry.pw_uid == geteuid()};
}

}  // namespace

ServerUser choose_server_user(const std::string& wanted) {
  if (!wanted.empty()) {
    const auto user = find_user(wanted);
    if (!user) throw SandboxError("there is no user \"" + wanted + "\" to run the server as");
    if (user->uid == 0) {
      throw SandboxError("PostgreSQL refuses to run as root: name an unprivileged user instead");
    }
    if (!user->is_us && geteuid() != 0) {
      throw SandboxError("only root can run the server as another user (\"" + wanted + "\")");
    }
    return *user;
  }
  if (geteuid() != 0) return {"", geteuid(), getegid(), true};
  for (const char* name : {"postgres", "nobody"}) {
    if (const auto user = find_user(name); user && user->uid != 0) return *user;
  }
  throw SandboxError(
      "PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody to run "
      "it as: make one (useradd --system postgres)");
}

}  // namespace resow

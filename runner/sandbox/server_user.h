#pragma once

#include <sys/types.h>

#include <string>

namespace resow {

// Whom the server runs as. PostgreSQL refuses to run as root.
struct ServerUser {
  std::string name;
  uid_t uid = 0;
  gid_t gid = 0;
  bool is_us = true;  // no change of user needed
};

// Ourselves, unless we are root: then `wanted`, or else postgres where it exists, or nobody.
// Throws SandboxError when `wanted` does not exist, is root, or is not ours to become.
ServerUser choose_server_user(const std::string& wanted);

}  // namespace resow

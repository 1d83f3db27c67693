// A data directory in one file: what a new sandbox is unpacked from.
//
// One file rather than a folder, because it is replaced by one rename, read by one open (whoever
// has it open is not disturbed by a replacement), and its damage is seen by one checksum.
#pragma once

#include <stdexcept>
#include <string>

#include "runner/sandbox/server_user.h"

namespace resow {

struct DamagedImage : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Writes folders and files below `folder`, without what the server makes again by itself, to
// `file`, which appears complete or not at all.
// REQUIRES: the server is down. Throws std::system_error.
void pack_cluster(const std::string& folder, const std::string& file);

// Makes `folder` with the image's contents, owned by `owner`, readable by nobody else.
// Throws DamagedImage when the file is missing or not as it was written, leaving parts of `folder`;
// std::system_error when `folder` cannot be written.
void unpack_cluster(const std::string& file, const std::string& folder, const ServerUser& owner);

}  // namespace resow

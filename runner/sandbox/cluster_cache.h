// initdb takes a second, so its result is kept, once for each server.
#pragma once

#include <string>

#include "runner/sandbox/find_server.h"
#include "runner/sandbox/server_user.h"

namespace resow {

// "C.UTF-8", or "C" on a system without it.
const std::string& cluster_locale();

// Where the clusters are kept: $XDG_CACHE_HOME or ~/.cache, below it resow/clusters; where that
// cannot be written, a private folder in `temporary`.
std::string cluster_cache_folder(const std::string& temporary);

// The file in the cache for clusters of this server.
std::string cluster_image_file(const std::string& cache, const ServerBinaries& server);

// Makes the data directory `folder` (its parent belongs to `owner`) with superuser postgres and
// database sandbox, from `image` where that is sound, else with initdb, and then keeps it there.
// Several at once, also in other processes, make it once. Throws SandboxError.
void make_cluster(const std::string& image, const ServerBinaries& server, const ServerUser& owner,
                  const std::string& folder);

// Gives its database sandbox another name, unless there is one of that name. The server is down.
void rename_database(const ServerBinaries& server, const ServerUser& owner,
                     const std::string& folder, const std::string& dbname);

}  // namespace resow

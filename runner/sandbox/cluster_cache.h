// initdb takes a second, so its result is kept, once for each server and database name.
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

// The file in the cache for clusters of this server that hold the database `dbname`.
std::string cluster_image_file(const std::string& cache, const ServerBinaries& server,
                               const std::string& dbname);

// Makes the data directory `folder` (its parent belongs to `owner`) with superuser postgres and
// database `dbname`, from `image` where that is sound, else with initdb, and then keeps it there.
// Several at once, also in other processes, make it once. Throws SandboxError.
void make_cluster(const std::string& image, const ServerBinaries& server, const ServerUser& owner,
                  const std::string& dbname, const std::string& folder);

}  // namespace resow

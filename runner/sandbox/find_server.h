#pragma once

#include <string>
#include <vector>

namespace resow {

struct ServerBinaries {
  std::string bindir;   // holds initdb and postgres
  std::string version;  // "15.20"
  int major = 0;
};

// Patterns of where distributions put a server's programs.
const std::vector<std::string>& usual_server_folders();

// `bindir` if it is given; else where pg_config and initdb in PATH point to, then the `usual`
// folders, newest version first. Throws SandboxError that lists every place looked at and what to
// install.
ServerBinaries find_server(const std::string& bindir,
                           const std::vector<std::string>& usual = usual_server_folders());

// Folders that match `patterns` ("/usr/lib/postgresql/*/bin"), the highest number in the place of
// the star first, a pattern's before the next one's.
std::vector<std::string> newest_first(const std::vector<std::string>& patterns);

}  // namespace resow

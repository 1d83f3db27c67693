#include "runner/sandbox/find_server.h"

#include <glob.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>

#include "runner/sandbox/process.h"
#include "runner/sandbox/sandbox.h"

namespace resow {
namespace {

bool has_server(const std::string& folder) {
  return access((folder + "/postgres").c_str(), X_OK) == 0 &&
         access((folder + "/initdb").c_str(), X_OK) == 0;
}

double number_in(std::string_view text) {
  const size_t digit = text.find_first_of("0123456789");
  double number = 0;
  if (digit != std::string_view::npos) {
    std::from_chars(text.data() + digit, text.data() + text.size(), number);
  }
  return number;
}

// What a pg_config in PATH says; it may belong to client packages alone.
std::optional<std::string> ask_pg_config() {
  try {
    const ProgramOutcome outcome =
        run({.argv = {"pg_config", "--bindir"}, .environment = environment_without({})});
    if (outcome.status != 0) return std::nullopt;
    return outcome.output.substr(0, outcome.output.find('\n'));
  } catch (const std::system_error&) {
    return std::nullopt;
  }
}

std::vector<std::string> folders_of_path() {
  std::vector<std::string> folders;
  const char* path = std::getenv("PATH");
  std::string_view rest = path ? path : "";
  while (!rest.empty()) {
    const size_t colon = std::min(rest.find(':'), rest.size());
    if (colon > 0) folders.emplace_back(rest.substr(0, colon));
    rest.remove_prefix(std::min(colon + 1, rest.size()));
  }
  return folders;
}

ServerBinaries describe(const std::string& bindir) {
  const std::string postgres = bindir + "/postgres";
  ProgramOutcome outcome;
  try {
    outcome = run({.argv = {postgres, "--version"}, .environment = environment_without({"PG"})});
  } catch (const std::system_error& error) {
    throw SandboxError("cannot run " + std::string(error.what()));
  }
  // "postgres (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)"
  constexpr std::string_view kBeforeVersion = "(PostgreSQL) ";
  const size_t at = outcome.output.find(kBeforeVersion);
  if (outcome.status != 0 || at == std::string::npos) {
    throw SandboxError(postgres + " --version does not work: " + outcome.output);
  }
  ServerBinaries server{bindir, outcome.output.substr(at + kBeforeVersion.size()), 0};
  server.version = server.version.substr(0, server.version.find_first_of(" \n"));
  server.major = static_cast<int>(number_in(server.version));
  if (server.major < 13) {
    throw SandboxError(postgres + " is PostgreSQL " + server.version + "; 13 or later is needed");
  }
  return server;
}

}  // namespace

const std::vector<std::string>& usual_server_folders() {
  static const std::vector<std::string> folders = {
      "/usr/lib/postgresql/*/bin",           // Debian, Ubuntu
      "/usr/pgsql-*/bin",                    // PostgreSQL's own packages for Red Hat and SUSE
      "/usr/lib/postgresql*/bin",            // SUSE
      "/usr/libexec/postgresql*",            // Alpine
      "/usr/local/pgsql/bin",                // built from source
      "/usr/bin",                            // Fedora, Arch
      "/usr/local/bin",                      // FreeBSD, container images
      "/opt/homebrew/opt/postgresql@*/bin",  // Homebrew
      "/usr/local/opt/postgresql@*/bin",
      "/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin",
      "/Applications/Postgres.app/Contents/Versions/*/bin",
  };
  return folders;
}

std::vector<std::string> newest_first(const std::vector<std::string>& patterns) {
  std::vector<std::string> folders;
  for (const auto& pattern : patterns) {
    const size_t star = pattern.find('*');
    glob_t matches{};
    if (glob(pattern.c_str(), GLOB_NOSORT, nullptr, &matches) == 0) {
      std::vector<std::string> found(matches.gl_pathv, matches.gl_pathv + matches.gl_pathc);
      if (star != std::string::npos) {
        std::sort(found.begin(), found.end(), [&](const std::string& a, const std::string& b) {
          const double left = number_in(std::string_view(a).substr(star));
          const double right = number_in(std::string_view(b).substr(star));
          return left != right ? left > right : a < b;
        });
      }
      folders.insert(folders.end(), found.begin(), found.end());
    }
    globfree(&matches);
  }
  return folders;
}

ServerBinaries find_server(const std::string& bindir, const std::vector<std::string>& usual) {
  if (!bindir.empty()) {
    if (has_server(bindir)) return describe(std::filesystem::absolute(bindir).string());
    throw SandboxError("no postgres and initdb in " + bindir +
                       ": name the folder that holds a PostgreSQL server's programs");
  }
  std::string looked_at;
  std::vector<std::string> folders;
  if (const auto folder = ask_pg_config()) {
    folders.push_back(*folder);
    looked_at += "\n  " + *folder + " (pg_config --bindir)";
  } else {
    looked_at += "\n  pg_config in PATH";
  }
  looked_at += "\n  PATH";
  for (const auto& more : {folders_of_path(), newest_first(usual)}) {
    folders.insert(folders.end(), more.begin(), more.end());
  }
  for (const auto& pattern : usual) looked_at += "\n  " + pattern;
  for (const auto& folder : folders) {
    if (!has_server(folder)) continue;
    try {
      return describe(folder);
    } catch (const SandboxError& error) {
      looked_at += std::string("\n  ") + error.what();
    }
  }
  throw SandboxError(
      "no PostgreSQL server (postgres and initdb) on this machine. Looked at:" + looked_at +
      "\nInstall one: apt-get install postgresql (Debian, Ubuntu), dnf install postgresql-server "
      "(Fedora, Red Hat), apk add postgresql (Alpine), brew install postgresql (macOS). Or name "
      "its folder with --bindir.");
}

}  // namespace resow

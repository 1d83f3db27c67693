#include "runner/audit/scan_code.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <optional>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include "fixtures/audit/name_matcher.h"
#include "fixtures/audit/source_text.h"
#include "fixtures/fault.h"
#include "runner/connection.h"

namespace resow {
namespace {

namespace fs = std::filesystem;

constexpr off_t kLargestFile = 64 << 20;
constexpr size_t kLookedAtForNul = 8192;  // bytes: as grep and git do
constexpr std::string_view kOurMark = "-- Written by resow audit";

bool is_left_out_folder(std::string_view name) {
  constexpr std::array<std::string_view, 26> kNames = {
      ".git",         ".hg",    ".svn",        ".bzr",    "CVS",
      "node_modules", "build",  "dist",        "out",     "target",
      "__pycache__",  ".venv",  "venv",        ".tox",    ".nox",
      ".next",        ".nuxt",  ".mypy_cache", ".gradle", ".idea",
      ".vscode",      ".cache", "coverage",    ".eggs",   "bower_components",
      ".terraform"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end() ||
         name.starts_with("cmake-build-") || name.starts_with("bazel-") ||
         name.ends_with(".egg-info");
}

// Nothing for what is no file, cannot be had, or is too large. `buffer` is used again and again. (A
// file that somebody shortens meanwhile would end us if it were mapped.)
std::optional<std::string_view> read_source(const std::string& path, std::string& buffer) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (descriptor < 0) return std::nullopt;
  struct stat status {};
  const bool good =
      fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) && status.st_size <= kLargestFile;
  size_t have = 0;
  if (good) {
    const auto size = static_cast<size_t>(status.st_size);
    if (buffer.size() < size) buffer.resize(size);
    while (have < size) {
      const ssize_t got = read(descriptor, buffer.data() + have, size - have);
      if (got <= 0) break;
      have += static_cast<size_t>(got);
    }
  }
  close(descriptor);
  if (!good) return std::nullopt;
  return std::string_view(buffer).substr(0, have);
}

class Scanner {
 public:
  Scanner(const std::vector<std::string>& names, std::span<const std::string> left_out)
      : names_(names), matcher_(names) {
    for (const std::string& path : left_out) {
      std::error_code ignored;
      const fs::path real = fs::weakly_canonical(path, ignored);
      if (!real.empty()) left_out_.insert(real.string());
    }
  }

  void scan(const std::string& tree) {
    facts_.trees.push_back(tree);
    std::error_code error;
    const fs::path root = fs::canonical(tree, error);
    std::string shown = tree;
    while (shown.size() > 1 && shown.ends_with('/')) shown.pop_back();
    if (fs::is_regular_file(root, error)) {
      look_at(root.string(), root.filename().string(), shown);
    } else {
      walk(root.string(), "", shown == "." ? "" : shown);
    }
  }
  CodeFacts take() { return std::move(facts_); }

 private:
  // In the order of names, so that the first places are the same every time.
  void walk(const std::string& folder, const std::string& relative, const std::string& shown) {
    if (!visited_.insert(folder).second || left_out_.contains(folder)) return;
    std::vector<std::pair<std::string, bool>> entries;  // name, is a folder
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
      std::error_code ignored;
      const fs::file_status status = at->symlink_status(ignored);
      if (fs::is_directory(status)) {
        entries.emplace_back(at->path().filename().string(), true);
      } else if (fs::is_regular_file(status)) {
        entries.emplace_back(at->path().filename().string(), false);
      }
    }
    if (error) facts_.unreadable.push_back(shown);
    std::sort(entries.begin(), entries.end());
    for (const auto& [name, is_folder] : entries) {
      const std::string path = folder == "/" ? "/" + name : folder + "/" + name;
      const std::string below = relative.empty() ? name : relative + "/" + name;
      const std::string told = shown.empty()  ? name
                               : shown == "/" ? "/" + name
                                              : shown + "/" + name;
      if (!is_folder) {
        look_at(path, below, told);
      } else if (!is_left_out_folder(name)) {
        walk(path, below, told);
      }
    }
  }

  void look_at(const std::string& path, const std::string& relative, const std::string& shown) {
    if (left_out_.contains(path) || !visited_.insert(path).second) return;
    if (interrupted()) throw Interrupted();
    const auto source = read_source(path, buffer_);
    if (!source) {
      facts_.unreadable.push_back(shown);
      return;
    }
    const std::string_view text = *source;
    if (text.empty() || text.starts_with(kOurMark)) return;
    if (std::memchr(text.data(), 0, std::min(text.size(), kLookedAtForNul)) != nullptr) {
      ++facts_.binary;
      return;
    }
    ++facts_.files;
    facts_.bytes += static_cast<int64_t>(text.size());
    add_source(relative, shown, text, matcher_, names_, facts_);
  }

  const std::vector<std::string>& names_;
  NameMatcher matcher_;
  std::set<std::string> left_out_, visited_;
  std::string buffer_;
  CodeFacts facts_;
};

}  // namespace

CodeFacts scan_code(std::span<const std::string> trees, const std::vector<std::string>& names,
                    std::span<const std::string> left_out) {
  std::vector<Fault> faults;
  for (const std::string& tree : trees) {
    std::error_code error;
    const fs::file_status status = fs::status(tree, error);
    if (fs::is_directory(status) || fs::is_regular_file(status)) continue;
    faults.push_back({"--code", fmt::format("\"{}\" is no folder and no file", tree),
                      error ? error.message() : ""});
  }
  if (!faults.empty()) throw InputError(std::move(faults));
  Scanner scanner(names, left_out);
  for (const std::string& tree : trees) scanner.scan(tree);
  return scanner.take();
}

}  // namespace resow

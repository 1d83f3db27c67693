// Files of the repository that tests read.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace resow {

inline std::string read_source_file(const std::filesystem::path& path) {
  std::ifstream file(std::filesystem::path(RESOW_SOURCE_DIR) / path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// The files with this ending in a folder, sorted, relative to the repository.
inline std::vector<std::string> source_files(const std::string& folder, const std::string& ending) {
  std::vector<std::string> files;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(RESOW_SOURCE_DIR) / folder)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(ending)) files.push_back(folder + "/" + name);
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace resow

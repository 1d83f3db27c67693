#include "runner/output_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "fixtures/fault.h"

namespace resow {

namespace {

namespace fs = std::filesystem;

constexpr mode_t kFileMode = 0666;  // as the umask allows

[[noreturn]] void fail(const fs::path& path, const std::error_code& error) {
  throw OutputError(path.string(), error.value());
}

}  // namespace

OutputError::OutputError(std::string which, int error)
    : std::runtime_error(fmt::format("cannot be written: {}", std::strerror(error))),
      path(std::move(which)) {}

OutputFolder::OutputFolder(std::string path, const std::string& option) : path_(std::move(path)) {
  while (path_.size() > 1 && path_.ends_with('/')) path_.pop_back();
  std::error_code error;
  const fs::file_status status = fs::status(path_, error);
  if (fs::exists(status) && !fs::is_directory(status)) {
    throw InputError({{option, path_ + " is no folder", "name another one"}});
  }
  if (!fs::exists(status)) {
    made_ = fs::create_directories(path_, error);
    if (error) fail(path_, error);
  }
  std::string name = (fs::path(path_) / ".resow-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) {
    const int code = errno;
    if (made_) fs::remove(path_, error);
    throw OutputError(path_, code);
  }
  hidden_ = std::move(name);
}

OutputFolder::~OutputFolder() {
  std::error_code ignored;
  if (!hidden_.empty()) fs::remove_all(hidden_, ignored);
  if (made_) fs::remove(path_, ignored);  // where nothing is in it
}

std::vector<std::string> OutputFolder::existing(const std::vector<std::string>& files) const {
  std::vector<std::string> there;
  std::error_code ignored;
  for (const std::string& file : files) {
    if (fs::exists(fs::path(path_) / file, ignored)) there.push_back(file);
  }
  return there;
}

std::string OutputFolder::place_for(const std::string& file) {
  const fs::path place = fs::path(hidden_) / file;
  std::error_code error;
  fs::create_directories(place.parent_path(), error);
  if (error) fail(place.parent_path(), error);
  return place.string();
}

void OutputFolder::publish(const std::vector<std::string>& files) {
  std::error_code error;
  // While files are replaced, nothing says that they belong together.
  if (!files.empty()) fs::remove(fs::path(path_) / files.back(), error);
  for (const std::string& file : files) {
    const fs::path target = fs::path(path_) / file;
    fs::create_directories(target.parent_path(), error);
    if (!error) fs::rename(fs::path(hidden_) / file, target, error);
    if (error) fail(target, error);
  }
  made_ = false;
}

OutputFile::OutputFile(const std::string& path, std::string shown)
    : path_(std::move(shown)),
      descriptor_(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kFileMode)) {
  if (descriptor_ < 0) throw OutputError(path_, errno);
}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void OutputFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw OutputError(path_, errno);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
}

void OutputFile::close() {
  const int descriptor = std::exchange(descriptor_, -1);
  if (::close(descriptor) != 0) throw OutputError(path_, errno);
}

}  // namespace resow

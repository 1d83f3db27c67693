#include "runner/snapshot/snapshot_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "fixtures/fault.h"
#include "runner/output_folder.h"

namespace resow {
namespace {

constexpr int kCompressionLevel = 1;

std::string folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

InputError already_there(const std::string& path) {
  return InputError({{path, "is there already", "write to another file, or say --force"}});
}

// Else a power cut may take the name away again.
void sync_folder(const std::string& path) {
  const int folder = open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;  // we may write into it, and not read it
  fsync(folder);
  close(folder);
}

}  // namespace

SnapshotWriter::SnapshotWriter(std::string path, bool replace)
    : path_(std::move(path)), replace_(replace), blocks_(kCompressionLevel) {
  struct stat there {};
  if (lstat(path_.c_str(), &there) == 0) {
    if (!replace_) throw already_there(path_);
    if (!S_ISREG(there.st_mode)) {
      throw InputError({{path_, "is not a plain file", "name another one"}});
    }
  }
  const std::string folder = folder_of(path_);
  const std::string name = path_.substr(path_.rfind('/') + 1);
  if (name.empty()) throw InputError({{path_, "is a folder", "name a file in it"}});
  hidden_ = folder + "/." + name + ".resow-XXXXXX";
  descriptor_ = mkostemp(hidden_.data(), O_CLOEXEC);
  if (descriptor_ < 0) throw OutputError(path_, errno);
  const mode_t mask = umask(0);
  umask(mask);
  fchmod(descriptor_, 0666 & ~mask);
  write_all(preamble_of(BlockFile::kSnapshot));
}

SnapshotWriter::~SnapshotWriter() {
  close();
  if (!hidden_.empty()) unlink(hidden_.c_str());
}

void SnapshotWriter::close() noexcept {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

void SnapshotWriter::write_all(std::string_view bytes) {
  size_ += bytes.size();
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) throw OutputError(path_, written == 0 ? EIO : errno);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
}

void SnapshotWriter::write(BlockKind kind, uint32_t table, uint32_t rows, std::string_view bytes) {
  write_all(blocks_.block(kind, table, rows, bytes));
}

void SnapshotWriter::publish() {
  if (fsync(descriptor_) != 0) throw OutputError(path_, errno);
  close();
  if (replace_) {
    if (rename(hidden_.c_str(), path_.c_str()) != 0) throw OutputError(path_, errno);
    hidden_.clear();
  } else {
    // Unlike rename(), it replaces nothing that somebody has written meanwhile.
    if (link(hidden_.c_str(), path_.c_str()) != 0) {
      if (errno == EEXIST) throw already_there(path_);
      if (rename(hidden_.c_str(), path_.c_str()) != 0) throw OutputError(path_, errno);
      hidden_.clear();
    }
  }
  sync_folder(path_);
}

SnapshotFile::SnapshotFile(std::string path, const std::function<void(uint64_t)>& on_bytes)
    : path_(std::move(path)) {
  descriptor_ = open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat there {};
  if (descriptor_ < 0 || fstat(descriptor_, &there) != 0 || !S_ISREG(there.st_mode)) {
    const int error = descriptor_ < 0 ? errno : 0;
    if (descriptor_ >= 0) close(descriptor_);
    throw InputError({{path_,
                       error == 0 ? std::string("is not a plain file")
                                  : fmt::format("cannot be read: {}", std::strerror(error)),
                       ""}});
  }
  size_ = static_cast<uint64_t>(there.st_size);
  try {
    verify(on_bytes);
  } catch (...) {
    close(descriptor_);
    throw;
  }
}

SnapshotFile::~SnapshotFile() { close(descriptor_); }

void SnapshotFile::damaged(const std::string& what) const {
  throw InputError({{path_, what, "nothing was changed; take the snapshot again"}});
}

ReadBytes SnapshotFile::reader(uint64_t offset) const {
  return [descriptor = descriptor_, offset](char* into, size_t bytes) mutable {
    size_t got = 0;
    while (got < bytes) {
      const ssize_t read = pread(descriptor, into + got, bytes - got, static_cast<off_t>(offset));
      if (read < 0 && errno == EINTR) continue;
      if (read <= 0) break;
      got += static_cast<size_t>(read);
      offset += static_cast<uint64_t>(read);
    }
    return got;
  };
}

void SnapshotFile::verify(const std::function<void(uint64_t)>& on_bytes) try {
  BlockReader blocks(reader(0), size_);
  if (!blocks.next() || blocks.head().kind != BlockKind::kHeader) {
    damaged("does not begin with what it holds");
  }
  header_ = parse_snapshot_header(blocks.bytes());
  places_.resize(header_.tables.size());
  std::vector<uint64_t> rows(header_.tables.size());
  uint32_t last = 0;
  while (blocks.next()) {
    const BlockHead& head = blocks.head();
    if (on_bytes) on_bytes(head.stored + kBlockHeadSize);
    if (head.kind == BlockKind::kHeader) damaged("says twice what it holds");
    if (head.kind == BlockKind::kEnd) {
      end_ = parse_snapshot_end(blocks.bytes());
      continue;
    }
    if (head.table >= rows.size() || head.table < last) damaged("has rows of an unknown table");
    last = head.table;
    if (rows[head.table] == 0) places_[head.table] = blocks.place();
    rows[head.table] += head.rows;
  }
  check_rows(rows);
} catch (const SnapshotDamaged& error) {
  damaged(error.what());
}

void SnapshotFile::check_rows(const std::vector<uint64_t>& rows) const {
  if (end_.tables.size() != rows.size()) damaged("its end is about other tables");
  for (size_t i = 0; i < rows.size(); ++i) {
    if (end_.tables[i].rows != rows[i]) damaged("its end tells another number of rows");
  }
}

void SnapshotFile::each_block(
    size_t table, const std::function<void(const BlockHead&, std::string_view)>& use) const {
  if (places_[table].offset == 0) return;
  try {
    BlockReader blocks(reader(places_[table].offset), size_, places_[table]);
    while (blocks.next() && blocks.head().kind == BlockKind::kRows &&
           blocks.head().table == table) {
      use(blocks.head(), blocks.bytes());
    }
  } catch (const SnapshotDamaged& error) {
    damaged(error.what());
  }
}

}  // namespace resow

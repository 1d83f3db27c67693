#include "runner/prune/stored_archive.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <utility>

#include "fixtures/fault.h"
#include "runner/history/control_tables.h"

namespace resow {
namespace {

// A bytea in the form \x00ff.
std::string bytes_of_hex(std::string_view hex) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string bytes;
  bytes.reserve(hex.size() / 2);
  for (size_t i = 2; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
  }
  return bytes;
}

struct PartsAtHand {
  int64_t next = 0;
  std::string bytes;
  size_t at = 0;
};

// Whether there was another part.
bool next_part(Transaction& transaction, int64_t run, PartsAtHand& parts) {
  const Field parameters[] = {std::to_string(run), std::to_string(parts.next++)};
  const Rows rows = transaction.query(
      "SELECT a.bytes FROM resow.archive AS a WHERE a.run OPERATOR(pg_catalog.=)"
      " $1::pg_catalog.int8 AND a.part OPERATOR(pg_catalog.=) $2::pg_catalog.int8",
      parameters, "read the archive");
  if (rows.empty()) return false;
  parts.bytes = bytes_of_hex(rows.text(0, 0));
  parts.at = 0;
  return true;
}

}  // namespace

StoredArchive::StoredArchive(Transaction& transaction, const RunRecord& run,
                             const std::string& file)
    : transaction_(transaction), run_(run.id) {
  if (file.empty() && run.archive == kArchiveInTable) {
    name_ = fmt::format("the archive of run {}", run.id);
    const Field parameters[] = {std::to_string(run.id)};
    size_ = static_cast<uint64_t>(
        transaction
            .query("SELECT COALESCE(pg_catalog.sum(pg_catalog.length(a.bytes)), 0)"
                   "::pg_catalog.int8 FROM resow.archive AS a WHERE a.run"
                   " OPERATOR(pg_catalog.=) $1::pg_catalog.int8",
                   parameters, "look for the archive")
            .integer(0, 0));
    if (size_ == 0) {
      throw InputError({{fmt::format("run {}", run.id), "its archive is gone", ""}});
    }
    return;
  }
  name_ = file.empty() ? run.archive : file;
  if (name_.empty()) {
    throw InputError(
        {{fmt::format("run {}", run.id), "what it deleted is in no archive, or that was forgotten",
          "name the file, where there is one: --archive FILE"}});
  }
  descriptor_ = open(name_.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat there {};
  if (descriptor_ < 0 || fstat(descriptor_, &there) != 0 || !S_ISREG(there.st_mode)) {
    const int error = descriptor_ < 0 ? errno : 0;
    if (descriptor_ >= 0) ::close(descriptor_);
    throw InputError({{name_,
                       error == 0 ? std::string("is not a plain file")
                                  : fmt::format("cannot be read: {}", std::strerror(error)),
                       "say where the archive lies now: --archive FILE"}});
  }
  size_ = static_cast<uint64_t>(there.st_size);
}

StoredArchive::~StoredArchive() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

ReadBytes StoredArchive::reader() const {
  if (descriptor_ >= 0) {
    return [descriptor = descriptor_, offset = off_t{0}](char* into, size_t bytes) mutable {
      size_t got = 0;
      while (got < bytes) {
        const ssize_t read = pread(descriptor, into + got, bytes - got, offset);
        if (read < 0 && errno == EINTR) continue;
        if (read <= 0) break;
        got += static_cast<size_t>(read);
        offset += read;
      }
      return got;
    };
  }
  return [&transaction = transaction_, run = run_, parts = std::make_shared<PartsAtHand>()](
             char* into, size_t bytes) {
    size_t got = 0;
    while (got < bytes) {
      if (parts->at == parts->bytes.size() && !next_part(transaction, run, *parts)) break;
      const size_t some = std::min(bytes - got, parts->bytes.size() - parts->at);
      std::copy_n(parts->bytes.data() + parts->at, some, into + got);
      parts->at += some;
      got += some;
    }
    return got;
  };
}

}  // namespace resow

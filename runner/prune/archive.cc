#include "runner/prune/archive.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <utility>

#include "generators/encode.h"
#include "runner/history/control_tables.h"

namespace resow {
namespace {

constexpr size_t kWriteThrough = size_t{1} << 20U;  // bytes of a table's rows
constexpr size_t kArchivePart = size_t{1} << 20U;   // of a stored row, below a field's limit
constexpr int kArchiveLevel = 1;

// Rows become blocks; where those go is the subclasses' affair.
class ArchiveOfBlocks : public Archive {
 public:
  ArchiveOfBlocks(const RunLog& run, std::vector<ArchivedTable> tables)
      : blocks_(kArchiveLevel), waiting_(tables.size()) {
    ArchiveHeader header;
    header.resow = RESOW_VERSION;
    header.database = run.database();
    header.server_version = run.server_version();
    header.run = run.id();
    header.token = run.token();
    header.tables = std::move(tables);
    beginning_ = preamble_of(BlockFile::kArchive);
    beginning_ += blocks_.block(BlockKind::kHeader, 0, 0, to_json(header));
    stored_check_ = blocks_.check();
  }

  void add(size_t table, int64_t rows, std::string_view copy_text) final {
    batch_stored_ = false;
    std::string& waiting = waiting_.at(table);
    while (!copy_text.empty()) {
      const size_t room = kWriteThrough - std::min(kWriteThrough, waiting.size());
      const std::string_view lines = whole_lines(copy_text, room);
      waiting += lines;
      copy_text.remove_prefix(lines.size());
      if (waiting.size() >= kWriteThrough || !copy_text.empty()) flush(table);
    }
    rows_given_ += rows;
  }

  void store(Transaction& transaction, int64_t batch) final {
    end_batch(batch);
    keep(transaction);  // where this throws, all stands as it did before the batch
    before_stored_ = std::exchange(stored_check_, blocks_.check());
    batch_stored_ = true;
  }

  // As it was before the batch at hand, or before the one that was stored last.
  void discard() final {
    const bool stored = std::exchange(batch_stored_, false);
    if (stored) stored_check_ = before_stored_;
    blocks_.go_back_to(stored_check_);
    for (std::string& waiting : waiting_) waiting.clear();
    rows_given_ = rows_written_ = 0;
    go_back(stored);
  }

 protected:
  const std::string& beginning() const { return beginning_; }

  virtual void write(std::string_view bytes) = 0;
  // All that was written is safe.
  virtual void keep(Transaction& transaction) = 0;
  // What was written since keep() is gone; `stored`: also what came between the last two.
  virtual void go_back(bool stored) = 0;

 private:
  // What waits, and the end of the batch.
  void end_batch(int64_t batch) {
    for (size_t table = 0; table < waiting_.size(); ++table) flush(table);
    if (rows_given_ != rows_written_) {
      throw std::logic_error("the rows that were archived are not as many as was said");
    }
    write(blocks_.block(BlockKind::kBatch, 0, 0, std::to_string(batch)));
    rows_given_ = rows_written_ = 0;
  }

  // As many lines as have room, at least one.
  static std::string_view whole_lines(std::string_view text, size_t room) {
    if (text.size() <= room) return text;
    size_t end = text.rfind('\n', room);
    if (end == std::string_view::npos) end = text.find('\n');
    return end == std::string_view::npos ? text : text.substr(0, end + 1);
  }

  void flush(size_t table) {
    std::string& text = waiting_[table];
    if (text.empty()) return;
    const auto rows = static_cast<uint32_t>(std::count(text.begin(), text.end(), '\n'));
    rows_written_ += rows;
    write(blocks_.block(BlockKind::kRows, static_cast<uint32_t>(table), rows, text));
    text.clear();
    if (text.capacity() > 2 * kWriteThrough) text.shrink_to_fit();
  }

  BlockWriter blocks_;
  std::string beginning_;
  std::vector<std::string> waiting_;  // by table
  uint64_t stored_check_ = 0, before_stored_ = 0;
  int64_t rows_given_ = 0, rows_written_ = 0;
  bool batch_stored_ = false;  // and nothing was added since
};

void sync_folder_of(const std::string& path) {
  const int folder =
      open(path.substr(0, path.rfind('/') + 1).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;  // we may write into it, and not read it
  fsync(folder);
  ::close(folder);
}

class ArchiveInFile : public ArchiveOfBlocks {
 public:
  ArchiveInFile(const RunLog& run, std::vector<ArchivedTable> tables)
      : ArchiveOfBlocks(run, std::move(tables)), path_(run.archive()) {
    // Nobody's file is replaced, and nobody else reads what was deleted.
    mkdir(path_.substr(0, path_.rfind('/') + 1).c_str(), 0700);  // where it is not there yet
    descriptor_ = open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor_ < 0) throw ArchiveUnwritable(path_, errno);
    try {
      write(beginning());
      sync();
    } catch (...) {
      ::close(descriptor_);
      unlink(path_.c_str());
      throw;
    }
    stored_ = size_;
    sync_folder_of(path_);
  }
  ~ArchiveInFile() override {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  ArchiveInFile(const ArchiveInFile&) = delete;
  ArchiveInFile& operator=(const ArchiveInFile&) = delete;

  void close() override {
    if (::close(std::exchange(descriptor_, -1)) != 0) throw ArchiveUnwritable(path_, errno);
  }

 protected:
  void keep(Transaction& /*transaction*/) override {
    sync();
    before_stored_ = std::exchange(stored_, size_);
  }

  void go_back(bool stored) override {
    if (stored) stored_ = before_stored_;
    if (ftruncate(descriptor_, static_cast<off_t>(stored_)) != 0 ||
        lseek(descriptor_, static_cast<off_t>(stored_), SEEK_SET) < 0) {
      throw ArchiveUnwritable(path_, errno);
    }
    size_ = stored_;
  }

  void write(std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) throw ArchiveUnwritable(path_, written == 0 ? EIO : errno);
      size_ += static_cast<uint64_t>(written);
      bytes.remove_prefix(static_cast<size_t>(written));
    }
  }

 private:
  void sync() {
    if (fsync(descriptor_) != 0) throw ArchiveUnwritable(path_, errno);
  }

  const std::string path_;
  int descriptor_ = -1;
  uint64_t size_ = 0, stored_ = 0, before_stored_ = 0;
};

// The compressed rows of one batch are in memory until it is stored.
class ArchiveInTable : public ArchiveOfBlocks {
 public:
  ArchiveInTable(const RunLog& run, std::vector<ArchivedTable> tables)
      : ArchiveOfBlocks(run, std::move(tables)), run_(run.id()) {
    bytes_ = beginning();
  }

  void close() override {}

 protected:
  void keep(Transaction& transaction) override {
    CopyIn copy(transaction, "COPY resow.archive (run, part, bytes) FROM STDIN (FORMAT binary)",
                "archive what is deleted");
    copy.write(copy_binary_header());
    int64_t next = next_part_;
    for (std::string_view rest = bytes_; !rest.empty();) {
      const std::string_view part = rest.substr(0, kArchivePart);
      rest.remove_prefix(part.size());
      std::string row;
      put(row, 3, 2);
      put(row, sizeof run_, 4);
      put(row, static_cast<uint64_t>(run_), 8);
      put(row, sizeof next, 4);
      put(row, static_cast<uint64_t>(next++), 8);
      put(row, part.size(), 4);
      row += part;
      copy.write(row);
    }
    copy.write(copy_binary_trailer());
    copy.finish();
    bytes_.clear();
    before_stored_ = std::exchange(next_part_, next);
  }

  // (What the first batch would have brought with it, the header, comes with the next one.)
  void go_back(bool stored) override {
    if (stored) next_part_ = before_stored_;
    bytes_ = next_part_ == 0 ? beginning() : std::string();
  }

  void write(std::string_view bytes) override { bytes_ += bytes; }

 private:
  // As COPY's binary form has numbers: the largest byte first.
  static void put(std::string& row, uint64_t number, size_t width) {
    for (size_t i = width; i-- > 0;) row += static_cast<char>(number >> (8 * i) & 0xFFU);
  }

  const int64_t run_;
  std::string bytes_;
  int64_t next_part_ = 0, before_stored_ = 0;
};

}  // namespace

std::unique_ptr<Archive> make_archive(const RunLog& run, std::vector<ArchivedTable> tables) {
  if (run.archive() == kArchiveInTable) {
    return std::make_unique<ArchiveInTable>(run, std::move(tables));
  }
  if (run.archive().empty()) throw std::logic_error("the run says nothing of an archive");
  return std::make_unique<ArchiveInFile>(run, std::move(tables));
}

}  // namespace resow

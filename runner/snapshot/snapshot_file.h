// A snapshot on the disk: written under another name until it is complete, read only after all of
// it was found undamaged.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "fixtures/snapshot.h"
#include "fixtures/snapshot_blocks.h"

namespace resow {

class SnapshotWriter {
 public:
  // Throws InputError where there is such a file already, unless it is to be replaced; OutputError.
  SnapshotWriter(std::string path, bool replace);
  // Without publish(): nothing is left.
  ~SnapshotWriter();
  SnapshotWriter(const SnapshotWriter&) = delete;
  SnapshotWriter& operator=(const SnapshotWriter&) = delete;

  void write(BlockKind kind, uint32_t table, uint32_t rows, std::string_view bytes);
  uint64_t size() const { return size_; }

  // The file gets its name when it is safe on the disk. Throws as the constructor does.
  void publish();

 private:
  void write_all(std::string_view bytes);
  void close() noexcept;

  const std::string path_;
  const bool replace_;
  std::string hidden_;
  int descriptor_ = -1;
  uint64_t size_ = 0;
  BlockWriter blocks_;
};

class SnapshotFile {
 public:
  // Reads all of it; `on_bytes` is told how many. Throws InputError: it cannot be read, is no
  // snapshot or is damaged.
  explicit SnapshotFile(std::string path, const std::function<void(uint64_t)>& on_bytes = {});
  ~SnapshotFile();
  SnapshotFile(const SnapshotFile&) = delete;
  SnapshotFile& operator=(const SnapshotFile&) = delete;

  const std::string& path() const { return path_; }
  uint64_t size() const { return size_; }
  const SnapshotHeader& header() const { return header_; }
  const std::vector<RowSum>& sums() const { return end_.tables; }  // as header().tables

  // Calls `use` with each block of a table's rows. May be called by several threads at once. Throws
  // InputError where the file has changed meanwhile.
  void each_block(size_t table,
                  const std::function<void(const BlockHead&, std::string_view)>& use) const;

 private:
  ReadBytes reader(uint64_t offset) const;
  void verify(const std::function<void(uint64_t)>& on_bytes);
  void check_rows(const std::vector<uint64_t>& rows) const;
  [[noreturn]] void damaged(const std::string& what) const;

  const std::string path_;
  int descriptor_ = -1;
  uint64_t size_ = 0;
  SnapshotHeader header_;
  SnapshotEnd end_;
  std::vector<BlockPlace> places_;  // by table: its first block; offset 0 where it has none
};

}  // namespace resow

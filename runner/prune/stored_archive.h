// The archive of a run, as it is to be read: a file, or the parts in resow.archive.
#pragma once

#include <cstdint>
#include <string>

#include "fixtures/snapshot_blocks.h"
#include "runner/connection.h"
#include "runner/history/read_runs.h"

namespace resow {

class StoredArchive {
 public:
  // `file`: where it lies now, "" for where the run says. Throws InputError: there is none.
  StoredArchive(Transaction& transaction, const RunRecord& run, const std::string& file);
  ~StoredArchive();
  StoredArchive(const StoredArchive&) = delete;
  StoredArchive& operator=(const StoredArchive&) = delete;

  // For people: "the archive of run 17", or the file.
  const std::string& name() const { return name_; }
  uint64_t size() const { return size_; }
  // From its beginning, as often as is asked. What is in a table comes over this transaction, which
  // the caller keeps, a part at a time.
  ReadBytes reader() const;

 private:
  Transaction& transaction_;
  const int64_t run_;
  std::string name_;
  int descriptor_ = -1;  // of the file
  uint64_t size_ = 0;
};

}  // namespace resow

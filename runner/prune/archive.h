// Where rows go before they are deleted, and values before they are reset. What was committed is
// in the archive, whatever happens: store() comes before the COMMIT of each batch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fixtures/archive.h"
#include "runner/connection.h"
#include "runner/history/run_log.h"
#include "runner/output_folder.h"

namespace resow {

// The archive could not be written (exit status 5). The batch in progress is not to be committed.
struct ArchiveUnwritable : OutputError {
  using OutputError::OutputError;
};

class Archive {
 public:
  virtual ~Archive() = default;

  // Lines of COPY's text form, with their newlines, of a table (an index of those that the archive
  // was made for); may be parts of a batch, each of whole lines. Throws ArchiveUnwritable.
  virtual void add(size_t table, int64_t rows, std::string_view copy_text) = 0;

  // All of this batch is safe, or part of the transaction, when it returns: to be called before the
  // COMMIT, with RunLog::add() in the same transaction. REQUIRES: batches are numbered from 1
  // without gaps, as RunLog counts them. Throws ArchiveUnwritable, DatabaseError, Interrupted.
  virtual void store(Transaction& transaction, int64_t batch) = 0;

  // The batch was rolled back, stored or not: nothing of it is left. Throws ArchiveUnwritable.
  virtual void discard() = 0;

  // Nothing more comes. Throws ArchiveUnwritable.
  virtual void close() = 0;
};

// Where the run says that its archive goes (RunHead::archive): resow.archive, or a new file.
// Throws ArchiveUnwritable. The run has to outlive it.
std::unique_ptr<Archive> make_archive(const RunLog& run, std::vector<ArchivedTable> tables);

}  // namespace resow

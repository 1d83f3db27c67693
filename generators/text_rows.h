// Writes the text of a batch row by row.
#pragma once

#include "generators/byte_sink.h"
#include "generators/column_batch.h"

namespace resow {

class TextRows : public ByteSink {
 public:
  // Starts at the batch's first row; the batch is complete when *this is destroyed.
  explicit TextRows(ColumnBatch& batch) : ByteSink(cleared(batch)), ends_(batch.ends) {}

  void end_row() { ends_.push_back(size()); }

 private:
  static std::string& cleared(ColumnBatch& batch) {
    batch.ends.clear();
    batch.ends.reserve(batch.rows());
    batch.bytes.clear();
    return batch.bytes;
  }

  std::vector<size_t>& ends_;
};

}  // namespace resow

// The rows of one table as the bytes of a COPY or of a file, a run of rows at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "generators/encode.h"
#include "generators/program.h"

namespace resow {

enum class RowFormat : uint8_t { kCopyText, kCsv, kCopyBinary };

struct SentColumn {
  size_t program = 0;                 // index into TableProgram::columns
  std::optional<WireType> wire = {};  // its type in binary form; nothing where it has to go as text
  bool null = false;                  // NULL in every row, whatever the program says
};

bool have_binary_form(std::span<const SentColumn> columns);

// A value that its column's type has no room for. Only the binary form has to know; of text the
// server is the judge.
struct ValueTooLarge : std::out_of_range {
  ValueTooLarge(const DoesNotFit& error, uint64_t table_row)
      : std::out_of_range(error.what()), column(error.column), row(table_row) {}
  size_t column = 0;  // index into the columns that are sent
  uint64_t row = 0;   // of the table, from 0
};

class RowStream {
 public:
  // REQUIRES: `program` outlives *this; there are columns; for kCopyBinary have_binary_form().
  RowStream(const Program& program, size_t table, std::vector<SentColumn> columns,
            RowFormat format);

  // What stands before the first row, and after the last one.
  std::string_view header() const;
  std::string_view trailer() const;

  // Appends the rows [first, first + count). Throws ValueTooLarge; `out` is then of no use.
  void append(uint64_t first, uint64_t count, std::string& out);

  // How many rows the next run should have, so that neither many columns nor long values take much
  // memory: whatever the runs, the bytes are the same.
  uint64_t rows_in_run() const;

 private:
  const Program& program_;
  const size_t table_;
  const std::vector<SentColumn> columns_;
  const RowFormat format_;
  std::vector<WireType> types_;
  std::vector<uint64_t> rows_;
  std::vector<ColumnBatch> batches_;
  size_t bytes_in_row_ = 0;  // of the last run
};

}  // namespace resow

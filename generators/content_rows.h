// The rows of a table as the server would send them, if all were as planned: what a reader compares
// with what the server does send (COPY ... TO STDOUT (FORMAT binary)).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "generators/column_batch.h"
#include "generators/encode.h"
#include "generators/program.h"

namespace resow {

// In which form a column is read, so that equal values have equal bytes.
enum class FieldForm : uint8_t {
  kBinary,       // the type's own binary form
  kText,         // its text, which is the text that was loaded
  kTrimmedText,  // the same without blanks at the end: char(n)
  kServerText,   // its text as the server writes it, whatever was loaded
};

struct ContentField {
  std::optional<size_t> column = {};  // of the table's program; nothing: `constant` in every row
  Constant constant = {};
  FieldForm form = FieldForm::kServerText;
  WireType wire = WireType::kText;  // kBinary
  int digits = 6;                   // kBinary of times: digits of a second that the type keeps
  size_t length = 0;  // kBinary of texts: blanks behind so many characters are cut off; 0: none

  bool operator==(const ContentField&) const = default;
};

// Puts in the place of each text of a field what the server makes of it. NULLs are left alone.
using ReplaceTexts = std::function<void(size_t field, ColumnBatch& texts)>;

class ContentRows {
 public:
  // REQUIRES: program and fields outlive *this; fields is not empty.
  ContentRows(const Program& program, size_t table, std::span<const ContentField> fields,
              ReplaceTexts server_texts);

  // The fields of these rows as COPY has them in binary form, without header and trailer. Valid
  // until the next call. Throws DoesNotFit.
  std::string_view encode(std::span<const uint64_t> rows);

  // How many rows the next call should be for, so that neither many fields nor long values take
  // much memory.
  uint64_t rows_in_run() const;

  // One field of these rows as text, in the server's input syntax; the server has not seen it.
  void fill_texts(size_t field, std::span<const uint64_t> rows, ColumnBatch& out) const;

 private:
  const Program& program_;
  size_t table_;
  std::span<const ContentField> fields_;
  ReplaceTexts server_texts_;
  std::vector<ColumnBatch> batches_;
  std::vector<WireType> wires_;
  std::string bytes_;
  size_t bytes_in_row_ = 0;
};

// The values that a column takes, as texts; nothing where a rule makes them, or another table
// decides.
std::optional<std::vector<std::string>> listed_texts(const Program& program, size_t table,
                                                     const ContentField& field);

}  // namespace resow

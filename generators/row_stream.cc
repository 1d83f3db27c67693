#include "generators/row_stream.h"

#include <algorithm>
#include <cassert>
#include <numeric>
#include <utility>

namespace resow {
namespace {

constexpr uint64_t kMostRowsInRun = 8192;
constexpr uint64_t kMostValuesInRun = kMostRowsInRun * 16;
constexpr size_t kMostBytesInRun = size_t{1} << 20;

void fill_with_null(ValueKind kind, size_t rows, ColumnBatch& batch) {
  batch.kind = kind;
  batch.nulls.assign(rows, 1);
  batch.numbers.assign(payload(kind) == Payload::kNumbers ? rows : 0, 0);
  batch.reals.assign(payload(kind) == Payload::kReals ? rows : 0, 0);
  batch.ends.assign(payload(kind) == Payload::kBytes ? rows : 0, 0);
}

}  // namespace

bool have_binary_form(std::span<const SentColumn> columns) {
  return std::all_of(columns.begin(), columns.end(),
                     [](const SentColumn& column) { return column.wire.has_value(); });
}

RowStream::RowStream(const Program& program, size_t table, std::vector<SentColumn> columns,
                     RowFormat format)
    : program_(program),
      table_(table),
      columns_(std::move(columns)),
      format_(format),
      batches_(columns_.size()) {
  assert(!columns_.empty());
  if (format_ != RowFormat::kCopyBinary) return;
  assert(have_binary_form(columns_));
  for (const SentColumn& column : columns_) types_.push_back(*column.wire);
}

std::string_view RowStream::header() const {
  return format_ == RowFormat::kCopyBinary ? copy_binary_header() : std::string_view();
}

std::string_view RowStream::trailer() const {
  return format_ == RowFormat::kCopyBinary ? copy_binary_trailer() : std::string_view();
}

void RowStream::append(uint64_t first, uint64_t count, std::string& out) {
  if (count == 0) return;
  rows_.resize(count);
  std::iota(rows_.begin(), rows_.end(), first);
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].null) {
      fill_with_null(program_.tables[table_].columns[columns_[i].program].kind, count, batches_[i]);
    } else {
      fill(program_, table_, columns_[i].program, rows_, batches_[i]);
    }
  }
  const size_t before = out.size();
  switch (format_) {
    case RowFormat::kCopyText:
      encode_copy_text(batches_, out);
      break;
    case RowFormat::kCsv:
      encode_csv(batches_, out);
      break;
    case RowFormat::kCopyBinary:
      try {
        encode_copy_binary(batches_, types_, out);
      } catch (const DoesNotFit& error) {
        throw ValueTooLarge(error, first + error.row);
      }
      break;
  }
  bytes_in_row_ = (out.size() - before) / count;
}

uint64_t RowStream::rows_in_run() const {
  uint64_t rows = std::min<uint64_t>(kMostRowsInRun, kMostValuesInRun / columns_.size());
  if (bytes_in_row_ > 0) {
    rows = std::min<uint64_t>(rows, kMostBytesInRun / bytes_in_row_);
  } else {
    rows /= 16;  // nothing is known of the values yet
  }
  return std::max<uint64_t>(1, rows);
}

}  // namespace resow

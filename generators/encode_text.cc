#include <algorithm>
#include <cassert>

#include "generators/byte_sink.h"
#include "generators/encode.h"
#include "generators/text_form.h"

namespace resow {
namespace {

// What stands behind the backslash for a byte that COPY's text format gives a meaning, or 0.
char escape_of(char c) {
  switch (c) {
    case '\\':
      return '\\';
    case '\t':
      return 't';
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    default:
      return 0;
  }
}

bool is_plain(std::string_view text) {
  return std::ranges::none_of(
      text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\\'; });
}

void append_escaped(std::string_view text, ByteSink& sink) {
  if (is_plain(text)) return sink.append(text);
  for (const char c : text) {
    const char escape = escape_of(c);
    if (escape != 0) sink.append('\\');
    sink.append(escape != 0 ? escape : c);
  }
}

void append_quoted(std::string_view text, ByteSink& sink) {
  constexpr std::string_view kSpecial = "\",\n\r";
  const bool plain = !text.empty() && text != "\\." && text.front() != ' ' && text.back() != ' ' &&
                     text.find_first_of(kSpecial) == std::string_view::npos;
  if (plain) return sink.append(text);
  sink.append('"');
  for (const char c : text) {
    if (c == '"') sink.append('"');
    sink.append(c);
  }
  sink.append('"');
}

// A value that needs neither escape nor quotes in any format. `scratch` is for the rare kinds.
void append_simple(const ColumnBatch& batch, size_t row, std::string& scratch, ByteSink& sink) {
  switch (batch.kind) {
    case ValueKind::kInteger:
      return sink.advance(write_integer(sink.room(kMaxTextForm), batch.numbers[row]));
    case ValueKind::kTimestamp:
      return sink.advance(write_timestamp(sink.room(kMaxTextForm), batch.numbers[row]));
    case ValueKind::kDate:
      return sink.advance(write_date(sink.room(kMaxTextForm), batch.numbers[row]));
    default:
      scratch.clear();
      append_text(batch, row, scratch);
      sink.append(scratch);
  }
}

bool is_free_text(ValueKind kind) {
  return kind == ValueKind::kText || kind == ValueKind::kLiteral;
}

}  // namespace

void append_copy_text(const std::optional<std::string>& field, std::string& out) {
  ByteSink sink(out);
  if (field) {
    append_escaped(*field, sink);
  } else {
    sink.append("\\N");
  }
}

void encode_copy_text(std::span<const ColumnBatch> columns, std::string& out) {
  assert(!columns.empty());
  std::string scratch;
  ByteSink sink(out);
  for (size_t row = 0; row < columns[0].rows(); ++row) {
    char separator = 0;
    for (const ColumnBatch& column : columns) {
      if (separator != 0) sink.append(separator);
      separator = '\t';
      if (column.nulls[row] != 0) {
        sink.append("\\N");
      } else if (is_free_text(column.kind)) {
        append_escaped(column.text(row), sink);
      } else {
        if (column.kind == ValueKind::kBytes) sink.append('\\');  // "\x00ff" begins with one
        append_simple(column, row, scratch, sink);
      }
    }
    sink.append('\n');
  }
}

void encode_csv(std::span<const ColumnBatch> columns, std::string& out) {
  assert(!columns.empty());
  std::string scratch;
  ByteSink sink(out);
  for (size_t row = 0; row < columns[0].rows(); ++row) {
    char separator = 0;
    for (const ColumnBatch& column : columns) {
      if (separator != 0) sink.append(separator);
      separator = ',';
      if (column.nulls[row] != 0) continue;
      if (is_free_text(column.kind)) {
        append_quoted(column.text(row), sink);
      } else {
        append_simple(column, row, scratch, sink);
      }
    }
    sink.append('\n');
  }
}

}  // namespace resow

// Batches as the bytes of a COPY or of a file: all columns of a table for the same run of rows, in
// the order of the COPY's column list. Everything is appended, so a stream is made a run at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "generators/column_batch.h"

namespace resow {

// A column's type on the wire: what the binary form of a field looks like.
enum class WireType : uint8_t {
  kBool,
  kInt2,
  kInt4,
  kInt8,
  kFloat4,
  kFloat8,
  kNumeric,
  kText,  // every type that receives its text: text, varchar, bpchar, name, json, xml, enums,
          // citext
  kJsonb,
  kBytea,
  kUuid,
  kDate,
  kTime,
  kTimestamp,  // with and without time zone
};

// Whether values of that kind can be sent as that type. kInteger goes out as any of the integers
// and as numeric, kText and kLiteral as kText and kJsonb, the others as the one that bears their
// name.
bool has_binary_form(ValueKind kind, WireType type);

// How values of that kind are sent to a column of that type, given by its oid in pg_type (of a
// domain, its base type's); nothing where they have to go as text. The oids of built-in types never
// change. An enum's oid is not known here: its labels go as kText.
std::optional<WireType> wire_type_of(uint32_t type_oid, ValueKind kind);

// COPY ... FROM STDIN (FORMAT text): tabs between fields, \N for NULL, a newline after each row.
// REQUIRES, here and below: at least one column; all of them have as many rows.
void encode_copy_text(std::span<const ColumnBatch> columns, std::string& out);

// One field of it; nothing stands for NULL.
void append_copy_text(const std::optional<std::string>& field, std::string& out);

// COPY ... FROM STDIN (FORMAT csv): NULL is nothing, the empty text is "".
void encode_csv(std::span<const ColumnBatch> columns, std::string& out);

// A value that has no room in its column's type.
struct DoesNotFit : std::out_of_range {
  DoesNotFit(const std::string& what, size_t column_index, size_t row_index)
      : std::out_of_range(what), column(column_index), row(row_index) {}
  size_t column = 0;  // index into the columns
  size_t row = 0;     // of the batch
};

// COPY ... FROM STDIN (FORMAT binary): the header, then any number of runs of rows, then the
// trailer. REQUIRES: has_binary_form() of each column and its type. Throws DoesNotFit, whose what()
// is as the server says it: `value "40000" is out of range for type smallint`; `out` is then of no
// use.
std::string_view copy_binary_header();
void encode_copy_binary(std::span<const ColumnBatch> columns, std::span<const WireType> types,
                        std::string& out);
std::string_view copy_binary_trailer();

}  // namespace resow

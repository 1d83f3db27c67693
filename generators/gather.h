// Batches made out of other batches.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "generators/column_batch.h"

namespace resow {

// Makes `out` an empty batch for `rows` rows, none of them NULL; payloads are left to the caller.
void begin_batch(ValueKind kind, int scale, size_t rows, ColumnBatch& out);

// Appends a value, in the form that out.kind says. REQUIRES: out.nulls holds a place for it
// already.
struct TypedValue;
void append_value(const TypedValue& value, ColumnBatch& out);

// One row for each constant. Throws std::invalid_argument when one is not canonical, which a
// planner has checked.
ColumnBatch constants_batch(ValueKind kind, int scale,
                            std::span<const std::optional<std::string>> constants);

// out[i] = from[index[i]].
void gather(const ColumnBatch& from, std::span<const uint32_t> index, ColumnBatch& out);

// Adds the rows of `from` to those of `to`. REQUIRES: one kind and scale.
void append(const ColumnBatch& from, ColumnBatch& to);

// The same values in the given kind, by way of their text form unless they are of it already.
// Throws std::invalid_argument when one has no such form.
void convert(ColumnBatch&& from, ValueKind kind, int scale, ColumnBatch& out);

// Rows that repeat: consecutive duplicates are kept once.
struct Runs {
  std::vector<uint64_t> distinct;
  std::vector<uint32_t> index;  // one per row, into `distinct`
};
Runs compress(std::span<const uint64_t> rows);

}  // namespace resow

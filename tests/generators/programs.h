// Small programs for tests, and their values as text.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "generators/program.h"

namespace resow {

inline std::vector<uint64_t> row_range(uint64_t first, uint64_t end) {
  std::vector<uint64_t> rows;
  for (uint64_t row = first; row < end; ++row) rows.push_back(row);
  return rows;
}

inline ColumnProgram column(std::string name, ValueKind kind, ColumnRule rule, int scale = 0) {
  ColumnProgram program;
  program.key = stream_key(20260119, "public", "t", name);
  program.name = std::move(name);
  program.kind = kind;
  program.scale = scale;
  program.rule = std::move(rule);
  return program;
}

inline TableProgram table(std::string name, RowShape shape, std::vector<ColumnProgram> columns) {
  TableProgram program;
  program.schema = "public";
  program.name = std::move(name);
  program.shape = std::move(shape);
  program.columns = std::move(columns);
  return program;
}

// One table "t" of so many rows with one column "c".
inline Program one_column(uint64_t rows, ValueKind kind, ColumnRule rule, int scale = 0) {
  return {.tables = {table("t", RowShape(1, 1, FixedCount{rows}),
                           {column("c", kind, std::move(rule), scale)})}};
}

inline std::vector<std::string> texts_of(const ColumnBatch& batch) {
  std::vector<std::string> texts(batch.rows(), "NULL");
  for (size_t row = 0; row < batch.rows(); ++row) {
    if (batch.nulls[row] != 0) continue;
    texts[row].clear();
    append_text(batch, row, texts[row]);
  }
  return texts;
}

inline std::vector<std::string> texts(const Program& program, size_t table, size_t column,
                                      const std::vector<uint64_t>& rows) {
  ColumnBatch batch;
  fill(program, table, column, rows, batch);
  return texts_of(batch);
}

// All rows of a column.
inline std::vector<std::string> texts(const Program& program, size_t table = 0, size_t column = 0) {
  return texts(program, table, column, row_range(0, program.tables[table].shape.rows()));
}

}  // namespace resow

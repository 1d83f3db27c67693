#include "runner/judged_table.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

namespace resow {

namespace {

constexpr uint64_t kSampleRows = 16;
constexpr uint64_t kFirstRows = 1000;

std::optional<size_t> program_index(const JudgedTable& table, ColumnNumber number) {
  for (size_t i = 0; i < table.step.columns.size(); ++i) {
    if (table.step.columns[i] == number) return table.step.programs[i];
  }
  return std::nullopt;
}

std::vector<ProposedRow> rows_of(const JudgedTable& table, const std::vector<ColumnNumber>& columns,
                                 const std::vector<uint64_t>& rows) {
  std::vector<ProposedRow> result(rows.size());
  for (const ColumnNumber number : columns) {
    const std::vector<Constant> values = values_in(table, number, rows);
    for (size_t i = 0; i < rows.size(); ++i) result[i].push_back(values[i]);
  }
  return result;
}

}  // namespace

const ColumnProgram* JudgedTable::program(ColumnNumber number) const {
  const auto index = program_index(*this, number);
  return index ? &plan.program.tables[step.table].columns[*index] : nullptr;
}

std::vector<uint64_t> sample_rows(const JudgedTable& table) {
  std::vector<uint64_t> rows;
  const uint64_t count = std::min(table.step.rows, kSampleRows);
  for (uint64_t i = 0; i < count; ++i) rows.push_back(i * table.step.rows / count);
  return rows;
}

std::vector<Constant> values_in(const JudgedTable& table, ColumnNumber column,
                                const std::vector<uint64_t>& rows) {
  std::vector<Constant> values(rows.size());
  const auto index = program_index(table, column);
  if (!index) return values;
  ColumnBatch batch;
  fill(table.plan.program, table.step.table, *index, rows, batch);
  for (size_t row = 0; row < rows.size(); ++row) {
    if (batch.nulls[row] != 0) continue;
    std::string text;
    append_text(batch, row, text);
    values[row] = std::move(text);
  }
  return values;
}

std::vector<ProposedRow> sample_of(const JudgedTable& table,
                                   const std::vector<ColumnNumber>& columns) {
  return rows_of(table, columns, sample_rows(table));
}

std::vector<ProposedRow> first_rows_of(const JudgedTable& table,
                                       const std::vector<ColumnNumber>& columns) {
  std::vector<uint64_t> rows(std::min(table.step.rows, kFirstRows));
  std::iota(rows.begin(), rows.end(), uint64_t{0});
  return rows_of(table, columns, rows);
}

bool contains(const std::vector<ColumnNumber>& columns, ColumnNumber number) {
  return std::find(columns.begin(), columns.end(), number) != columns.end();
}

}  // namespace resow

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "runner/judged_checks.h"
#include "runner/judged_table.h"

namespace resow {

// Columns whose values are chosen together: one that is free, or those of a foreign key.
struct Dimension {
  std::vector<ColumnNumber> columns;
  std::vector<ProposedRow> choices;  // the likeliest first, NULL last
  // A foreign key to a seeded table: its relation, which of its rows the choices are, and the
  // columns that are referred to.
  std::optional<size_t> parent;
  std::vector<ColumnNumber> referenced;
  std::vector<uint64_t> rows;
  bool fixed = false;  // not ours to choose: the choices are values that it has
  bool given = false;  // fixed because the dataset or the server says what it is
};

enum class Ids : uint8_t { kHeld, kFree };

// The columns that the checks name, and what could be proposed for each. Where ids are held, what
// numbers the rows is not ours to choose.
std::vector<Dimension> dimensions_of(const JudgedTable& table,
                                     const std::vector<JudgedCheck>& checks, Ids ids = Ids::kFree);

// Whether one of the columns numbers the rows.
bool has_ids(const JudgedTable& table, const std::vector<JudgedCheck>& checks);

// Of checks, each once.
std::vector<ColumnNumber> columns_in(const std::vector<JudgedCheck>& checks);

}  // namespace resow

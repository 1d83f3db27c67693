#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "runner/court.h"
#include "runner/dimensions.h"
#include "runner/judged_checks.h"
#include "runner/judged_table.h"

namespace resow {

// Rows over some dimensions: by dimension, in the order in which they were joined, a choice.
struct ChosenRows {
  std::vector<size_t> dimensions;
  std::vector<std::vector<size_t>> choices;
};

// The columns of these dimensions, and the generated ones that are made of them.
std::vector<ColumnNumber> columns_of(const JudgedTable& table, const std::vector<Dimension>& all,
                                     const std::vector<size_t>& dimensions);

// The values of a row in the order of columns_of(), without those of generated columns.
ProposedRow values_of(const std::vector<Dimension>& all, const std::vector<size_t>& dimensions,
                      const std::vector<size_t>& choices);

// Rows over all dimensions that satisfy the checks: each dimension by itself first, its choices
// narrowed to what its own checks let through, then joined one by one along the checks that need
// most of what is there. Nothing when none is found; then `blamed` is the check at which.
std::optional<ChosenRows> search_rows(Court& court, const JudgedTable& table,
                                      const std::vector<JudgedCheck>& checks,
                                      std::vector<Dimension>& all, std::string& blamed);

}  // namespace resow

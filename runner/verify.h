#pragma once

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "fixtures/catalog.h"
#include "fixtures/plan.h"
#include "fixtures/report.h"
#include "runner/connection.h"

namespace resow {

struct Verification {
  std::vector<Difference> differences;                   // in the order of the plan's expectations
  std::vector<CheckReport> checks;                       // one for each expectation, in that order
  std::vector<std::pair<size_t, int64_t>> actual_rows;   // relation, rows
  std::vector<std::pair<size_t, Breakdown>> breakdowns;  // relation, its rows by a column
};

// Holds the plan's expectations against what is there. Changes nothing; SQL expectations run in a
// read-only subtransaction. `on_rows` is told of rows whose values are compared.
Verification verify(Transaction& transaction, const Catalog& catalog, const Plan& plan,
                    const std::function<void(uint64_t rows)>& on_rows = {});

}  // namespace resow

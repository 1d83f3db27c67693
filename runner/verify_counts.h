#pragma once

#include <cstdint>
#include <map>

#include "fixtures/catalog.h"
#include "fixtures/plan.h"
#include "runner/connection.h"
#include "runner/findings.h"
#include "runner/verify_content.h"

namespace resow {

// Rows of each table that an expectation is about, all counted in one query but those that were
// read already.
std::map<size_t, int64_t> count_tables(Transaction& transaction, const Catalog& catalog,
                                       const Plan& plan,
                                       const std::map<size_t, ComparedContent>& read = {});

// expected::Rows, from what was counted.
void check_rows(const std::map<size_t, int64_t>& counted, const Plan& plan, Findings& findings);

// A table's rows by the values of a column: the expected values in their order, also those that no
// row has, then the most frequent of the others.
struct RowsByValue {
  size_t expectation = 0;
  std::vector<std::pair<Field, int64_t>> counts;
};

// expected::RowsBy. Expected values are read by the server as values of the column's type, so that
// 1.0 finds 1.00.
std::vector<RowsByValue> check_rows_by(Transaction& transaction, const Catalog& catalog,
                                       const Plan& plan, Findings& findings);

}  // namespace resow

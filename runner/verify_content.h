#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>

#include "fixtures/catalog.h"
#include "fixtures/plan.h"
#include "runner/connection.h"
#include "runner/findings.h"

namespace resow {

// What became of a table whose content was compared.
struct ComparedContent {
  int64_t rows = 0;  // that are there
  bool equal = false;
};

// expected::Content: computes the rows anew and reads those that are there, once each and in no
// order, and holds sums of their hashes against each other. Where these differ, both are gone
// through again to say which rows and columns it is. Memory does not grow with the rows.
// By relation. `on_rows` is told of rows as they are read.
std::map<size_t, ComparedContent> check_content(Transaction& transaction, const Catalog& catalog,
                                                const Plan& plan,
                                                const std::function<void(uint64_t)>& on_rows,
                                                Findings& findings);

// The plan's expected::RowsPerParent that follow from content which is equal: indexes into its
// expectations.
std::set<size_t> proven_counts(const Catalog& catalog, const Plan& plan,
                               const std::map<size_t, ComparedContent>& compared);

}  // namespace resow

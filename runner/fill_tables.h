#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "fixtures/catalog.h"
#include "fixtures/plan.h"
#include "fixtures/state.h"
#include "runner/connection.h"
#include "runner/load_table.h"

namespace resow {

// Loads and patches what a plan says, with the search_path that the application's own functions
// expect, and checks what was deferred. Throws as execute() does.
void fill_tables(Transaction& transaction, const Catalog& catalog, const Plan& plan,
                 const OnRows& on_rows);

// What fill_some_tables() came to.
struct FilledTables {
  std::vector<std::pair<size_t, uint64_t>> rows;  // by relation: that came in
  std::vector<LeftOut> refused;                   // the server took no row
  bool complete = false;                          // false: something waits
};

// The same, where the server may refuse: of a table that it does not take as planned, the rows that
// it does take; then what refers to that one waits for another plan. A table that has rows by now,
// of a trigger's making, stays as it is. What was deferred is not checked.
FilledTables fill_some_tables(Transaction& transaction, const Catalog& catalog, const Plan& plan,
                              const OnRows& on_rows);

// Foreign keys in a circle that were made deferrable for it (Plan::relaxed) are as they were.
// REQUIRES: what was deferred has been checked.
void restore_relaxed_keys(Transaction& transaction, const Catalog& catalog, const Plan& plan);

}  // namespace resow

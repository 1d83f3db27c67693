#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "fixtures/catalog.h"
#include "fixtures/dataset.h"
#include "fixtures/judgements.h"
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
  // Foreign keys of refused tables whose rows a trigger would have made, and were there already.
  std::vector<ForeignKeyRef> made_by_triggers;
  // Of tables that wait for another plan: values with which the server takes a row; by relation.
  std::vector<std::pair<size_t, JudgedRows>> found;
  std::vector<std::string> notes;  // settings that were found to be needed, rows that were added
  bool complete = false;           // false: something waits
};

// What was tried already, in this plan or those before.
struct Tried {
  std::set<size_t> rows;                             // relations, in which others were tried
  std::set<std::pair<size_t, ColumnNumber>> values;  // columns that got those of keys elsewhere
};

// When what is deferred is checked: after all tables, by the caller, or after each (where foreign
// keys go in a circle, after all of that).
enum class WhenChecked : uint8_t { kAtEnd, kEach };

// The same, where the server may refuse: of a table that it does not take as planned, the rows that
// it does take; then what refers to that one waits for another plan. Where it takes none and there
// are triggers, others are tried (see find_taken_rows()), once: `tried` says for which. A table
// that has rows by now, of a trigger's making, stays as it is. Tables of ours that are filled,
// `done` and those of this plan, get rows that others turn out to need (see add_missing_row()).
FilledTables fill_some_tables(Transaction& transaction, const Catalog& catalog,
                              const Dataset& dataset, const Plan& plan, WhenChecked check,
                              const std::vector<size_t>& done, Tried& tried, const OnRows& on_rows);

// The search_path that triggers of any table of the plan expect, as far as one can be for all.
void use_search_path(Transaction& transaction, const Plan& plan);

// Makes the foreign keys of Plan::relaxed deferrable, and deferred.
// REQUIRES: no deferred constraint waits.
void relax_keys(Transaction& transaction, const Catalog& catalog, const Plan& plan);

// Foreign keys in a circle that were made deferrable for it (Plan::relaxed) are as they were.
// REQUIRES: what was deferred has been checked.
void restore_relaxed_keys(Transaction& transaction, const Catalog& catalog, const Plan& plan);

}  // namespace resow

// What `resow inspect` found, ready to be rendered.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>

#include "fixtures/catalog.h"
#include "fixtures/dependency_order.h"
#include "runner/connection.h"

namespace resow {

struct TableFacts {
  std::optional<int64_t> rows;  // not of views, foreign tables and what cannot be asked
  bool exact = false;           // counted; else the planner's estimate
  int64_t bytes = 0;            // on disk, with indexes and TOAST
};

struct Inspection {
  Catalog catalog;
  bool measured = false;               // whether there are facts
  std::map<size_t, TableFacts> facts;  // by relation, of the selected ones
  DependencyOrder order;  // of their tables; a partition is left out with its root there
  bool whole = true;      // false: tables were chosen, those left out are not selected
};

// Sizes of tables, and their rows: counted where that is quick, estimated where they are many.
// Transactions of its own, each with few tables, so that no number of schemas exhausts the server's
// locks. A partitioned table has what its partitions have. Throws DatabaseError, Interrupted.
// `on_measured` is told now and then how many tables are done, and of how many.
std::map<size_t, TableFacts> measure_tables(
    Connection& connection, const Catalog& catalog,
    const std::function<void(size_t done, size_t all)>& on_measured = {});

}  // namespace resow

// What migration tools wrote down of a schema.
#pragma once

#include <set>
#include <span>
#include <string>
#include <vector>

#include "runner/connection.h"

namespace resow {

struct Revision {
  std::string schema, table, tool;
  std::string revision;  // "8c514d17ef8d"; of several heads all, sorted, ", " between; "" for none
};

// A table whose name a migration tool's has.
struct MigrationTable {
  std::string schema, table;
  std::set<std::string> columns;
};

// Of those tables in which a tool says what was applied, in their order: the last migration. One
// query for all. REQUIRES: the role may read them.
std::vector<Revision> read_revisions(Transaction& transaction,
                                     std::span<const MigrationTable> tables);

// Of those of `schemas` where a migration tool keeps its books, in their order, by table: the last
// migration that it says was applied. A table that the role may not read is left out.
std::vector<Revision> migration_revisions(Transaction& transaction,
                                          std::span<const std::string> schemas);

}  // namespace resow

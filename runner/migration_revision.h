// What migration tools wrote down of a schema.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "runner/connection.h"

namespace resow {

struct Revision {
  std::string schema, table, tool;
  std::string revision;  // "8c514d17ef8d"; of several heads all, sorted, ", " between; "" for none
};

// Of those of `schemas` where a migration tool keeps its books, in their order, by table: the last
// migration that it says was applied. A table that the role may not read is left out.
std::vector<Revision> migration_revisions(Transaction& transaction,
                                          std::span<const std::string> schemas);

}  // namespace resow

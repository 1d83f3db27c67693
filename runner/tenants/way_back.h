// How a sync is undone, as it is kept in schema resow: for each tenant the statements, and what was
// lost in tables of their own.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "runner/connection.h"

namespace resow {

struct WayBack {
  std::string schema;
  std::string before, after;  // fingerprints of its structure
  std::vector<std::string> statements;
  std::vector<std::string> kept;                            // tables of resow with what was lost
  std::vector<std::pair<std::string, std::string>> losses;  // what the way back loses; SQL to count
  std::vector<std::string> notes;
};

// Makes the table where they are kept. In a transaction that has locked the control schema.
void make_ways_back(Transaction& transaction);

void keep_way_back(Transaction& transaction, int64_t run, const WayBack& way);

// Those of a run that were not gone yet, in natural order of their schemas.
std::vector<WayBack> ways_back(Transaction& transaction, int64_t run);

// With the tables of what was lost.
void forget_way_back(Transaction& transaction, int64_t run, const WayBack& way);

// Of runs that the history does not know any more.
void forget_ways_back(Transaction& transaction);

}  // namespace resow

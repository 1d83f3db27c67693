// Takes foreign keys away for the time of a load, and brings them back as they were.
#pragma once

#include <string>
#include <vector>

#include "fixtures/catalog.h"
#include "fixtures/plan.h"
#include "runner/connection.h"

namespace resow {

// What it takes to make a key again: the server's own words.
struct DroppedKey {
  size_t relation = 0;
  std::string name;
  std::string definition;  // pg_get_constraintdef
  Field comment;
};

// Drops the keys of plan.remade; those whose triggers somebody has switched off stay. REQUIRES: no
// deferred constraint waits.
std::vector<DroppedKey> drop_keys(Transaction& transaction, const Catalog& catalog,
                                  const Plan& plan);

// Makes them again, which checks all rows: throws DatabaseError where one refers to nothing.
void make_keys(Transaction& transaction, const Catalog& catalog,
               const std::vector<DroppedKey>& keys);

}  // namespace resow

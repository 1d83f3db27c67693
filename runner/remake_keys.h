// Takes indexes and keys away for the time of a load, and brings them back as they were.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "fixtures/catalog.h"
#include "fixtures/plan.h"
#include "runner/connection.h"

namespace resow {

// Called before each of them is made: "make index jobs_status_idx of shop.jobs".
using OnMake = std::function<void(const std::string& what)>;

// REQUIRES, of all three: no deferred constraint waits.
void drop_keys(Transaction& transaction, const Catalog& catalog, const Remaking& remaking);

// Lets the server sort in memory what an index or a foreign key of so many rows needs, within
// reason, until the transaction ends: with less it also takes fewer workers.
void allow_memory(Transaction& transaction, uint64_t rows);

// Throw DatabaseError where rows are not as the key wants them; its hint tells how to do without.
void make_indexes(Transaction& transaction, const Catalog& catalog, const Remaking& remaking,
                  const OnMake& on_make = {});
void make_foreign_keys(Transaction& transaction, const Catalog& catalog, const Remaking& remaking,
                       const OnMake& on_make = {});

}  // namespace resow

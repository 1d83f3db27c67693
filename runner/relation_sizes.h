#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string_view>

#include "fixtures/catalog.h"
#include "runner/connection.h"

namespace resow {

// Bytes of the main fork of each table, of all its partitions for a partitioned one: 0 means that
// it holds no row. Relations of other kinds are left out. One query; no row is read and no lock
// outlives it. Throws DatabaseError (42P01) for a table that is gone since the catalog was read.
std::map<size_t, int64_t> relation_sizes(Transaction& transaction, const Catalog& catalog,
                                         const std::set<size_t>& relations, std::string_view step);

}  // namespace resow

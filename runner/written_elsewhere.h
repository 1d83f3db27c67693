#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "fixtures/catalog.h"
#include "runner/connection.h"

namespace resow {

// A foreign key of another table, of one column, that a row does not satisfy which a trigger writes
// there.
struct KeyWrittenElsewhere {
  const Relation* referenced = nullptr;
  const Column* column = nullptr;  // of it
  std::set<ColumnNumber> sources;  // of ours, that its value may come from
};

// Nothing where the error is about something else. Sources are columns that refer to the one that
// is written, and one that has its name.
std::optional<KeyWrittenElsewhere> key_written_elsewhere(const Catalog& catalog, size_t ours,
                                                         const DatabaseError& error);

// Some of the values that a column has, as texts; none where they may not be read.
std::vector<std::string> first_keys(Transaction& transaction, const Relation& relation,
                                    const Column& column, size_t most);

}  // namespace resow

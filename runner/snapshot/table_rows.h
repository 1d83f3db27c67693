// The rows of one table as a snapshot holds them: the columns that are not generated, in COPY's
// binary form, or in its text form.
#pragma once

#include <functional>
#include <string_view>

#include "fixtures/catalog.h"
#include "fixtures/snapshot.h"
#include "runner/connection.h"

namespace resow {

// Calls `use` with each row of it, as it is in this transaction; its columns in the order of
// `table`. Rows of inheritance children are their own, those of partitions are the table's.
void each_row(Transaction& transaction, const Relation& relation, const SnapshotTable& table,
              const std::function<void(std::string_view)>& use);

}  // namespace resow

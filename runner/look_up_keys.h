// Which foreign keys that a dataset writes out lead to no row that is there.
#pragma once

#include <vector>

#include "fixtures/catalog.h"
#include "fixtures/state.h"
#include "fixtures/written_keys.h"
#include "runner/connection.h"

namespace resow {

// Those of `keys` that no row of their referenced table has now, one query for each foreign key.
// What cannot be asked (a table that may not be read, a value that is none of its type) is taken to
// be there: the server finds out when rows come. An error does not end the transaction.
AbsentKeys look_up_keys(Transaction& transaction, const Catalog& catalog,
                        const std::vector<WrittenKey>& keys);

}  // namespace resow

// Declares what is in a schema its baseline, or forgets it. What a rewind does is SQL of the
// database's own: see control_sql.h and table_sql.h.
#pragma once

#include <string>
#include <vector>

#include "fixtures/baseline_plan.h"
#include "fixtures/catalog.h"
#include "runner/connection.h"

namespace resow {

// Whether the database has what baselines need. Throws InputError where schema resow is somebody
// else's, or they are another version's.
bool has_baselines(Transaction& transaction);

// The schemas that have a baseline, in natural order.
std::vector<std::string> baseline_schemas(Transaction& transaction);

struct Planned {
  Catalog catalog;
  BaselinePlan plan;
};

// How `schema` would be tracked. Throws InputError: a table that the role does not own, ...
Planned plan_of(Transaction& transaction, const std::string& schema);

// From here on until the transaction's end nothing of what it does in these schemas is written into
// a journal. To be said before a schema that may have a baseline is brought to a new state.
void pause_journals(Transaction& transaction, const std::vector<std::string>& schemas);

// Locks the tables of `schema`, makes what is needed where it is not there as it should be, and
// declares the present state the baseline. REQUIRES: the schema is locked (lock_schemas()).
Planned take_baseline(Transaction& transaction, const std::string& schema);

// Removes what tracks `schema`; with the last one all that baselines need, and schema resow where
// nothing else is in it. REQUIRES: as above, and lock_control_schema().
void drop_baseline(Transaction& transaction, const std::string& schema);

}  // namespace resow

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fixtures/judgements.h"
#include "runner/connection.h"
#include "runner/judged_table.h"

namespace resow {

// When deferred constraints of a row that is tried are checked.
enum class TrialEnd : uint8_t { kDeferred, kChecked };

// Settings of the application's own ("app.tenant"), by name.
using Settings = std::vector<std::pair<std::string, std::string>>;

struct TakenRows {
  JudgedRows rows;    // no columns where the settings are enough
  Settings settings;  // with which the server takes them
};

// Until the transaction, or the savepoint at hand, ends.
void set_for_transaction(Transaction& transaction, const std::string& name,
                         const std::string& value);

// Finds by trying, where triggers refuse the rows of a table as they are planned, values with which
// the server takes one: single rows are inserted and rolled back, one column changed at a time, and
// whatever brings a function further than before is gone on from. What to try comes from the
// triggers' own functions, as do the settings that they read. Nothing where no row was taken; what
// is found is tried, row by row. REQUIRES: the table has none of the plan's rows yet, and `refusal`
// is what the server said.
std::optional<TakenRows> find_taken_rows(Transaction& transaction, const JudgedTable& table,
                                         const DatabaseError& refusal, TrialEnd end);

}  // namespace resow

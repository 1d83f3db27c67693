#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fixtures/judgements.h"
#include "runner/connection.h"
#include "runner/judged_table.h"
#include "runner/trial_space.h"

namespace resow {

// When deferred constraints of a row that is tried are checked.
enum class TrialEnd : uint8_t { kDeferred, kChecked };

struct TakenRows {
  JudgedRows rows;    // no columns where the settings are enough
  Settings settings;  // with which the server takes them
};

// Until the transaction, or the savepoint at hand, ends.
void set_for_transaction(Transaction& transaction, const std::string& name,
                         const std::string& value);

// Finds by trying, where triggers refuse the rows of a table as they are planned, values with which
// the server takes one: single rows are inserted and rolled back, one column changed at a time, and
// whatever brings a function further than before is gone on from. Where there can be but one such
// row, rows of other kinds are looked for beside it: the root of a tree, and what is below it.
// Nothing where no row was taken; what is found is tried, row by row. REQUIRES: the table has none
// of the plan's rows yet, and `refusal` is what the server said.
std::optional<TakenRows> find_taken_rows(Transaction& transaction, const JudgedTable& table,
                                         const DatabaseError& refusal, TrialEnd end);

}  // namespace resow

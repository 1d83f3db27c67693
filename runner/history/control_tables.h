// The tables of the history in schema resow: resow.run, resow.run_table, resow.archive. They are
// made when the first run is recorded, by whoever does it; others need grants, which errors name.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runner/connection.h"

namespace resow {

// Whether the tables are there. Throws InputError: the schema is somebody else's, another version
// made the tables, or the role may not read them.
bool has_history(Transaction& transaction);

// Makes what is missing, or finds that the role may write to what is there. Throws InputError, which
// says which GRANT helps.
void make_control_tables(Transaction& transaction);

// What became of old records.
struct Forgotten {
  int64_t runs = 0;                // records that are gone
  int64_t archives = 0;            // archives that are gone, of records that stay as well
  std::vector<std::string> files;  // archives that nobody can undo any more; theirs to delete
};

// Deletes the records of runs that ended longer ago than `history_seconds`, and what
// resow.archive holds of runs that ended longer ago than `archive_seconds`. Nothing where there is
// no history.
Forgotten forget_runs(Transaction& transaction, double history_seconds, double archive_seconds);

}  // namespace resow

// The tables of the history in schema resow: resow.run, resow.run_table, resow.archive. They are
// made when the first run is recorded, by whoever does it; others need grants, which errors name.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runner/connection.h"

namespace resow {

// Whether the tables are there. Throws InputError: the schema is somebody else's, another version
// made the tables, or the role may not read them.
bool has_history(Transaction& transaction);

// Whether they are there, and the role may write to them: for what records itself where there is a
// history, and makes none.
bool may_record(Transaction& transaction);

// Makes what is missing, or finds that the role may write to what is there. Throws InputError,
// which says which GRANT helps.
void make_control_tables(Transaction& transaction);

// Where RunHead::archive says that rows go to resow.archive.
inline constexpr std::string_view kArchiveInTable = "table";

// A run holds pg_advisory_xact_lock(kRunLockClass, its id) as long as it lives.
inline constexpr int32_t kRunLockClass = 0x7265736F;

// A condition: somebody holds the lock of the run with this id (an expression of type int8).
std::string run_is_alive_sql(std::string_view id);

// What became of old records.
struct Forgotten {
  int64_t runs = 0;                // records that are gone
  int64_t archives = 0;            // archives that are, also of records that stay
  std::vector<std::string> files;  // those of them that are files, which stay where they are
};

// Deletes the records of runs that ended longer ago than `history_seconds`, and what
// resow.archive holds of runs that ended longer ago than `archive_seconds`; a record stays as long
// as its archive. Nothing where there is no history.
Forgotten forget_runs(Transaction& transaction, double history_seconds, double archive_seconds);

}  // namespace resow

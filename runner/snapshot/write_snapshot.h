#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "fixtures/pattern.h"
#include "fixtures/snapshot.h"
#include "runner/connection.h"
#include "runner/load_table.h"

namespace resow {

struct WrittenSnapshot {
  SnapshotHeader header;
  SnapshotEnd end;
  uint64_t bytes = 0;
};

// Writes the data of schemas into a file, as one transaction sees it: rows are streamed, so that
// memory does not grow with them. Reading is enough of a right. Throws InputError (no such schema,
// the file is there already, tables that may not be read: all of them), OutputError, DatabaseError,
// Interrupted; then there is no file.
WrittenSnapshot write_snapshot(Connection& connection, const Selection& schemas,
                               const std::string& file, bool replace, const OnRows& on_rows);

}  // namespace resow

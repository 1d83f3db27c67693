// How the temporary tables of an undo name their columns: those of deleted rows have the table's
// own names, so that expressions of indexes can be evaluated over them; those of reset ones are
// c0, c1, ...
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <string>

#include "fixtures/archive.h"
#include "runner/connection.h"

namespace resow {

inline constexpr const char* kStagedNumber = "\"resow:number\"";  // in the order of the archive
inline constexpr const char* kStagedWhy = "\"resow:why\"";  // why it cannot come back; NULL: it can
inline constexpr const char* kStagedAt = "\"resow:staged_at\"";
inline constexpr const char* kStoredAt = "\"resow:stored_at\"";

inline std::string staged_column(std::ptrdiff_t place) { return fmt::format("c{}", place); }

inline std::string staged_name(const Connection& connection, const ArchivedTable& table,
                               size_t place) {
  return table.kind == ArchivedKind::kReset ? staged_column(static_cast<std::ptrdiff_t>(place))
                                            : connection.quote_name(table.columns[place].name);
}

}  // namespace resow

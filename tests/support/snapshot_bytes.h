// Snapshots in memory, for tests of their format.
#pragma once

#include <string>
#include <string_view>

namespace resow {

// A snapshot of two tables with some rows.
std::string small_snapshot();

// Reads all of it: "" where it is undamaged, else what is said of it. Throws what must never come
// out of a reader: anything but SnapshotDamaged.
std::string damage_of(std::string_view bytes);

}  // namespace resow

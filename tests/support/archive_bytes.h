// Archives of prunes in memory, for tests of their format.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "fixtures/archive.h"

namespace resow {

// What small_archive() begins with.
ArchiveHeader small_archive_header();

// Two tables, two batches, of which each has two blocks of rows.
std::string small_archive();

// All that it holds up to so many batches, each block as "table:rows"; "damaged: " and what is said
// of it where it is. Throws what must never come out of a reader: anything but SnapshotDamaged.
std::string archive_text(std::string_view bytes, int64_t batches);

}  // namespace resow

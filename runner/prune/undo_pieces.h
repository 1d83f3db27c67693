// An archive in pieces that can come back one after the other.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fixtures/archive.h"
#include "fixtures/catalog.h"
#include "runner/history/read_runs.h"
#include "runner/prune/stored_archive.h"

namespace resow {

// An archive that was read to its end, and is undamaged.
struct CheckedArchive {
  ArchiveHeader header;
  // Of each of the header's tables the numbers of its first block and the one behind its last;
  // equal where it has none.
  std::vector<std::pair<size_t, size_t>> blocks;
};

// Throws InputError: it is damaged, or another run's.
CheckedArchive check_archive(const StoredArchive& archive, const RunRecord& run);

// Schemas that come back in one transaction: those that foreign keys connect, and those whose rows
// lie between each other's.
struct UndoPiece {
  std::vector<std::string> schemas;
  std::vector<size_t> tables;  // of the header, in its order
};

// In the order of the archive; schemas without rows are in none. REQUIRES: undo_misfits() is empty.
std::vector<UndoPiece> undo_pieces(const CheckedArchive& archive, const Catalog& catalog);

// Reads the archive once more; `begin` before the first block of a piece, `end` behind its last
// one. Throws SnapshotDamaged.
struct PieceReader {
  std::function<void(size_t piece)> begin;
  std::function<void(size_t table, int64_t rows, std::string_view copy_text)> block;
  std::function<void(size_t piece)> end;
};
void read_pieces(const StoredArchive& archive, int64_t batches,
                 const std::vector<UndoPiece>& pieces, const PieceReader& reader);

}  // namespace resow

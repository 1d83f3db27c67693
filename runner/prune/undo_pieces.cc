#include "runner/prune/undo_pieces.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "fixtures/disjoint_sets.h"
#include "fixtures/fault.h"
#include "fixtures/partitions.h"

namespace resow {
namespace {

[[noreturn]] void refuse_archive(const std::string& name, const std::string& what) {
  throw InputError({{name, what, "nothing was changed"}});
}

// Joins those of which one has a foreign key to the other.
void join_by_keys(const ArchiveHeader& header, const Catalog& catalog,
                  const std::map<std::string, size_t>& schemas, DisjointSets& groups) {
  for (const ArchivedTable& table : header.tables) {
    const size_t own = schemas.at(table.schema);
    const Relation& relation = catalog.relations[*catalog.find(table.schema, table.table)];
    for (const ForeignKey& key : relation.foreign_keys) {
      const size_t parent = partition_root(catalog, key.referenced);
      const auto other = schemas.find(catalog.relations[parent].schema);
      if (other != schemas.end()) groups.join(own, other->second);
    }
  }
}

struct Extent {
  size_t first = SIZE_MAX, end = 0;
};

// By representative: where its rows lie. Those that overlap are joined until none does.
std::map<size_t, Extent> join_overlapping(const CheckedArchive& archive,
                                          const std::map<std::string, size_t>& schemas,
                                          DisjointSets& groups) {
  std::map<size_t, Extent> extents;
  for (size_t i = 0; i < archive.header.tables.size(); ++i) {
    const auto& [first, end] = archive.blocks[i];
    if (first == end) continue;
    Extent& extent = extents[groups.find(schemas.at(archive.header.tables[i].schema))];
    extent.first = std::min(extent.first, first);
    extent.end = std::max(extent.end, end);
  }
  std::vector<std::pair<size_t, Extent>> sorted(extents.begin(), extents.end());
  std::sort(sorted.begin(), sorted.end(),
            [](const auto& a, const auto& b) { return a.second.first < b.second.first; });
  extents.clear();
  std::optional<std::pair<size_t, Extent>> open;
  for (const auto& [group, extent] : sorted) {
    if (open && extent.first < open->second.end) {
      groups.join(group, open->first);
      open->second.end = std::max(open->second.end, extent.end);
      continue;
    }
    if (open) extents[groups.find(open->first)] = open->second;
    open.emplace(group, extent);
  }
  if (open) extents[groups.find(open->first)] = open->second;
  return extents;
}

}  // namespace

CheckedArchive check_archive(const StoredArchive& archive, const RunRecord& run) {
  CheckedArchive checked;
  try {
    ArchiveReader reader(archive.reader(), archive.size(), run.batches);
    checked.header = reader.header();
    if (checked.header.token == run.token) {
      checked.blocks.resize(checked.header.tables.size());
      for (size_t number = 0; reader.next(); ++number) {
        reader.bytes();
        auto& [first, end] = checked.blocks[reader.table()];
        if (first == end) first = number;
        end = number + 1;
      }
    }
  } catch (const SnapshotDamaged& damage) {
    refuse_archive(archive.name(), damage.what());
  }
  if (checked.header.token != run.token) {
    refuse_archive(archive.name(), fmt::format("is the archive of another run: {} of database {}",
                                               checked.header.run, checked.header.database));
  }
  return checked;
}

std::vector<UndoPiece> undo_pieces(const CheckedArchive& archive, const Catalog& catalog) {
  const ArchiveHeader& header = archive.header;
  std::map<std::string, size_t> schemas;
  for (const ArchivedTable& table : header.tables) schemas.emplace(table.schema, schemas.size());
  DisjointSets groups(schemas.size());
  join_by_keys(header, catalog, schemas, groups);
  std::vector<std::pair<size_t, size_t>> order;  // first block, group
  for (const auto& [group, extent] : join_overlapping(archive, schemas, groups)) {
    order.emplace_back(extent.first, group);
  }
  std::sort(order.begin(), order.end());
  std::map<size_t, size_t> piece_of;
  std::vector<UndoPiece> pieces(order.size());
  for (size_t i = 0; i < order.size(); ++i) piece_of[order[i].second] = i;
  for (size_t i = 0; i < header.tables.size(); ++i) {
    const auto piece = piece_of.find(groups.find(schemas.at(header.tables[i].schema)));
    if (piece != piece_of.end()) pieces[piece->second].tables.push_back(i);
  }
  for (UndoPiece& piece : pieces) {
    std::set<std::string> names;
    for (const size_t table : piece.tables) names.insert(header.tables[table].schema);
    piece.schemas.assign(names.begin(), names.end());
  }
  return pieces;
}

void read_pieces(const StoredArchive& archive, int64_t batches,
                 const std::vector<UndoPiece>& pieces, const PieceReader& reader) {
  std::map<size_t, size_t> piece_of;
  for (size_t i = 0; i < pieces.size(); ++i) {
    for (const size_t table : pieces[i].tables) piece_of[table] = i;
  }
  ArchiveReader blocks(archive.reader(), archive.size(), batches);
  std::optional<size_t> open;
  while (blocks.next()) {
    const size_t piece = piece_of.at(blocks.table());
    if (open != piece) {
      if (open) reader.end(*open);
      open = piece;
      reader.begin(piece);
    }
    reader.block(blocks.table(), blocks.rows(), blocks.bytes());
  }
  if (open) reader.end(*open);
}

}  // namespace resow

#include "tests/support/snapshot_bytes.h"

#include <algorithm>

#include "fixtures/snapshot.h"

namespace resow {

std::string small_snapshot() {
  SnapshotHeader header;
  header.resow = "0.1.0";
  header.database = "shop_test";
  header.server_version = 150018;
  header.taken_at = "2026-01-19T12:00:00Z";
  header.schemas = {"a", "b"};
  header.tables = {{"a", "t", true, {{"id", "integer"}}}, {"b", "u", false, {{"x", "text"}}}};
  header.sequences = {{"a", "t_id_seq", 7, true}};
  SnapshotEnd end;
  BlockWriter writer(1);
  std::string bytes = preamble_of(BlockFile::kSnapshot);
  bytes += writer.block(BlockKind::kHeader, 0, 0, to_json(header));
  for (uint32_t table = 0; table < 2; ++table) {
    RowSum sum;
    for (int block = 0; block < 2; ++block) {
      std::string rows;
      for (const char* row : {"one\n", "two\n", "three\n"}) {
        rows += row;
        sum.add(row);
      }
      bytes += writer.block(BlockKind::kRows, table, 3, rows);
    }
    end.tables.push_back(sum);
  }
  bytes += writer.block(BlockKind::kEnd, 0, 0, to_json(end));
  return bytes;
}

std::string damage_of(std::string_view bytes) {
  size_t at = 0;
  const ReadBytes read = [&](char* into, size_t wanted) {
    const size_t got = std::min(wanted, bytes.size() - at);
    std::copy_n(bytes.data() + at, got, into);
    at += got;
    return got;
  };
  try {
    BlockReader blocks(read, bytes.size());
    while (blocks.next()) {
      const std::string_view held = blocks.bytes();
      if (blocks.head().kind == BlockKind::kHeader) parse_snapshot_header(held);
      if (blocks.head().kind == BlockKind::kEnd) parse_snapshot_end(held);
    }
  } catch (const SnapshotDamaged& damage) {
    return damage.what();
  }
  return "";
}

}  // namespace resow

#include "tests/support/archive_bytes.h"

#include <algorithm>
#include <cstddef>

#include "fixtures/snapshot_blocks.h"

namespace resow {
namespace {

ReadBytes reading(std::string_view bytes) {
  return [bytes, at = size_t{0}](char* into, size_t wanted) mutable {
    const size_t got = std::min(wanted, bytes.size() - at);
    std::copy_n(bytes.data() + at, got, into);
    at += got;
    return got;
  };
}

}  // namespace

ArchiveHeader small_archive_header() {
  ArchiveHeader header;
  header.resow = "0.1.0";
  header.database = "shop";
  header.server_version = 150018;
  header.run = 17;
  header.token = "c0ffee";
  header.tables = {
      {"a", "t", ArchivedKind::kDeleted, {{"id", "integer"}, {"x", "text"}}, 0},
      {"a", "t", ArchivedKind::kReset, {{"id", "integer"}, {"x", "text"}, {"x", "text"}}, 1}};
  return header;
}

std::string small_archive() {
  BlockWriter writer(1);
  std::string bytes = preamble_of(BlockFile::kArchive);
  bytes += writer.block(BlockKind::kHeader, 0, 0, to_json(small_archive_header()));
  for (int batch = 1; batch <= 2; ++batch) {
    bytes += writer.block(BlockKind::kRows, 0, 2, "1\tone\n2\t\\N\n");
    bytes += writer.block(BlockKind::kRows, 1, 1, "3\told\tnew\n");
    bytes += writer.block(BlockKind::kBatch, 0, 0, std::to_string(batch));
  }
  return bytes;
}

std::string archive_text(std::string_view bytes, int64_t batches) {
  std::string text;
  try {
    ArchiveReader reader(reading(bytes), bytes.size(), batches);
    while (reader.next()) {
      text += std::to_string(reader.table()) + ":" + std::string(reader.bytes());
    }
  } catch (const SnapshotDamaged& damage) {
    return std::string("damaged: ") + damage.what();
  }
  return text;
}

}  // namespace resow

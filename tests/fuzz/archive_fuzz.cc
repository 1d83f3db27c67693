// The reader of archives: whatever the bytes, it reads them or says SnapshotDamaged. Run by
// tests/fuzz/run.sh.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>

#include "fixtures/snapshot_blocks.h"
#include "tests/support/archive_bytes.h"

namespace {

using resow::BlockFile;
using resow::BlockKind;
using resow::BlockWriter;

// Blocks whose checksums are right, whatever they hold: of each the kind, the table, the rows, two
// bytes of its size, and what it holds.
std::string sealed(std::string_view recipe) {
  constexpr size_t kHead = 5;
  constexpr BlockKind kKinds[] = {BlockKind::kHeader, BlockKind::kRows, BlockKind::kBatch,
                                  BlockKind::kEnd};
  BlockWriter writer(1);
  std::string bytes = preamble_of(BlockFile::kArchive);
  const auto byte = [&](size_t at) { return static_cast<unsigned char>(recipe[at]); };
  while (recipe.size() >= kHead) {
    const size_t size = std::min<size_t>(byte(3) * 256U + byte(4), recipe.size() - kHead);
    bytes += writer.block(kKinds[byte(0) % 4], byte(1), byte(2), recipe.substr(kHead, size));
    recipe.remove_prefix(kHead + size);
  }
  return bytes;
}

std::string recipe_of_block(BlockKind kind, size_t table, size_t rows, std::string_view holds) {
  std::string recipe;
  recipe += static_cast<char>(kind == BlockKind::kHeader ? 0 : kind == BlockKind::kRows ? 1 : 2);
  recipe += static_cast<char>(table);
  recipe += static_cast<char>(rows);
  recipe += static_cast<char>(holds.size() / 256);
  recipe += static_cast<char>(holds.size() % 256);
  return recipe + std::string(holds);
}

std::string small_recipe() {
  return recipe_of_block(BlockKind::kHeader, 0, 0, to_json(resow::small_archive_header())) +
         recipe_of_block(BlockKind::kRows, 0, 2, "1\tone\n2\t\\N\n") +
         recipe_of_block(BlockKind::kRows, 1, 1, "3\told\tnew\n") +
         recipe_of_block(BlockKind::kBatch, 0, 0, "1");
}

}  // namespace

// The first byte says whether the others are a file or a recipe of one, and how many batches were
// committed.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string bytes = data[0] % 2 == 0 ? std::string(rest) : sealed(rest);
  try {
    resow::archive_text(bytes, data[0] / 2 % 4);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
  }
  std::abort();
}

// Most bytes would never come past a checksum: a small archive is where mutation begins.
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t most, unsigned seed);
extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t most);

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t most, unsigned seed) {
  if (seed % 8 < 2) {
    const std::string whole = seed % 2 == 0 ? "\4" + resow::small_archive() : "\5" + small_recipe();
    if (whole.size() <= most) {
      std::copy(whole.begin(), whole.end(), data);
      size = whole.size();
    }
  }
  return LLVMFuzzerMutate(data, size, most);
}

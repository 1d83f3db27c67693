// The reader of snapshots: whatever the bytes, it reads them or says SnapshotDamaged. Run by
// tests/fuzz/run.sh.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>

#include "tests/support/snapshot_bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    resow::damage_of({reinterpret_cast<const char*>(data), size});
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
  }
  std::abort();
}

// Most bytes would never come past a checksum: the small snapshot is where mutation begins.
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t most, unsigned seed);
extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t most);

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t most, unsigned seed) {
  if (seed % 8 == 0) {
    const std::string whole = resow::small_snapshot();
    if (whole.size() <= most) {
      std::copy(whole.begin(), whole.end(), data);
      size = whole.size();
    }
  }
  return LLVMFuzzerMutate(data, size, most);
}

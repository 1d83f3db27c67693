// Some rows of a table, those that should be there held against those that are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "generators/row_digest.h"

namespace resow {

// Where a row lies: its table (a partition has its own) and its ctid. Good for one snapshot.
struct StoredAt {
  uint32_t relation = 0;
  uint32_t block = 0;
  uint16_t offset = 0;

  bool operator==(const StoredAt&) const = default;
};

struct ChangedRow {  // the key is there, the row is not the same
  uint64_t row = 0;  // of the program
  StoredAt at;

  bool operator==(const ChangedRow&) const = default;
};
struct MissingRow {
  uint64_t row = 0;  // the first of those that are alike
  uint64_t expected = 1, found = 0;

  bool operator==(const MissingRow&) const = default;
};
struct UnexpectedRow {
  StoredAt at;  // one of those that are alike
  uint64_t expected = 0, found = 1;

  bool operator==(const UnexpectedRow&) const = default;
};

// Rows without a key cannot change, only go and come; those that are alike count as one.
struct RowDifferences {
  std::vector<ChangedRow> changed;        // by row
  std::vector<MissingRow> missing;        // by row
  std::vector<UnexpectedRow> unexpected;  // as they lie

  uint64_t size() const { return changed.size() + missing.size() + unexpected.size(); }
};

class RowMatch {
 public:
  explicit RowMatch(bool has_key) : has_key_(has_key) {}

  void expect(uint64_t row, const RowDigest& digest);
  // REQUIRES: all that is expected has been said.
  void find(const RowDigest& digest, const StoredAt& at);

  RowDifferences differences() const;

 private:
  struct Entry {
    uint64_t low = 0;
    uint64_t row = 0;
    uint32_t expected = 0;
    uint32_t found = 0;
    bool changed = false;
    StoredAt at;  // of the last one that was found
  };
  bool has_key_;
  std::unordered_map<uint64_t, Entry> entries_;  // by RowDigest::key
};

}  // namespace resow

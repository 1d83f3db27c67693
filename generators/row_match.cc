#include "generators/row_match.h"

#include <algorithm>
#include <tuple>

namespace resow {

void RowMatch::expect(uint64_t row, const RowDigest& digest) {
  const auto [found, added] = entries_.try_emplace(digest.key);
  Entry& entry = found->second;
  if (added) {
    entry.low = digest.low;
    entry.row = row;
  }
  ++entry.expected;
}

void RowMatch::find(const RowDigest& digest, const StoredAt& at) {
  Entry& entry = entries_[digest.key];
  ++entry.found;
  entry.at = at;
  entry.changed = has_key_ && entry.expected > 0 && entry.low != digest.low;
}

RowDifferences RowMatch::differences() const {
  RowDifferences result;
  for (const auto& [key, entry] : entries_) {
    if (entry.changed) {
      result.changed.push_back({entry.row, entry.at});
    } else if (entry.found < entry.expected) {
      result.missing.push_back({entry.row, entry.expected, entry.found});
    } else if (entry.found > entry.expected) {
      result.unexpected.push_back({entry.at, entry.expected, entry.found});
    }
  }
  std::sort(result.changed.begin(), result.changed.end(),
            [](const ChangedRow& a, const ChangedRow& b) { return a.row < b.row; });
  std::sort(result.missing.begin(), result.missing.end(),
            [](const MissingRow& a, const MissingRow& b) { return a.row < b.row; });
  const auto place = [](const UnexpectedRow& row) {
    return std::tuple(row.at.relation, row.at.block, row.at.offset);
  };
  std::sort(result.unexpected.begin(), result.unexpected.end(),
            [&](const UnexpectedRow& a, const UnexpectedRow& b) { return place(a) < place(b); });
  return result;
}

}  // namespace resow

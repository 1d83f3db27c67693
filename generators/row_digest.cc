#include "generators/row_digest.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <stdexcept>

#include "generators/xxh3.h"

namespace resow {
namespace {

constexpr uint64_t kRowsInGroup = 1024;
constexpr uint64_t kFewestGroups = 64;
constexpr uint64_t kMostGroups = 65'536;

uint32_t network_order(const char* at) {
  const auto byte = [at](int i) { return uint32_t{static_cast<unsigned char>(at[i])}; };
  return byte(0) << 24U | byte(1) << 16U | byte(2) << 8U | byte(3);
}

// Where the field that begins at `at` ends.
size_t end_of_field(std::string_view bytes, size_t at) {
  constexpr size_t kLength = 4;
  constexpr uint32_t kNull = UINT32_MAX;
  if (bytes.size() - at < kLength) throw std::invalid_argument("a row of a COPY is incomplete");
  const uint32_t length = network_order(bytes.data() + at);
  const size_t begin = at + kLength;
  if (length == kNull) return begin;
  if (bytes.size() - begin < length) throw std::invalid_argument("a row of a COPY is incomplete");
  return begin + length;
}

}  // namespace

CopyRow split_row(std::string_view bytes, size_t key_fields, size_t fields) {
  constexpr size_t kCount = 2;
  assert(key_fields <= fields);
  if (bytes.size() < kCount) throw std::invalid_argument("a row of a COPY is incomplete");
  size_t at = kCount, key = kCount;
  for (size_t i = 0; i < fields; ++i) {
    at = end_of_field(bytes, at);
    if (i + 1 == key_fields) key = at;
  }
  return {bytes.substr(kCount, at - kCount), bytes.substr(kCount, key - kCount), bytes.substr(at)};
}

RowDigest digest(const CopyRow& row) {
  const XXH128_hash_t whole = XXH3_128bits(row.fields.data(), row.fields.size());
  const uint64_t key =
      row.key.empty() ? whole.low64 : uint64_t{XXH3_64bits(row.key.data(), row.key.size())};
  return {key, whole.low64, whole.high64};
}

ContentSums::ContentSums(uint64_t rows)
    : groups_(static_cast<size_t>(
          std::bit_ceil(std::clamp(rows / kRowsInGroup, kFewestGroups, kMostGroups)))) {}

std::vector<size_t> ContentSums::differing(const ContentSums& a, const ContentSums& b) {
  assert(a.groups() == b.groups());
  std::vector<size_t> groups;
  for (size_t group = 0; group < a.groups(); ++group) {
    if (a.groups_[group] != b.groups_[group]) groups.push_back(group);
  }
  return groups;
}

}  // namespace resow

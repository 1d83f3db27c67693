// Counter-based random bits: the value of a row is computed from its index, nothing is drawn in
// sequence, so any slice of any column can be computed alone and comes out the same.
// Method: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011),
// as implemented by Random123.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace resow {

// Names one stream of random bits. Equal inputs give equal keys on every platform.
struct StreamKey {
  uint64_t high = 0;
  uint64_t low = 0;

  bool operator==(const StreamKey&) const = default;
};

StreamKey stream_key(uint64_t seed, std::string_view schema, std::string_view table,
                     std::string_view column);

// Draws that are set apart from those of the rules, which count from 0.
inline constexpr uint64_t kNullDraw = uint64_t{1} << 62;
inline constexpr uint64_t kPermutationDraw = kNullDraw + 2;

// 64 random bits for `row`; `draw` tells apart several draws for the same row.
uint64_t random_bits(StreamKey key, uint64_t row, uint64_t draw = 0);

// The same for many rows at once. REQUIRES: rows.size() == out.size().
void random_bits(StreamKey key, std::span<const uint64_t> rows, uint64_t draw,
                 std::span<uint64_t> out);

// Draws `draw` and `draw` + 1 of many rows, for the price of one. REQUIRES: `draw` is even, all
// spans are of one size.
void random_pairs(StreamKey key, std::span<const uint64_t> rows, uint64_t draw,
                  std::span<uint64_t> even, std::span<uint64_t> odd);

__extension__ typedef unsigned __int128 Uint128;

// `bits` mapped onto [0, bound) by multiplication (Lemire 2019, without the rejection step: the
// bias is below bound / 2^64). REQUIRES: bound > 0.
inline uint64_t bounded(uint64_t bits, uint64_t bound) {
  return static_cast<uint64_t>((Uint128{bits} * bound) >> 64);
}

// `bits` mapped onto [0, 1): a multiple of 2^-53.
inline double unit_interval(uint64_t bits) { return static_cast<double>(bits >> 11) * 0x1.0p-53; }

}  // namespace resow

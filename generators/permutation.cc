#include "generators/permutation.h"

#include <cassert>
#include <cmath>
#include <cstddef>

namespace resow {
namespace {

// The least n with n * n >= size. std::sqrt is correctly rounded everywhere (IEEE 754), the loops
// mend what rounding `size` to a double took away.
uint64_t square_root_rounded_up(uint64_t size) {
  auto root = static_cast<uint64_t>(std::sqrt(static_cast<double>(size)));
  const auto reaches = [size](uint64_t n) { return Uint128{n} * n >= size; };
  while (reaches(root)) --root;
  while (!reaches(root)) ++root;
  return root;
}

// The finalizer of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014; constants of Stafford's variant
// 13).
uint64_t mix(uint64_t bits) {
  bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9;
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111eb;
  return bits ^ (bits >> 31);
}

// a + b modulo `modulus`. REQUIRES: both below it, and it is at most 2^32.
uint64_t add_modulo(uint64_t a, uint64_t b, uint64_t modulus) {
  const uint64_t sum = a + b;
  return sum >= modulus ? sum - modulus : sum;
}

}  // namespace

Permutation::Permutation(uint64_t size, StreamKey key)
    : size_(size),
      left_(square_root_rounded_up(size)),
      right_(size / left_ + (size % left_ != 0 ? 1 : 0)) {
  assert(size > 0);
  for (size_t round = 0; round < kRounds; ++round) {
    round_keys_[round] = random_bits(key, round, kPermutationDraw);
  }
}

uint64_t Permutation::encipher(uint64_t index) const {
  uint64_t left = index / right_;
  uint64_t right = index % right_;
  for (size_t round = 0; round < kRounds; round += 2) {
    left = add_modulo(left, bounded(mix(right ^ round_keys_[round]), left_), left_);
    right = add_modulo(right, bounded(mix(left ^ round_keys_[round + 1]), right_), right_);
  }
  return left * right_ + right;
}

uint64_t Permutation::operator()(uint64_t index) const {
  assert(index < size_);
  do {
    index = encipher(index);
  } while (index >= size_);
  return index;
}

void Permutation::apply(std::span<uint64_t> indexes) const {
  for (uint64_t& index : indexes) index = (*this)(index);
}

}  // namespace resow

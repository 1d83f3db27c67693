// A bijection of [0, size) onto itself, computed point by point in constant memory: how columns
// under a unique key get values that look random and never collide.
// Method: a generalized Feistel network with cycle walking (Black and Rogaway, "Ciphers with
// arbitrary finite domains", CT-RSA 2002, methods 2 and 3).
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "generators/random.h"

namespace resow {

class Permutation {
 public:
  // REQUIRES: size > 0.
  Permutation(uint64_t size, StreamKey key);

  // REQUIRES: index < size(). The result is below size().
  uint64_t operator()(uint64_t index) const;
  // The same for many indexes at once, in place.
  void apply(std::span<uint64_t> indexes) const;

  uint64_t size() const { return size_; }

 private:
  static constexpr size_t kRounds = 6;

  uint64_t encipher(uint64_t index) const;

  uint64_t size_;
  uint64_t left_;   // an index is left * right_ + right; the product of the two is at least size_
  uint64_t right_;  // and below size_ + left_, so that few indexes have to walk
  std::array<uint64_t, kRounds> round_keys_;
};

}  // namespace resow

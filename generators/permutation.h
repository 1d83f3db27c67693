// A bijection of [0, size) onto itself, computed point by point in constant memory: how columns
// under a unique key get values that look random and never collide.
// Method: a balanced Feistel network with cycle walking (Black and Rogaway, CT-RSA 2002).
#pragma once

#include <cstdint>

#include "generators/random.h"

namespace resow {

class Permutation {
 public:
  // REQUIRES: size > 0.
  Permutation(uint64_t size, StreamKey key);

  // REQUIRES: index < size(). The result is below size().
  uint64_t operator()(uint64_t index) const;
  uint64_t size() const { return size_; }

 private:
  uint64_t size_;
  int half_bits_;
  StreamKey key_;
};

}  // namespace resow

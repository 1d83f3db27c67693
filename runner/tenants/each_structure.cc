#include "runner/tenants/each_structure.h"

#include <algorithm>
#include <span>

#include "runner/structure/read_structure.h"

namespace resow {
namespace {

constexpr size_t kAtATime = 250;

}  // namespace

void each_structure(Transaction& transaction, const std::vector<std::string>& schemas,
                    const std::function<void(const Structure&)>& take) {
  const std::span<const std::string> all(schemas);
  for (size_t begin = 0; begin < all.size(); begin += kAtATime) {
    const auto some = all.subspan(begin, std::min(kAtATime, all.size() - begin));
    for (const Structure& structure : read_structures(transaction, some, false)) take(structure);
  }
}

}  // namespace resow

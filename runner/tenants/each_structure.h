#pragma once

#include <functional>
#include <string>
#include <vector>

#include "fixtures/structure/structure.h"
#include "runner/connection.h"

namespace resow {

// Reads the structures of many schemas, some hundreds at a time, so that memory does not grow with
// their number, and the number of queries hardly. In the order of `schemas`.
void each_structure(Transaction& transaction, const std::vector<std::string>& schemas,
                    const std::function<void(const Structure&)>& take);

}  // namespace resow

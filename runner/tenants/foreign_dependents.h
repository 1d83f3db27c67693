#pragma once

#include <string>
#include <vector>

#include "fixtures/fault.h"
#include "runner/connection.h"

namespace resow {

// What keeps these schemas from being dropped: objects outside of them that need something in them.
std::vector<Fault> foreign_dependents(Transaction& transaction,
                                      const std::vector<std::string>& schemas);

// Those of which a baseline was taken: resow.rewind() would miss them.
std::vector<Fault> schemas_with_baselines(Transaction& transaction,
                                          const std::vector<std::string>& schemas);

}  // namespace resow

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "fixtures/fault.h"

namespace resow {

// The faults that one unit's plan has.
struct UnitFaults {
  std::vector<std::string> schemas;
  std::vector<Fault> faults;
};

// Faults that differ by nothing but the name of their schema become one, which says where else it
// is: "... (likewise in user_2, user_3 and 997 more schemas)". In the order in which they were met.
std::vector<Fault> group_faults(const std::vector<UnitFaults>& units);

}  // namespace resow

// A program in which every rule occurs, in every kind that is usual for it.
#pragma once

#include <cstdint>

#include "generators/program.h"

namespace resow {

// Tables: "parents" (`parents` rows), "children" (per parent and item, random counts), "nodes"
// (refers to itself), "people" (literal rows), "believable" (the catalogue). Equal arguments give
// equal programs.
Program every_rule(uint64_t seed, uint64_t parents);

}  // namespace resow

#pragma once

#include <string>

#include "runner/inspection.h"
#include "runner/render.h"

namespace resow {

// Tables in dependency order, with their keys; many schemas that are alike as one. Quiet: a line
// for each schema, and of its tables those where something is amiss (a key that is not valid, a
// trigger that is disabled, a table that may not be read). A pure function of the inspection.
std::string render_inspection(const Inspection& inspection, const TextStyle& style);

}  // namespace resow

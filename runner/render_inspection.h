#pragma once

#include <string>

#include "runner/inspection.h"
#include "runner/render.h"

namespace resow {

// Tables in dependency order, with their keys; many schemas that are alike as one. A pure function
// of the inspection.
std::string render_inspection(const Inspection& inspection, const TextStyle& style);

}  // namespace resow

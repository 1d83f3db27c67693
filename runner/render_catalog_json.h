#pragma once

#include <string>

#include "runner/inspection.h"

namespace resow {

// One document that holds the whole catalog, so that it can be kept and read again without the
// database, and what was measured; see docs/json.md. A pure function of the inspection.
std::string render_catalog_json(const Inspection& inspection);

}  // namespace resow

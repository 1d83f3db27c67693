#pragma once

#include <functional>
#include <string_view>

#include "runner/inspection.h"

namespace resow {

using Write = std::function<void(std::string_view)>;

// One document that holds the whole catalog, so that it can be kept and read again without the
// database, and what was measured; see docs/json.md. It is written piece by piece.
void render_catalog_json(const Inspection& inspection, const Write& write);

}  // namespace resow

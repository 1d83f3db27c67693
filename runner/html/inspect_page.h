// Reports as pages: pure functions of what was found.
#pragma once

#include "runner/html/page.h"
#include "runner/inspection.h"

namespace resow {

// A picture for each schema; of many that are alike, one for all of them.
Page inspect_page(const Inspection& inspection);

}  // namespace resow

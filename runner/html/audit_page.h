// What an audit found as a page: a pure function.
#pragma once

#include "fixtures/audit/audit.h"
#include "fixtures/catalog.h"
#include "runner/html/page.h"

namespace resow {

// `catalog`: the one that the audit was made of.
Page audit_page(const Audit& audit, const Catalog& catalog);

}  // namespace resow

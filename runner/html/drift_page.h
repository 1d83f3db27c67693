// Where tenants differ from their template, as a page: a pure function.
#pragma once

#include <span>
#include <string>

#include "fixtures/catalog.h"
#include "fixtures/structure/drift.h"
#include "runner/html/page.h"

namespace resow {

// The groups of tenants that differ alike, what is cosmetic apart; the template's picture on which
// drift is marked. `catalog` is of the schema of the
// template, `like`.
Page drift_page(const std::string& like, std::span<const TenantDrift> drifts,
                const Catalog& catalog);

}  // namespace resow

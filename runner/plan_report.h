#pragma once

#include "fixtures/catalog.h"
#include "fixtures/plan.h"
#include "fixtures/report.h"

namespace resow {

// What a plan would do, table by table: cleared ones in the order of the steps (as many as there
// are clear steps, one for each), then those that are only filled. Outcome kOk.
SchemaReport report_plan(const Catalog& catalog, const Plan& plan);

}  // namespace resow

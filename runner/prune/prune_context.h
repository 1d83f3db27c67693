#pragma once

#include "fixtures/catalog.h"
#include "fixtures/prune_plan.h"
#include "runner/key_operators.h"

namespace resow {

// What the SQL of one plan is made from.
struct PruneContext {
  const Catalog& catalog;
  const PrunePlan& plan;
  const KeyOperators& operators;
};

}  // namespace resow

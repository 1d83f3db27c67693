// Switching triggers off within a transaction, and back to exactly what they were.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fixtures/catalog.h"
#include "fixtures/plan.h"
#include "runner/connection.h"

namespace resow {

struct TriggerState {
  std::string schema;
  std::string table;
  std::string trigger;
  char enabled = 'O';  // pg_trigger.tgenabled
};

// Switches off what the steps name (ClearStep::disable_triggers), with the copies that partitions
// have; gives back the states they had, tables before their partitions.
std::vector<TriggerState> disable_triggers(Transaction& transaction, const Catalog& catalog,
                                           const std::vector<ClearStep>& steps);

// REQUIRES: no deferred constraint is pending on these tables.
void restore_triggers(Transaction& transaction, const std::vector<TriggerState>& states);

}  // namespace resow

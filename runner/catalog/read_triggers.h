// What happens besides when a table is written: triggers and rules.
#pragma once

#include <string>

#include "fixtures/catalog.h"
#include "runner/catalog/read_keys.h"
#include "runner/connection.h"

namespace resow {

// `relations` is an array of oids.
void read_triggers(Transaction& transaction, const std::string& relations,
                   const RelationIndexes& indexes, Catalog& catalog);
void read_rules(Transaction& transaction, const std::string& relations,
                const RelationIndexes& indexes, Catalog& catalog);

// pg_trigger.tgtype of a trigger that was read.
int64_t trigger_type(const Trigger& trigger);

}  // namespace resow

#pragma once

#include <span>

#include "fixtures/catalog.h"
#include "fixtures/plan.h"
#include "runner/connection.h"

namespace resow {

// Lets each sequence go on at SequenceStep::next_value, and reads back that it does. With ALTER
// SEQUENCE, which is undone when the transaction is. Throws DatabaseError.
void set_sequences(Transaction& transaction, const Catalog& catalog,
                   std::span<const SequenceStep> steps);

}  // namespace resow

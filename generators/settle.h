// The last step of a rule that computes in one form for columns of any kind: brings the batch from
// that form into the one that batch.kind says.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "generators/column_batch.h"

namespace resow {

// From batch.numbers, which are numbers of the column's kind. Text gets their digits, bytes 8 bytes
// in network order, a uuid 16.
void settle_numbers(ColumnBatch& batch);

// From batch.numbers, which count something: decimals have to be scaled. Throws std::overflow_error
// where the scale leaves no room.
void settle_counts(ColumnBatch& batch);

// From batch.reals, which are values as a person reads them: rounded to the nearest number that the
// kind can hold, half up.
void settle_reals(ColumnBatch& batch);

// From batch.bytes and batch.ends, which are text: read as parse_constant() does. Throws
// std::invalid_argument when a value is not canonical.
void settle_text(ColumnBatch& batch);

}  // namespace resow

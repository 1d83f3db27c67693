#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "fixtures/catalog.h"
#include "fixtures/plan.h"
#include "runner/connection.h"

namespace resow {

// Called now and then with the rows done since the last call; less than 0: so many were rolled
// back. May be called from any worker.
using OnRows = std::function<void(int64_t rows)>;

// Whether rows come in frozen, which takes a table that was truncated in the transaction, and no
// savepoint since.
enum class Freeze : uint8_t { kNo, kYes };

// Fills a table from its program: one COPY, computed and sent batch by batch, so that memory does
// not grow with the rows. Throws DatabaseError, whose context starts with the row of the program
// that was refused, where that is known; also when a trigger kept rows out.
void load_table(Transaction& transaction, const Catalog& catalog, const Program& program,
                const LoadStep& step, Freeze freeze, const OnRows& on_rows);

// What DatabaseError::step says of an error while its rows come in.
std::string load_step_name(const Relation& relation);

// The rows [first, first + count) of it; how many of them came in.
uint64_t load_part(Transaction& transaction, const Catalog& catalog, const Program& program,
                   const LoadStep& step, uint64_t first, uint64_t count);

}  // namespace resow

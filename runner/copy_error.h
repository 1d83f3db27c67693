#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "fixtures/catalog.h"
#include "fixtures/plan.h"
#include "runner/connection.h"

namespace resow {

// Where COPY stopped, as the server's context says it.
struct CopyPlace {
  uint64_t line = 0;   // from 1
  std::string column;  // "" where the whole line is meant
};

// Reads `COPY jobs, line 17, column status: "x"` from a context of one or more lines.
std::optional<CopyPlace> copy_place(std::string_view context, std::string_view table);

// Lets the context of an error that a COPY met start with the row that was refused: its number in
// the program and its values of the key and of the columns in question.
void name_refused_row(DatabaseError& error, const Relation& relation, const Program& program,
                      const LoadStep& step);

}  // namespace resow

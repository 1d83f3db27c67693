#pragma once

#include <string>

#include "fixtures/catalog.h"
#include "runner/connection.h"

namespace resow {

// Why the server takes no row of a table, in one line: what it said, the definition of the
// constraint that it named, and the function that said it.
std::string refusal_text(const Catalog& catalog, const DatabaseError& error);

}  // namespace resow

#pragma once

#include <string>

#include "fixtures/audit/audit.h"
#include "fixtures/audit/removal.h"
#include "fixtures/catalog.h"
#include "runner/connection.h"

namespace resow {

// What is to be known of the tables that somebody has decided to remove, and how they are made
// again. Reads only. Throws InputError where one of them cannot be removed (something that stays
// needs it, code names it, the role may not read it), all at once.
Removal read_removal(Connection& connection, const Catalog& catalog, const Audit& audit,
                     const Decisions* decisions);

// Writes the files of a removal into a folder, all of them or none. Throws InputError where there
// are some already and `overwrite` is not said, OutputError.
void write_removal(const Removal& removal, const std::string& folder, bool overwrite);

}  // namespace resow

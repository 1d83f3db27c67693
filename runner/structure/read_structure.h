#pragma once

#include <span>
#include <string>
#include <vector>

#include "fixtures/structure/structure.h"
#include "runner/connection.h"

namespace resow {

// All of what these schemas are made of, in the order of `schemas`, each of which has to be there
// (else InputError). Not what belongs to extensions or to a baseline. The number of queries does
// not depend on how many schemas they are. `ids`: also what is only needed to make objects again
// (their quoted names) and by read_dependencies().
std::vector<Structure> read_structures(Transaction& transaction,
                                       std::span<const std::string> schemas, bool ids);

Structure read_structure(Transaction& transaction, const std::string& schema, bool ids);

// What needs what within one schema. REQUIRES: `structure` was read in this transaction, with ids.
std::vector<Dependency> read_dependencies(Transaction& transaction, const Structure& structure);

// Both, of one schema.
StructureGraph read_graph(Transaction& transaction, const std::string& schema);

}  // namespace resow

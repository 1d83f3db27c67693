#pragma once

#include <string>

#include "fixtures/catalog.h"
#include "runner/catalog/read_keys.h"
#include "runner/catalog/read_relations.h"
#include "runner/connection.h"
#include "runner/read_catalog.h"

namespace resow {

// Columns by number, and with kAll the types that they use, into the catalog. `relations` is an
// array of oids.
void read_columns(Transaction& transaction, const std::string& relations, CatalogDetail detail,
                  const RelationIndexes& indexes, const ExtensionMembers& members,
                  Catalog& catalog);

// The sequences that columns own or draw from. REQUIRES: the columns are there.
void read_sequences(Transaction& transaction, const std::string& relations,
                    const RelationIndexes& indexes, Catalog& catalog);

}  // namespace resow

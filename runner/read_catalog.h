#pragma once

#include <span>
#include <string>

#include "fixtures/catalog.h"
#include "fixtures/pattern.h"
#include "runner/connection.h"

namespace resow {

enum class CatalogDetail : uint8_t {
  kClearing,  // relations, keys, foreign keys, sequences, triggers, rules: what a reset needs
  kAll,       // also types, checks, exclusions, comments, index columns
};

// Reads the structure of the schemas that `schemas` selects (never pg_* and information_schema;
// extensions' and temporary ones neither), and of the relations that foreign keys, partitions and
// inheritance connect with theirs. The number of queries does not depend on how much there is.
Catalog read_catalog(Transaction& transaction, const Selection& schemas, CatalogDetail detail);

// Adds to catalog.elsewhere which of its other schemas have tables of these names.
void look_elsewhere(Transaction& transaction, std::span<const std::string> names, Catalog& catalog);

}  // namespace resow

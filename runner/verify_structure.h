// Which tables, columns and indexes there are, and what was migrated last.
#pragma once

#include <string>

#include "fixtures/catalog.h"
#include "fixtures/plan.h"
#include "runner/connection.h"
#include "runner/findings.h"

namespace resow {

// expected::TablePresence: whether the catalog has a table or a view of that name.
void check_tables(const Plan& plan, Findings& findings);

// expected::ColumnPresence. A table that is not there has none of its columns.
void check_columns(const Catalog& catalog, const Plan& plan, Findings& findings);

// expected::IndexPresence: of that name and on that table. One that the server does not use (its
// CREATE INDEX CONCURRENTLY failed) is neither present nor absent. One query for all.
void check_indexes(Transaction& transaction, const Catalog& catalog, const Plan& plan,
                   Findings& findings);

// expected::Revision: what a migration tool's table of the schema says, or one of "public" where
// the schema has none. Where there are several, one that agrees is enough.
void check_revisions(Transaction& transaction, const Catalog& catalog, const Plan& plan,
                     Findings& findings);

// "present", "absent".
std::string presence(bool present);

}  // namespace resow

// Structure that is made or dropped in one transaction, and proven there.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "fixtures/structure/object_sql.h"
#include "fixtures/structure/structure.h"
#include "runner/connection.h"

namespace resow {

// How the server writes names: in quotes where they need them.
std::vector<std::string> quoted_by_server(Transaction& transaction,
                                          std::span<const std::string> names);

// The statements for a schema: marks replaced, none with a semicolon. `sql_...`: as the server
// writes them.
std::vector<std::string> statements_for(const Statements& marked, const std::string& schema,
                                        const std::string& sql_schema,
                                        const std::string& sql_owner);

// All in as few round trips as they allow. An error says which statement it was.
void run_statements(Transaction& transaction, std::span<const std::string> statements,
                    const std::string& step);

// As a script for psql.
std::string script_of(std::span<const std::string> statements);

// Gives what was made in `schema` the privileges of its template where default privileges of the
// database or role gave it others.
void settle_privileges(Transaction& transaction, const Structure& wanted,
                       const std::string& schema);

// Throws DatabaseError, which rolls everything back, where the schema is not like its template but
// for what is cosmetic.
void require_like(Transaction& transaction, const Structure& wanted, const std::string& schema);

}  // namespace resow

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

// All in as few round trips as they allow. An error says which statement it was. A statement that
// misses something is run once more with the search_path of the schema's application: the body of a
// function, which the server may look into for a default or a generated column, is a text, and
// names what it names as the application does.
void run_statements(Transaction& transaction, const std::string& schema,
                    std::span<const std::string> statements, const std::string& step);

// As a script for psql.
std::string script_of(std::span<const std::string> statements);

// The last step of whatever makes a schema like its template. Gives what was made there the
// template's privileges where default privileges of the database or a role gave it others, and
// proves the rest: throws DatabaseError, which rolls everything back, where it is not like the
// template but for what is cosmetic. Gives its structure; `ids` as read_structures() has it.
Structure make_like(Transaction& transaction, const Structure& wanted, const std::string& schema,
                    bool ids);

// The connected role, as the server quotes it.
std::string quoted_user(Transaction& transaction);

}  // namespace resow

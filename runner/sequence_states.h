// Where sequences stand, as scalar expressions of a query.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "fixtures/state.h"
#include "runner/connection.h"

namespace resow {

// An expression whose text is what sequence_state() reads: "168t".
std::string sequence_state_sql(const Connection& connection, std::string_view schema,
                               std::string_view name);
SequenceState sequence_state(const std::string& text);

// Gives an error that says that something may not be read the GRANT that mends it, where the
// sequences of these schemas are what was read. All of them, since the server names but the first.
void add_grant_of_sequences(const std::string& role, const std::set<std::string>& schemas,
                            DatabaseError& error);

// Runs `body`, which reads where sequences of these schemas stand, as that role.
template <class Body>
decltype(auto) at_sequences(const std::string& role, const std::set<std::string>& schemas,
                            Body&& body) {
  try {
    return std::forward<Body>(body)();
  } catch (DatabaseError& error) {
    add_grant_of_sequences(role, schemas, error);
    throw;
  }
}

}  // namespace resow

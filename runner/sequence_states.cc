#include "runner/sequence_states.h"

#include <fmt/format.h>

#include <vector>

#include "fixtures/sql_name.h"

namespace resow {

std::string sequence_state_sql(const Connection& connection, std::string_view schema,
                               std::string_view name) {
  return "(SELECT pg_catalog.concat(last_value, is_called) FROM " +
         connection.quote_name(schema, name) + ")";
}

SequenceState sequence_state(const std::string& text) {
  return {std::stoll(text), text.back() == 't'};
}

void add_grant_of_sequences(const std::string& role, const std::set<std::string>& schemas,
                            DatabaseError& error) {
  if (error.sqlstate != "42501" || !error.hint.empty() || !error.table.empty()) return;
  std::vector<std::string> names;
  for (const std::string& schema : schemas) names.push_back(sql_name(schema));
  error.hint = fmt::format("let their owner say: GRANT SELECT ON ALL SEQUENCES IN SCHEMA {} TO {}",
                           fmt::join(names, ", "), sql_name(role));
}

}  // namespace resow

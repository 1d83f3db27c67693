#include "runner/error_kinds.h"

#include <string_view>

namespace resow {

bool refuses_a_value(const DatabaseError& error) {
  const std::string_view state = error.sqlstate;
  return !error.connection_lost &&
         (state.starts_with("22") || state.starts_with("23") || state == "42601");
}

bool cannot_judge_here(const DatabaseError& error) {
  return !error.connection_lost && std::string_view(error.sqlstate).starts_with("42");
}

}  // namespace resow

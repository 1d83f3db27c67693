#include "runner/database_failure.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "fixtures/text.h"

namespace resow {

DatabaseFailure database_failure(const DatabaseError& error) {
  DatabaseFailure failure;
  failure.message = error.what();
  failure.sqlstate = error.sqlstate;
  failure.step = error.step;
  failure.schema = error.schema;
  failure.table = error.table;
  failure.column = error.column;
  failure.constraint = error.constraint;
  failure.detail = error.detail;
  failure.hint = error.hint;
  failure.context = error.context;
  failure.in_doubt = error.in_doubt;
  return failure;
}

bool is_about_the_session(const DatabaseError& error) {
  // Not XX000: extensions say so of a value as well.
  static constexpr std::array<std::string_view, 5> kClasses = {"08", "40", "53", "57", "58"};
  static constexpr std::array<std::string_view, 3> kStates = {"55P03", "XX001", "XX002"};
  const bool named = std::find(kStates.begin(), kStates.end(), error.sqlstate) != kStates.end();
  return error.connection_lost || named ||
         std::any_of(kClasses.begin(), kClasses.end(), [&](std::string_view sqlclass) {
           return std::string_view(error.sqlstate).starts_with(sqlclass);
         });
}

std::string to_string(const DatabaseFailure& failure) {
  std::string text = failure.step.empty() ? "" : failure.step + ": ";
  text += failure.message;
  if (!failure.sqlstate.empty()) text += " (SQLSTATE " + failure.sqlstate + ")";
  return one_line(text);
}

}  // namespace resow

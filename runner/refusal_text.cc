#include "runner/refusal_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "fixtures/text.h"
#include "runner/database_failure.h"

namespace resow {
namespace {

// "CHECK (...)" of the constraint that the error names; "" where it names none that has one.
std::string definition_of(const Catalog& catalog, const DatabaseError& error) {
  const auto table = error.table.empty() || error.constraint.empty()
                         ? std::nullopt
                         : catalog.find(error.schema, error.table);
  if (!table) return "";
  for (const Check& check : catalog.relations[*table].checks) {
    if (check.name == error.constraint) return "CHECK (" + check.expression + ")";
  }
  return "";
}

// The innermost function of the error's context: "app.check_isbn()".
std::string function_of(std::string_view context) {
  constexpr std::string_view kFunction = "PL/pgSQL function ";
  const size_t at = context.find(kFunction);
  if (at == std::string_view::npos) return "";
  const std::string_view name = context.substr(at + kFunction.size());
  return std::string(name.substr(0, name.find(')') + 1));
}

}  // namespace

std::string refusal_text(const Catalog& catalog, const DatabaseError& error) {
  std::string text = to_string(database_failure(error));
  if (const std::string definition = definition_of(catalog, error); !definition.empty()) {
    text += ": " + definition;
  }
  if (const std::string function = function_of(error.context); !function.empty()) {
    text += ", raised in " + function;
  }
  return one_line(text);
}

}  // namespace resow

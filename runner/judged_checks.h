#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "fixtures/catalog.h"
#include "fixtures/json_paths.h"
#include "runner/connection.h"

namespace resow {

// A condition on rows of a table that the server can be asked about.
struct JudgedCheck {
  std::string name;        // judged_name() of the constraint, or the generated column's
  std::string constraint;  // "" of a generated column
  std::string what;        // "the check x", "the check x of domain y", "what column z is made of"
  std::string refuses;     // "the check x refuses", "no partition takes"
  std::string sql;         // over columns of the table; satisfied unless it is false
  std::vector<ColumnNumber> columns;  // that it names
  std::vector<std::string> words;     // constants in it
  std::vector<JsonPath> paths = {};   // that it takes out of a column
};

std::vector<JudgedCheck> judged_checks(const Connection& connection, const Catalog& catalog,
                                       size_t relation);

}  // namespace resow

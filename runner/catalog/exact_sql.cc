#include "runner/catalog/exact_sql.h"

namespace resow {

std::string exact(std::string_view sql) {
  std::string spelled;
  for (size_t i = 0; i < sql.size(); ++i) {
    const std::string_view rest = sql.substr(i);
    if (rest.starts_with("==") || rest.starts_with("!=")) {
      spelled += rest[0] == '=' ? "OPERATOR(pg_catalog.=)" : "OPERATOR(pg_catalog.<>)";
      ++i;
    } else if (rest.starts_with("||")) {
      spelled += "OPERATOR(pg_catalog.||)";
      ++i;
    } else if (rest.starts_with("$wanted")) {
      spelled += "(SELECT DISTINCT pg_catalog.unnest($1::pg_catalog.oid[])) AS wanted(oid)";
      i += 6;
    } else if (rest[0] == '@') {
      spelled += "pg_catalog.";
    } else if (rest[0] == '#') {
      const std::string_view name = rest.substr(1, rest.find_first_of(" )\n") - 1);
      spelled += "'pg_catalog." + std::string(name) + "'::pg_catalog.regclass::pg_catalog.oid";
      i += name.size();
    } else {
      spelled += sql[i];
    }
  }
  return spelled;
}

}  // namespace resow

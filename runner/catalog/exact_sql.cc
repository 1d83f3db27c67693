#include "runner/catalog/exact_sql.h"

#include <fmt/format.h>

namespace resow {
namespace {

// The column that says which schema a row of the catalog is of.
std::string_view schema_column(std::string_view catalog) {
  if (catalog == "pg_class") return "relnamespace";
  if (catalog == "pg_proc") return "pronamespace";
  if (catalog == "pg_operator") return "oprnamespace";
  if (catalog == "pg_collation") return "collnamespace";
  return "typnamespace";
}

std::string rows_of_schemas(std::string_view catalog, std::string_view row) {
  return exact(fmt::format(
      "(SELECT DISTINCT d.refobjid, d.objid FROM $wanted JOIN @pg_depend d"
      " ON d.refclassid == #pg_namespace AND d.refobjid == wanted.oid AND d.classid == #{0}"
      " AND d.deptype == 'n'::@\"char\") AS own(schema, oid)"
      " JOIN @{0} {1} ON {1}.oid == own.oid AND {1}.{2} == own.schema",
      catalog, row, schema_column(catalog)));
}

}  // namespace

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
    } else if (rest.starts_with("$own(")) {
      const size_t end = rest.find(')');
      const std::string_view inside = rest.substr(5, end - 5);
      const size_t blank = inside.find(' ');
      spelled += rows_of_schemas(inside.substr(0, blank), inside.substr(blank + 1));
      i += end;
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

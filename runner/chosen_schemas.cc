#include "runner/chosen_schemas.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <utility>

#include "fixtures/catalog.h"
#include "fixtures/suggestion.h"
#include "runner/exit_status.h"
#include "runner/standard_output.h"

namespace resow {

void require_text_or_json(const CommonOptions& common, const char* command, bool page) {
  if (common.format == Format::kText || common.format == Format::kJson) return;
  if (page && common.format == Format::kHtml) return;
  throw InputError({{"--format", fmt::format("{} has nothing to test", command),
                     page ? "use text, json or html" : "use text or json"}});
}

std::vector<std::string> users_schemas(Transaction& transaction) {
  const Rows rows = transaction.query(
      "SELECT n.nspname FROM pg_catalog.pg_namespace AS n"
      " WHERE NOT pg_catalog.starts_with(n.nspname::pg_catalog.text, 'pg_') AND n.nspname"
      " OPERATOR(pg_catalog.<>) ALL ('{information_schema,resow}'::pg_catalog.name[])"
      " AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d"
      " WHERE d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_namespace'::pg_catalog.regclass"
      "::pg_catalog.oid AND d.objid OPERATOR(pg_catalog.=) n.oid"
      " AND d.deptype OPERATOR(pg_catalog.=) 'e'::pg_catalog.\"char\")",
      "look for schemas");
  std::vector<std::string> schemas;
  for (size_t row = 0; row < rows.size(); ++row) schemas.emplace_back(rows.text(row, 0));
  std::sort(schemas.begin(), schemas.end(), natural_less);
  return schemas;
}

std::string database_name(Transaction& transaction) {
  return std::string(
      transaction.query("SELECT pg_catalog.current_database()", "ask for the database").text(0, 0));
}

std::vector<std::string> choose_schemas(const std::vector<std::string>& known,
                                        const Selection& asked, const char* what) {
  std::vector<Fault> faults;
  for (const std::string& pattern : asked.include) {
    const bool found = std::any_of(known.begin(), known.end(),
                                   [&](const auto& schema) { return matches(pattern, schema); });
    if (found) continue;
    faults.push_back(
        {"-n", fmt::format("no {} matches \"{}\"", what, pattern), suggest(pattern, known)});
  }
  if (!faults.empty()) throw InputError(std::move(faults));
  std::vector<std::string> chosen;
  std::copy_if(known.begin(), known.end(), std::back_inserter(chosen),
               [&](const std::string& schema) { return asked.contains(schema); });
  return chosen;
}

int print_text(const std::string& text) {
  StandardOutput output;
  output.write(text);
  if (output.finish()) return kDone;
  std::fputs("resow: the report could not be written\n", stderr);
  return kReportLost;
}

}  // namespace resow

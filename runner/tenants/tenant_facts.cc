#include "runner/tenants/tenant_facts.h"

#include <fmt/format.h>

#include "fixtures/text.h"
#include "runner/bytes_text.h"
#include "runner/catalog/exact_sql.h"
#include "runner/catalog/row_values.h"
#include "runner/history/control_tables.h"
#include "runner/history/run_record.h"
#include "runner/sql_text.h"
#include "runner/text_table.h"

namespace resow {

std::vector<TenantFacts> tenant_facts(Transaction& transaction,
                                      const std::vector<std::string>& schemas) {
  const std::vector<Field> names(schemas.begin(), schemas.end());
  const Field parameters[] = {array_text(names)};
  const Rows rows = transaction.query(
      exact("SELECT w.name, @count(c.oid) FILTER (WHERE NOT c.relispartition"
            " AND c.relkind == ANY ('{r,p,f}'::@\"char\"[])),"
            " COALESCE(@sum(c.reltuples::@int8) FILTER (WHERE c.relkind == 'r'::@\"char\""
            " AND c.reltuples OPERATOR(pg_catalog.>=) '0'::@float4), 0),"
            " COALESCE(@bool_and(c.reltuples OPERATOR(pg_catalog.>=) '0'::@float4)"
            " FILTER (WHERE c.relkind == 'r'::@\"char\"), true),"
            " COALESCE(@sum(@pg_total_relation_size(c.oid))"
            " FILTER (WHERE c.relkind == ANY ('{r,m}'::@\"char\"[])), 0)"
            " FROM @unnest($1::@text[]) WITH ORDINALITY AS w(name, place)"
            " JOIN @pg_namespace n ON n.nspname == w.name::@name"
            " LEFT JOIN @pg_class c ON c.relnamespace == n.oid"
            " GROUP BY w.name, w.place ORDER BY w.place"),
      parameters, "measure the schemas");
  std::vector<TenantFacts> facts;
  for (size_t row = 0; row < rows.size(); ++row) {
    TenantFacts tenant;
    tenant.schema = text_at(rows, row, 0);
    tenant.tables = rows.integer(row, 1);
    tenant.rows = rows.integer(row, 2);
    tenant.counted = rows.boolean(row, 3);
    tenant.bytes = rows.integer(row, 4);
    facts.push_back(std::move(tenant));
  }
  return facts;
}

std::string rows_text(const TenantFacts& facts) {
  return (facts.counted ? "~" : "at least ") + with_thousands(facts.rows);
}

std::string facts_text(const std::vector<TenantFacts>& facts) {
  if (facts.empty()) return "";
  std::vector<std::vector<std::string>> lines;
  for (const TenantFacts& tenant : facts) {
    lines.push_back({one_line(tenant.schema), with_thousands(tenant.tables), rows_text(tenant),
                     bytes_text(tenant.bytes)});
  }
  return text_table({{"schema"}, {"tables", true}, {"rows", true}, {"size", true}}, lines, 0,
                    false);
}

std::map<std::string, LastRun> last_runs(Transaction& transaction,
                                         const std::vector<std::string>& schemas) {
  std::map<std::string, LastRun> runs;
  if (!has_history(transaction)) return runs;
  const std::vector<Field> names(schemas.begin(), schemas.end());
  const Field parameters[] = {array_text(names)};
  const Rows rows =
      transaction.query(exact("SELECT DISTINCT ON (t.schema) t.schema, r.id, r.command, r.state,"
                              " @to_char(r.started, 'YYYY-MM-DD HH24:MI:SS')"
                              " FROM resow.run_table t JOIN resow.run r ON r.id == t.run"
                              " WHERE t.schema == ANY ($1::@text[]) ORDER BY t.schema, r.id DESC"),
                        parameters, "read the history");
  for (size_t row = 0; row < rows.size(); ++row) {
    runs[text_at(rows, row, 0)] = {rows.integer(row, 1), text_at(rows, row, 2),
                                   text_at(rows, row, 3), text_at(rows, row, 4)};
  }
  return runs;
}

void record_schema(Transaction& transaction, int64_t run, const std::string& schema) {
  RunCount count;
  count.schema = schema;
  add_run_counts(transaction, run, {&count, 1});
}

}  // namespace resow

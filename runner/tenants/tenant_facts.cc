#include "runner/tenants/tenant_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <span>

#include "fixtures/text.h"
#include "runner/bytes_text.h"
#include "runner/catalog/exact_sql.h"
#include "runner/catalog/row_values.h"
#include "runner/history/control_tables.h"
#include "runner/history/run_record.h"
#include "runner/sql_text.h"
#include "runner/text_table.h"

namespace resow {
namespace {

// Each is locked until its transaction ends.
constexpr size_t kCountedInTransaction = 200;

struct CountedTable {
  std::string sql_name;
  size_t tenant = 0;
};

struct CountableTables {
  std::vector<CountedTable> tables;  // that have blocks
  std::set<size_t> hidden;           // tenants with such tables that cannot be counted
};

CountableTables countable_tables(Connection& connection, const std::vector<TenantFacts>& facts) {
  std::vector<Field> names;
  for (const TenantFacts& tenant : facts) names.emplace_back(tenant.schema);
  const Field parameters[] = {array_text(names)};
  Transaction transaction(connection, Access::kReadOnly);
  const Rows rows = transaction.query(
      exact("SELECT w.place, n.nspname, c.relname, @has_schema_privilege(n.oid, 'USAGE')"
            " AND @has_table_privilege(c.oid, 'SELECT') AND NOT @row_security_active(c.oid)"
            " FROM @unnest($1::@text[]) WITH ORDINALITY AS w(name, place)"
            " JOIN @pg_namespace n ON n.nspname == w.name::@name"
            " JOIN @pg_class c ON c.relnamespace == n.oid"
            " WHERE c.relkind == 'r'::@\"char\" AND @pg_relation_size(c.oid) != '0'::@int8"
            " ORDER BY w.place, c.oid"),
      parameters, "look for tables that have rows");
  CountableTables found;
  for (size_t row = 0; row < rows.size(); ++row) {
    const auto tenant = static_cast<size_t>(rows.integer(row, 0)) - 1;
    if (rows.boolean(row, 3)) {
      found.tables.push_back({connection.quote_name(rows.text(row, 1), rows.text(row, 2)), tenant});
    } else {
      found.hidden.insert(tenant);
    }
  }
  return found;
}

}  // namespace

std::vector<TenantFacts> tenant_facts(Transaction& transaction,
                                      const std::vector<std::string>& schemas) {
  const std::vector<Field> names(schemas.begin(), schemas.end());
  const Field parameters[] = {array_text(names)};
  const Rows rows = transaction.query(
      exact("SELECT w.name, @count(c.oid) FILTER (WHERE NOT c.relispartition"
            " AND c.relkind == ANY ('{r,p,f}'::@\"char\"[])),"
            " COALESCE(@sum(c.reltuples::@int8) FILTER (WHERE c.relkind == 'r'::@\"char\""
            " AND c.reltuples OPERATOR(pg_catalog.>=) '0'::@float4), 0),"
            // Without an estimate there are neither rows nor pages in the catalog.
            " COALESCE(@bool_and(c.reltuples OPERATOR(pg_catalog.>) '0'::@float4"
            " OR c.reltuples == '0'::@float4 AND c.relpages != '0'::@int4"
            " OR COALESCE(@pg_relation_size(c.oid), 0) == '0'::@int8)"
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

void count_tenant_rows(Connection& connection, std::vector<TenantFacts>& facts,
                       Progress& progress) {
  const CountableTables found = countable_tables(connection, facts);
  std::vector<int64_t> rows(facts.size());
  progress.begin("counting rows", found.tables.size(), "tables");
  for (std::span<const CountedTable> rest(found.tables); !rest.empty();) {
    const auto some = rest.first(std::min(rest.size(), kCountedInTransaction));
    rest = rest.subspan(some.size());
    std::vector<std::string> counts;
    for (const CountedTable& table : some) {
      counts.push_back("(SELECT pg_catalog.count(*) FROM ONLY " + table.sql_name + ")");
    }
    Transaction transaction(connection, Access::kReadOnly);
    const std::vector<Field> values = scalars(transaction, counts, "count the rows");
    for (size_t i = 0; i < some.size(); ++i) rows[some[i].tenant] += std::stoll(*values[i]);
    progress.done(some.size());
  }
  for (size_t i = 0; i < facts.size(); ++i) {
    if (found.hidden.contains(i)) continue;
    facts[i].rows = rows[i];
    facts[i].exact = true;
  }
}

std::string rows_text(const TenantFacts& facts) {
  const std::string rows = with_thousands(facts.rows);
  if (facts.exact) return rows;
  if (facts.counted) return "~" + rows;
  return facts.rows == 0 ? "not analyzed" : "at least " + rows + " (not all analyzed)";
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

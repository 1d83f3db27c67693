#include "runner/tenants/tenant_script.h"

#include <fmt/format.h>

#include <utility>

#include "fixtures/structure/drift.h"
#include "fixtures/structure/own_schema.h"
#include "fixtures/structure/privileges_sql.h"
#include "fixtures/text.h"
#include "runner/local_settings.h"
#include "runner/sql_text.h"
#include "runner/structure/read_structure.h"

namespace resow {
namespace {

// Of a statement, to say which it was.
constexpr size_t kShownStatement = 100;

// As many statements as go in one round trip: the server keeps all of a message in memory.
constexpr size_t kBytesOfTrip = 100'000;

Statements missing_grants(const Structure& wanted, const Structure& found) {
  Statements statements;
  for (const StructureDifference& difference : compare_structures(wanted, found)) {
    for (const ChangedFact& change : difference.facts) {
      if (change.fact != Fact::kPrivileges) continue;
      for (std::string& statement :
           change_privileges_sql(wanted, wanted.objects[difference.wanted], change.found)) {
        statements.push_back(std::move(statement));
      }
    }
  }
  return statements;
}

bool misses_something(const DatabaseError& error) {
  for (const char* state : {"42704", "42883", "42P01", "3F000"}) {  // type, function, table, schema
    if (error.sqlstate == state) return true;
  }
  return false;
}

void run_statement(Transaction& transaction, const std::string& schema,
                   const std::string& statement, const std::string& step) {
  try {
    transaction.savepoint([&] { transaction.execute(statement, step); });
  } catch (const DatabaseError& error) {
    if (!misses_something(error)) throw;
    transaction.execute(fmt::format("SET LOCAL search_path = {}, public",
                                    transaction.connection().quote_name(schema)),
                        step);
    transaction.execute(statement, step);
    transaction.execute(kPinnedPath, step);
  }
}

}  // namespace

std::vector<std::string> quoted_by_server(Transaction& transaction,
                                          std::span<const std::string> names) {
  const std::vector<Field> elements(names.begin(), names.end());
  const Field parameters[] = {array_text(elements)};
  const Rows rows = transaction.query(
      "SELECT pg_catalog.quote_ident(w.name) FROM pg_catalog.unnest($1::pg_catalog.text[])"
      " WITH ORDINALITY AS w(name, place) ORDER BY w.place",
      parameters, "ask how names are written");
  std::vector<std::string> quoted;
  for (size_t row = 0; row < rows.size(); ++row) quoted.emplace_back(rows.text(row, 0));
  return quoted;
}

std::vector<std::string> statements_for(const Statements& marked, const std::string& schema,
                                        const std::string& sql_schema,
                                        const std::string& sql_owner) {
  std::vector<std::string> statements;
  for (const std::string& statement : marked) {
    statements.push_back(replace_marks(statement, {schema, sql_schema, sql_owner}));
  }
  return statements;
}

void run_statements(Transaction& transaction, const std::string& schema,
                    std::span<const std::string> statements, const std::string& step) {
  transaction.execute(
      "SET LOCAL check_function_bodies = off; SET LOCAL standard_conforming_strings = on", step);
  size_t begin = 0;
  while (begin < statements.size()) {
    std::string sql;
    size_t end = begin;
    while (end < statements.size() && sql.size() < kBytesOfTrip) sql += statements[end++] + ";\n";
    try {
      transaction.savepoint([&] { transaction.execute(sql, step); });
    } catch (const DatabaseError& error) {
      if (error.connection_lost) throw;
      // One by one, to know which.
      for (size_t i = begin; i < end; ++i) {
        run_statement(
            transaction, schema, statements[i],
            fmt::format("{}: {}", step, shortened(one_line(statements[i]), kShownStatement)));
      }
    }
    begin = end;
  }
}

std::string script_of(std::span<const std::string> statements) {
  std::string script;
  for (const std::string& statement : statements) script += statement + ";\n";
  return script;
}

Structure make_like(Transaction& transaction, const Structure& wanted, const std::string& schema,
                    bool ids) {
  Structure found = read_structure(transaction, schema, ids);
  const Statements statements = missing_grants(wanted, found);
  if (!statements.empty()) {
    run_statements(transaction, schema,
                   statements_for(statements, schema, found.sql_schema, wanted.sql_owner),
                   schema + ": grant what the template grants");
    found = read_structure(transaction, schema, ids);
  }
  const TenantDrift drift = drift_of(wanted, found);
  if (!drift.differs()) return found;
  std::string all;
  for (const DriftLine& line : drift.lines) {
    if (!line.cosmetic) all += (all.empty() ? "" : "; ") + line.text;
  }
  DatabaseError error(fmt::format("{} did not become like {}: {}", schema, wanted.schema, all));
  error.step = fmt::format("{}: compare with the template", schema);
  throw error;
}

std::string quoted_user(Transaction& transaction) {
  return std::string(
      transaction.query("SELECT pg_catalog.quote_ident(CURRENT_USER)", "ask who we are")
          .text(0, 0));
}

}  // namespace resow

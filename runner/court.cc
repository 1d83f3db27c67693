#include "runner/court.h"

#include <fmt/format.h>

#include <algorithm>

#include "fixtures/candidate_values.h"
#include "fixtures/column_type.h"
#include "runner/database_failure.h"
#include "runner/fill_tables.h"
#include "runner/sql_text.h"

namespace resow {
namespace {

constexpr size_t kMostQuestions = 3000;  // about one table
constexpr size_t kRowsAtOnce = 500;

std::string type_of(const Connection& connection, const JudgedTable& table, const Column& column) {
  const Type* type = column_type(table.catalog, column).type;
  return type == nullptr ? type_name(connection, table.catalog, column)
                         : connection.quote_name(type->schema, type->name);
}

// Of a column that we do not fill, its DEFAULT.
std::string value_text(const Connection& connection, const JudgedTable& table, ColumnNumber number,
                       const Constant& value) {
  const Column& column = *table.relation().column(number);
  const bool ours = table.program(number) != nullptr;
  std::string text = "NULL";
  if (value) {
    text = connection.quote_literal(*value);
  } else if (!ours && column.default_expression && !column.sequence &&
             column.default_expression->find("nextval") == std::string::npos) {
    text = "(" + *column.default_expression + ")";
  } else if (!ours && (column.sequence || column.identity != Identity::kNone)) {
    text = "1";
  }
  return text + "::" + type_of(connection, table, column);
}

// Which of the rows [first, first + count) satisfy the checks.
std::string question(const Connection& connection, const JudgedTable& table,
                     const std::vector<JudgedCheck>& checks,
                     const std::vector<ColumnNumber>& columns, const std::vector<ProposedRow>& rows,
                     size_t first, size_t count) {
  std::vector<size_t> sent;  // into columns
  std::string names = "\"resow row\"", made;
  for (size_t i = 0; i < columns.size(); ++i) {
    const Column& column = *table.relation().column(columns[i]);
    if (column.generated && column.default_expression) {
      made += ", (" + *column.default_expression + ") AS " + connection.quote_name(column.name);
    } else {
      sent.push_back(i);
      names += ", " + connection.quote_name(column.name);
    }
  }
  std::string sql = "SELECT \"resow row\" FROM (SELECT t.*" + made + " FROM (VALUES ";
  for (size_t row = first; row < first + count; ++row) {
    sql += fmt::format("{}({}", row == first ? "" : ", ", row);
    for (const size_t i : sent) {
      sql += ", " + value_text(connection, table, columns[i], rows[row][i]);
    }
    sql += ")";
  }
  sql += ") AS t(" + names + ") OFFSET 0) AS t WHERE ";
  for (size_t i = 0; i < checks.size(); ++i) {
    sql += std::string(i == 0 ? "" : " AND ") + "((" + checks[i].sql + ") IS NOT FALSE)";
  }
  return sql;
}

}  // namespace

Court::Court(Transaction& transaction, const Plan& plan) : transaction_(transaction) {
  transaction.execute(
      "SAVEPOINT resow_judge; SET LOCAL transaction_read_only = on;"
      " SET LOCAL statement_timeout = '10s'",
      "SAVEPOINT");
  use_search_path(transaction, plan);
  transaction.execute("SAVEPOINT resow_question", "SAVEPOINT");
}

void Court::close() {
  transaction_.execute("ROLLBACK TO SAVEPOINT resow_judge; RELEASE SAVEPOINT resow_judge",
                       "ROLLBACK TO SAVEPOINT");
}

bool Court::is_tired() const { return questions_ >= kMostQuestions; }

std::optional<Rows> Court::ask(const std::string& sql, const std::string& step) {
  constexpr const char* kStatementTimeout = "57014";
  ++questions_;
  try {
    return transaction_.query(sql, step);
  } catch (const DatabaseError& error) {
    if (is_about_the_session(error) && error.sqlstate != kStatementTimeout) throw;
    transaction_.execute("ROLLBACK TO SAVEPOINT resow_question", "ROLLBACK TO SAVEPOINT");
    return std::nullopt;
  }
}

void Court::collect(const JudgedTable& table, const std::vector<JudgedCheck>& checks,
                    const std::vector<ColumnNumber>& columns, const std::vector<ProposedRow>& rows,
                    size_t first, size_t count, std::vector<size_t>& result) {
  if (is_tired()) return;
  const auto answer = ask(question(connection(), table, checks, columns, rows, first, count),
                          "ask for checks of " + display_name(table.relation()));
  if (answer) {
    for (size_t i = 0; i < answer->size(); ++i) {
      result.push_back(static_cast<size_t>(answer->integer(i, 0)));
    }
  } else if (count > 1) {
    collect(table, checks, columns, rows, first, count / 2, result);
    collect(table, checks, columns, rows, first + count / 2, count - count / 2, result);
  }
}

std::vector<size_t> Court::passing(const JudgedTable& table, const std::vector<JudgedCheck>& checks,
                                   const std::vector<ColumnNumber>& columns,
                                   const std::vector<ProposedRow>& rows) {
  std::vector<size_t> result;
  for (size_t first = 0; first < rows.size(); first += kRowsAtOnce) {
    collect(table, checks, columns, rows, first, std::min(kRowsAtOnce, rows.size() - first),
            result);
  }
  std::sort(result.begin(), result.end());
  return result;
}

bool Court::learn_of_functions(const Relation& relation, JudgedCheck& check) {
  const auto rows =
      ask("SELECT p.prosrc, p.provolatile FROM pg_catalog.pg_depend AS d"
          " JOIN pg_catalog.pg_proc AS p ON p.oid OPERATOR(pg_catalog.=) d.refobjid"
          " JOIN pg_catalog.pg_constraint AS k ON k.oid OPERATOR(pg_catalog.=) d.objid"
          " WHERE d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_constraint'::pg_catalog.regclass"
          " AND d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_proc'::pg_catalog.regclass"
          " AND k.conname OPERATOR(pg_catalog.=) " +
              connection().quote_literal(check.constraint) +
              " AND (k.conrelid OPERATOR(pg_catalog.=) " + std::to_string(relation.oid) +
              "::pg_catalog.oid OR k.contypid OPERATOR(pg_catalog.<>) 0::pg_catalog.oid)",
          "look at the functions of checks");
  bool looks_around = false;
  for (size_t i = 0; rows && i < rows->size(); ++i) {
    for (std::string& word : words_of(rows->text(i, 0))) check.words.push_back(std::move(word));
    looks_around = looks_around || rows->text(i, 1) != "i";
  }
  return looks_around;
}

}  // namespace resow

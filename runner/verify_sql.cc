#include "runner/verify_sql.h"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "runner/database_failure.h"

namespace resow {
namespace {

// No query could be mended for it.
bool is_of_the_server(const DatabaseError& error) {
  return is_about_the_session(error) || error.sqlstate.starts_with("XX");
}

// Ends the subtransaction of a query that went well: it is never kept.
struct RollBack : DatabaseError {
  RollBack() : DatabaseError("") {}
};

// What a query gave: a value, or the reason why it has none.
struct Answer {
  Field value;
  std::string failure;
  bool is_wrong = false;  // the query cannot be run, whatever tables there are
  bool equal = false;     // to the expected value, as values of the type that the query gives
};

// A value that only lacks the word that it grows is told so.
std::string expected_text(const expected::Sql& what, const Answer& found) {
  if (what.value.what == Literal::What::kNull) return "NULL";
  if (what.scaled.empty() || found.value != what.scaled) return what.value.text;
  return fmt::format("{} at any scale (with \"scales\": true {})", what.value.text, what.scaled);
}

// The text is not ours: it stands as a table expression, so that one statement that gives rows is
// all it can be. The line break ends a comment at its end.
std::string wrapped(std::string_view sql, std::string_view columns) {
  return fmt::format("SELECT {} FROM (\n{}\n) AS q", columns, sql);
}

// Whether `literal`, read as the type that the query gives, equals what it gave: 3 and 3.00 do.
bool equal_in_type(Transaction& transaction, const expected::Sql& what, const std::string& step) {
  bool equal = false;
  try {
    transaction.savepoint([&] {
      const Rows type = transaction.query(
          wrapped(what.sql,
                  "pg_catalog.format_type(pg_catalog.pg_typeof(q.value)::pg_catalog.oid,"
                  " NULL)") +
              "(value)",
          step);
      const std::string name(type.text(0, 0));
      const std::vector<Field> parameters = {what.value.text};
      const Rows rows = transaction.query(
          wrapped(what.sql,
                  fmt::format("q.value = $1::{0} OR q.value::text = ($1::{0})::text", name)) +
              "(value)",
          parameters, step);
      equal = !rows.is_null(0, 0) && rows.boolean(0, 0);
    });
  } catch (const DatabaseError& error) {
    if (is_of_the_server(error)) throw;
  }
  return equal;
}

Answer answer(Transaction& transaction, const expected::Sql& what, const std::string& step) {
  const Rows rows = transaction.query(wrapped(what.sql, "*"), step);
  Answer result;
  if (rows.columns() != 1) {
    result.failure = fmt::format("the query gives {} columns, not one", rows.columns());
  } else if (rows.size() != 1) {
    result.failure = fmt::format("the query gives {} rows, not one", rows.size());
  } else {
    if (!rows.is_null(0, 0)) result.value = std::string(rows.text(0, 0));
    const bool null_expected = what.value.what == Literal::What::kNull;
    if (null_expected || !result.value) {
      result.equal = null_expected && !result.value;
    } else {
      result.equal = *result.value == what.value.text || equal_in_type(transaction, what, step);
    }
  }
  return result;
}

std::string fails(const DatabaseError& error) {
  return fmt::format("the query fails: {} (SQLSTATE {})", error.what(), error.sqlstate);
}

// Runs `body` where nothing can be changed, with the schema's own names and the scale in force.
template <typename Body>
void in_schema(Transaction& transaction, const std::string& schema, const expected::Sql& what,
               const std::string& step, const Body& body) {
  const std::vector<Field> scale = {std::to_string(what.scale)};
  try {
    transaction.savepoint([&] {
      transaction.execute("SET LOCAL transaction_read_only = on; SET LOCAL search_path TO " +
                              transaction.connection().quote_name(schema) + ", public",
                          step);
      transaction.query("SELECT pg_catalog.set_config('resow.scale', $1::pg_catalog.text, true)",
                        scale, step);
      body();
      throw RollBack();
    });
  } catch (const RollBack&) {
  }
}

// A table, column or schema that may still come, or went: that is a difference.
bool names_what_is_not_there(const DatabaseError& error) {
  return error.sqlstate == "42P01" || error.sqlstate == "42703" || error.sqlstate == "3F000";
}

Answer answer_read_only(Transaction& transaction, const std::string& schema,
                        const expected::Sql& what) {
  const std::string step = fmt::format("run the expectation \"{}\"", what.name);
  Answer result;
  try {
    in_schema(transaction, schema, what, step, [&] { result = answer(transaction, what, step); });
  } catch (const DatabaseError& error) {
    if (is_of_the_server(error)) throw;
    result = {};
    result.failure = fails(error);
    result.is_wrong = !names_what_is_not_there(error);
  }
  return result;
}

}  // namespace

std::vector<Fault> check_queries(Transaction& transaction, const Plan& plan) {
  std::vector<Fault> faults;
  for_each_expectation<expected::Sql>(
      plan, [&](size_t, const Expectation& expectation, const expected::Sql& what) {
        const std::string step = fmt::format("plan the expectation \"{}\"", what.name);
        try {
          in_schema(transaction, expectation.schema, what, step,
                    [&] { transaction.query("EXPLAIN " + wrapped(what.sql, "*"), step); });
        } catch (const DatabaseError& error) {
          if (is_of_the_server(error)) throw;
          if (!std::string_view(error.sqlstate).starts_with("42")) return;  // of data, not of words
          faults.push_back({expectation.place, fails(error), "mend the query"});
        }
      });
  return faults;
}

void check_sql(Transaction& transaction, const Plan& plan, Findings& findings) {
  std::vector<Fault> faults;
  for_each_expectation<expected::Sql>(
      plan, [&](size_t i, const Expectation& expectation, const expected::Sql& what) {
        const Answer result = answer_read_only(transaction, expectation.schema, what);
        if (result.is_wrong)
          faults.push_back({expectation.place, result.failure, "mend the query"});
        if (result.equal) return;
        findings[i].push_back(
            difference(expectation, what.name, expected_text(what, result),
                       result.failure.empty() ? result.value.value_or("NULL") : result.failure));
      });
  if (!faults.empty()) throw InputError(std::move(faults));
}

}  // namespace resow

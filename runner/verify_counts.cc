#include "runner/verify_counts.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "fixtures/text.h"
#include "runner/at_table.h"
#include "runner/sql_text.h"

namespace resow {
namespace {

constexpr std::string_view kStep = "count rows";
constexpr size_t kOthersShown = 20;  // values that no expectation names

std::string rows_text(int64_t low, int64_t high) {
  if (low == high) return count_of_things(low, "row");
  return fmt::format("{} to {}", with_thousands(low), count_of_things(high, "row"));
}

// One expected::RowsBy with its column, and its values as the column's type writes them.
struct ByColumn {
  size_t expectation = 0;
  const Relation* relation = nullptr;
  const Column* column = nullptr;
  const expected::RowsBy* what = nullptr;
  std::vector<Field> values;
  std::vector<std::string> invalid;  // for each value: why it is none of the type's, or ""
};

std::string canonical(const Connection& connection, const Column& column, const Field& value) {
  if (!value) return "NULL";
  return fmt::format("({}::{})::pg_catalog.text", connection.quote_literal(*value),
                     column.type_name);
}

// Each value by itself, to find those that are not of their type.
void read_values_singly(Transaction& transaction, ByColumn& by) {
  for (const auto& entry : by.what->counts) {
    const auto& asked = entry.first;
    std::string why;
    Field read;
    try {
      transaction.savepoint([&] {
        const std::string expression = canonical(transaction.connection(), *by.column, asked);
        read = scalars(transaction, std::span(&expression, 1), kStep).front();
      });
    } catch (const DatabaseError& error) {
      if (error.connection_lost) throw;
      why = error.what();
    }
    by.values.push_back(read);
    by.invalid.push_back(why);
  }
}

void read_values(Transaction& transaction, std::vector<ByColumn>& all) {
  std::vector<std::string> expressions;
  for (const ByColumn& by : all) {
    for (const auto& [value, count] : by.what->counts) {
      expressions.push_back(canonical(transaction.connection(), *by.column, value));
    }
  }
  if (expressions.empty()) return;
  try {
    std::vector<Field> values;
    transaction.savepoint([&] { values = scalars(transaction, expressions, kStep); });
    auto next = values.begin();
    for (ByColumn& by : all) {
      const auto end = next + static_cast<ptrdiff_t>(by.what->counts.size());
      by.values.assign(next, end);
      by.invalid.resize(by.values.size());
      next = end;
    }
  } catch (const DatabaseError& error) {
    if (error.connection_lost) throw;
    for (ByColumn& by : all) read_values_singly(transaction, by);
  }
}

// Groups of all these columns in one query: (which, value, rows).
Rows read_groups(Transaction& transaction, const std::vector<ByColumn>& all) {
  std::string sql;
  std::vector<Field> parameters;
  for (const ByColumn& by : all) {
    parameters.emplace_back(array_text(by.values));
    const std::string parameter = fmt::format("${}::pg_catalog.text[]", parameters.size());
    sql += fmt::format(
        "{}(SELECT {}, g.v, g.n FROM (SELECT c.{}::pg_catalog.text AS v, pg_catalog.count(*) AS n"
        " FROM {} AS c GROUP BY 1) AS g"
        " ORDER BY (g.v IS NULL OR g.v OPERATOR(pg_catalog.=) ANY ({})) DESC, g.n DESC,"
        " g.v COLLATE pg_catalog.\"C\" LIMIT {})",
        sql.empty() ? "" : " UNION ALL ", parameters.size() - 1,
        transaction.connection().quote_name(by.column->name),
        only_table(transaction.connection(), *by.relation), parameter,
        by.values.size() + 1 + kOthersShown);
  }
  return transaction.query(sql, parameters, kStep);
}

std::string value_key(const std::string& column, const Field& value) {
  return value ? fmt::format("{} = {}", column, *value) : fmt::format("{} is NULL", column);
}

using Counts = std::vector<std::pair<Field, int64_t>>;

int64_t count_of(const Counts& found, const Field& value) {
  for (const auto& [v, n] : found) {
    if (v == value) return n;
  }
  return 0;
}

bool is_expected(const ByColumn& by, const Field& value) {
  return std::find(by.values.begin(), by.values.end(), value) != by.values.end();
}

// The expected values as they were written, also those that nobody has, then the others.
Counts expected_first(const ByColumn& by, const Counts& found) {
  Counts counts;
  for (size_t i = 0; i < by.values.size(); ++i) {
    if (by.invalid[i].empty()) counts.emplace_back(by.values[i], count_of(found, by.values[i]));
  }
  std::copy_if(found.begin(), found.end(), std::back_inserter(counts),
               [&](const auto& entry) { return !is_expected(by, entry.first); });
  return counts;
}

std::vector<Difference> compare(const Expectation& expectation, const ByColumn& by,
                                const Counts& found) {
  std::vector<Difference> differences;
  for (size_t i = 0; i < by.values.size(); ++i) {
    const auto& [written, expected] = by.what->counts[i];
    const std::string key = value_key(by.what->column, written);
    const int64_t actual = count_of(found, by.values[i]);
    if (!by.invalid[i].empty()) {
      differences.push_back(difference(expectation, key, count_of_things(expected, "row"),
                                       "no such value: " + by.invalid[i]));
    } else if (actual != expected) {
      differences.push_back(difference(expectation, key, count_of_things(expected, "row"),
                                       count_of_things(actual, "row")));
    }
  }
  return differences;
}

}  // namespace

std::map<size_t, int64_t> count_tables(Transaction& transaction, const Catalog& catalog,
                                       const Plan& plan,
                                       const std::map<size_t, ComparedContent>& read) {
  std::map<size_t, int64_t> counted;
  std::set<size_t> tables;
  for_each_expectation<expected::Rows>(
      plan, [&](size_t, const Expectation& expectation, const expected::Rows&) {
        if (!expectation.relation) return;
        const auto known = read.find(*expectation.relation);
        if (known == read.end()) {
          tables.insert(*expectation.relation);
        } else {
          counted[known->first] = known->second.rows;
        }
      });
  std::vector<std::string> expressions;
  for (const size_t index : tables) {
    expressions.push_back("(SELECT pg_catalog.count(*) FROM " +
                          only_table(transaction.connection(), catalog.relations[index]) + ")");
  }
  const std::vector<Field> values =
      at_unreadable_of(catalog, tables, [&] { return scalars(transaction, expressions, kStep); });
  auto value = values.begin();
  for (const size_t index : tables) counted[index] = std::stoll(**value++);
  return counted;
}

void check_rows(const std::map<size_t, int64_t>& counted, const Plan& plan, Findings& findings) {
  for_each_expectation<expected::Rows>(plan, [&](size_t i, const Expectation& expectation,
                                                 const expected::Rows& what) {
    const std::string wanted = rows_text(what.low, what.high);
    if (!expectation.relation) {
      findings[i].push_back(difference(expectation, "", wanted, "no such table"));
      return;
    }
    const int64_t actual = counted.at(*expectation.relation);
    if (actual < what.low || actual > what.high) {
      findings[i].push_back(difference(expectation, "", wanted, count_of_things(actual, "row")));
    }
  });
}

std::vector<RowsByValue> check_rows_by(Transaction& transaction, const Catalog& catalog,
                                       const Plan& plan, Findings& findings) {
  std::vector<ByColumn> all;
  for_each_expectation<expected::RowsBy>(
      plan, [&](size_t i, const Expectation& expectation, const expected::RowsBy& what) {
        const Relation* relation =
            expectation.relation ? &catalog.relations[*expectation.relation] : nullptr;
        const Column* column = relation != nullptr ? relation->column(what.column) : nullptr;
        if (column == nullptr) {
          findings[i].push_back(difference(expectation, "column " + what.column, "present",
                                           relation == nullptr ? "no such table" : "absent"));
          return;
        }
        all.push_back({i, relation, column, &what, {}, {}});
      });
  std::vector<RowsByValue> result;
  if (all.empty()) return result;
  read_values(transaction, all);
  for (const ByColumn& by : all) result.push_back({by.expectation, {}});
  const Rows rows = read_groups(transaction, all);
  for (size_t row = 0; row < rows.size(); ++row) {
    const Field value = rows.is_null(row, 1) ? Field() : Field(rows.text(row, 1));
    result[static_cast<size_t>(rows.integer(row, 0))].counts.emplace_back(value,
                                                                          rows.integer(row, 2));
  }
  for (size_t i = 0; i < all.size(); ++i) {
    findings[all[i].expectation] =
        compare(plan.expectations[all[i].expectation], all[i], result[i].counts);
    result[i].counts = expected_first(all[i], result[i].counts);
  }
  return result;
}

}  // namespace resow

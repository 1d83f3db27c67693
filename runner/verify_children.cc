#include "runner/verify_children.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "fixtures/text.h"
#include "generators/column_batch.h"
#include "runner/sql_text.h"

namespace resow {
namespace {

constexpr uint64_t kParentsInBatch = 8192;

// What one expectation compares.
struct Children {
  const Expectation& expectation;
  const Relation& child;
  const ForeignKey& key;
  const Program& program;
  size_t program_parent;
  const RowShape& shape;  // of the children

  std::string step() const {
    return "count the rows of " + display_name(child) + " by " + key.name;
  }
};

// The columns of the program that hold the parent's side of the key; fewer where the server fills
// one of them.
std::vector<size_t> parent_programs(const Children& of, const Relation& parent) {
  std::vector<size_t> programs;
  const auto& columns = of.program.tables[of.program_parent].columns;
  for (const ColumnNumber number : of.key.referenced_columns) {
    const std::string& name = parent.column(number)->name;
    const auto found = std::find_if(columns.begin(), columns.end(),
                                    [&](const ColumnProgram& c) { return c.name == name; });
    if (found != columns.end()) {
      programs.push_back(static_cast<size_t>(found - columns.begin()));
    }
  }
  return programs;
}

std::vector<uint64_t> next_parents(uint64_t first, uint64_t total) {
  std::vector<uint64_t> parents(std::min(kParentsInBatch, total - first));
  std::iota(parents.begin(), parents.end(), first);
  return parents;
}

// One list for each column of the key, and a last one of expected counts.
std::vector<std::vector<Field>> expected_counts(const Children& of,
                                                const std::vector<size_t>& programs) {
  std::vector<std::vector<Field>> lists(programs.size() + 1);
  ColumnBatch batch;
  std::vector<uint64_t> counts;
  const uint64_t total = of.shape.parents();
  for (uint64_t first = 0; first < total; first += kParentsInBatch) {
    const std::vector<uint64_t> parents = next_parents(first, total);
    for (size_t i = 0; i < programs.size(); ++i) {
      fill(of.program, of.program_parent, programs[i], parents, batch);
      for (size_t row = 0; row < parents.size(); ++row) {
        Field& value = lists[i].emplace_back();
        if (batch.nulls[row] == 0) append_text(batch, row, value.emplace());
      }
    }
    counts.resize(parents.size());
    of.shape.rows_of(parents, counts);
    for (const uint64_t count : counts) lists.back().emplace_back(std::to_string(count));
  }
  return lists;
}

std::string not_null(const Connection& connection, const Children& of) {
  std::string condition;
  for (const ColumnNumber number : of.key.columns) {
    condition += (condition.empty() ? "" : " AND ") + std::string("c.") +
                 connection.quote_name(of.child.column(number)->name) + " IS NOT NULL";
  }
  return condition;
}

// The keys travel as text and are read by the server as values of the key's type: both sides are
// then written in the same way.
std::string by_key_sql(const Connection& connection, const Children& of) {
  std::string parameters, names, keys, groups, conditions;
  for (size_t i = 0; i < of.key.columns.size(); ++i) {
    const Column& column = *of.child.column(of.key.columns[i]);
    parameters += fmt::format("pg_catalog.unnest(${}::pg_catalog.text[]), ", i + 1);
    names += fmt::format("k{}, ", i);
    keys += fmt::format("c.{}::pg_catalog.text AS k{}, ", connection.quote_name(column.name), i);
    groups += fmt::format("{}{}", i == 0 ? "" : ", ", i + 1);
    conditions += fmt::format("{}a.k{} OPERATOR(pg_catalog.=) (e.k{}::{})::pg_catalog.text",
                              i == 0 ? "" : " AND ", i, i, column.type_name);
  }
  return fmt::format(
      "SELECT e.*, coalesce(a.n, 0), pg_catalog.count(*) OVER ()"
      " FROM ROWS FROM ({}pg_catalog.unnest(${}::pg_catalog.int8[])) WITH ORDINALITY"
      " AS e({}n, place)"
      " LEFT JOIN (SELECT {}pg_catalog.count(*) AS n FROM {} AS c WHERE {} GROUP BY {}) AS a ON {}"
      " WHERE e.n OPERATOR(pg_catalog.<>) coalesce(a.n, 0) ORDER BY e.place LIMIT {}",
      parameters, of.key.columns.size() + 1, names, keys, only_table(connection, of.child),
      not_null(connection, of), groups, conditions, kDifferencesShown);
}

std::vector<Difference> compare_by_key(Transaction& transaction, const Children& of,
                                       const std::vector<size_t>& programs) {
  std::vector<Field> parameters;
  for (const std::vector<Field>& list : expected_counts(of, programs)) {
    parameters.emplace_back(array_text(list));
  }
  // The server knows nothing of how many keys travel, and would compare each with each.
  transaction.execute("SET LOCAL enable_nestloop = off", of.step());
  const Rows rows =
      transaction.query(by_key_sql(transaction.connection(), of), parameters, of.step());
  transaction.execute("SET LOCAL enable_nestloop TO DEFAULT", of.step());
  std::vector<Difference> differences;
  const size_t width = of.key.columns.size();
  for (size_t row = 0; row < rows.size(); ++row) {
    std::string key;
    for (size_t i = 0; i < width; ++i) {
      key += fmt::format("{}{} = {}", i == 0 ? "" : ", ", of.child.column(of.key.columns[i])->name,
                         rows.text(row, i));
    }
    differences.push_back(difference(of.expectation, key,
                                     count_of_things(rows.integer(row, width), "row"),
                                     count_of_things(rows.integer(row, width + 2), "row")));
  }
  if (!rows.empty()) {
    const int64_t more = rows.integer(0, width + 3) - static_cast<int64_t>(rows.size());
    if (more > 0) {
      differences.push_back(
          difference(of.expectation, of.key.name, "as planned",
                     count_of_things(more, "more parent") + " with other counts"));
    }
  }
  return differences;
}

// How many parents have how many children.
using Histogram = std::map<int64_t, int64_t>;

Histogram expected_histogram(const Children& of) {
  Histogram histogram;
  std::vector<uint64_t> counts;
  const uint64_t total = of.shape.parents();
  for (uint64_t first = 0; first < total; first += kParentsInBatch) {
    const std::vector<uint64_t> parents = next_parents(first, total);
    counts.resize(parents.size());
    of.shape.rows_of(parents, counts);
    for (const uint64_t count : counts) ++histogram[static_cast<int64_t>(count)];
  }
  histogram.erase(0);
  return histogram;
}

Histogram actual_histogram(Transaction& transaction, const Children& of) {
  const Connection& connection = transaction.connection();
  // Without statistics of rows that just came the server expects few groups and then has no room
  // for them. They mostly lie in the order of their parents, which makes sorting them cheap.
  transaction.execute("SET LOCAL enable_hashagg = off", of.step());
  const Rows rows = transaction.query(
      fmt::format("SELECT a.n, pg_catalog.count(*) FROM (SELECT pg_catalog.count(*) AS n"
                  " FROM {} AS c WHERE {} GROUP BY {}) AS a GROUP BY 1",
                  only_table(connection, of.child), not_null(connection, of),
                  column_list(connection, of.child, of.key.columns, "c")),
      of.step());
  transaction.execute("SET LOCAL enable_hashagg TO DEFAULT", of.step());
  Histogram histogram;
  for (size_t row = 0; row < rows.size(); ++row) {
    histogram[rows.integer(row, 0)] = rows.integer(row, 1);
  }
  return histogram;
}

std::vector<Difference> compare_histograms(const Expectation& expectation, const ForeignKey& key,
                                           const Histogram& expected, const Histogram& actual) {
  std::set<int64_t> counts;
  for (const auto& [count, parents] : expected) counts.insert(count);
  for (const auto& [count, parents] : actual) counts.insert(count);
  const auto at = [](const Histogram& histogram, int64_t count) {
    const auto found = histogram.find(count);
    return found == histogram.end() ? int64_t{0} : found->second;
  };
  std::vector<Difference> differences;
  size_t more = 0;
  for (const int64_t count : counts) {
    if (at(expected, count) == at(actual, count)) continue;
    if (differences.size() == kDifferencesShown) {
      ++more;
      continue;
    }
    differences.push_back(difference(
        expectation, fmt::format("{} with {} each", key.name, count_of_things(count, "row")),
        count_of_things(at(expected, count), "parent"),
        count_of_things(at(actual, count), "parent")));
  }
  if (more > 0) {
    differences.push_back(
        difference(expectation, key.name, "as planned",
                   fmt::format("{} more counts that differ", with_thousands(uint64_t{more}))));
  }
  return differences;
}

}  // namespace

void check_rows_per_parent(Transaction& transaction, const Catalog& catalog, const Plan& plan,
                           const std::set<size_t>& proven, Findings& findings,
                           uint64_t parents_by_key) {
  for_each_expectation<expected::RowsPerParent>(
      plan, [&](size_t i, const Expectation& expectation, const expected::RowsPerParent& what) {
        if (proven.contains(i)) return;
        const Relation& child = catalog.relations[expectation.relation.value()];
        const Children of{expectation,
                          child,
                          child.foreign_keys[what.foreign_key],
                          plan.program,
                          what.program_parent,
                          plan.program.tables[what.program_child].shape};
        const auto programs = parent_programs(of, catalog.relations[what.parent]);
        if (of.shape.parents() <= parents_by_key && programs.size() == of.key.columns.size()) {
          findings[i] = compare_by_key(transaction, of, programs);
        } else {
          findings[i] = compare_histograms(expectation, of.key, expected_histogram(of),
                                           actual_histogram(transaction, of));
        }
      });
}

}  // namespace resow

#include "runner/found_rows.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "fixtures/pair_rules.h"

namespace resow {
namespace {

constexpr size_t kMostKept = 5000;  // rows that were found for a table

// Of rows that are alike but for a fixed dimension: one, where all of its values are there.
std::vector<std::vector<size_t>> good_for_all(const std::vector<std::vector<size_t>>& rows,
                                              size_t fixed, size_t values) {
  std::map<std::vector<size_t>, size_t> counts;
  std::vector<std::vector<size_t>> result;
  for (std::vector<size_t> row : rows) {
    row[fixed] = 0;
    if (++counts[row] == values) result.push_back(row);
  }
  return result;
}

size_t count_nulls(const ProposedRow& row) {
  return static_cast<size_t>(
      std::count_if(row.begin(), row.end(), [](const Constant& value) { return !value; }));
}

// Whether a row is another one under the unique keys that the columns have in them whole.
bool is_new(const Relation& relation, const std::vector<ColumnNumber>& columns,
            const ProposedRow& row, std::map<size_t, std::set<ProposedRow>>& seen) {
  for (size_t i = 0; i < relation.unique_keys.size(); ++i) {
    const UniqueKey& key = relation.unique_keys[i];
    if (!key.valid || key.predicate) continue;
    ProposedRow part;
    const std::vector<ColumnNumber> pair = unordered_pair(relation, key);
    for (const ColumnNumber number : pair.empty() ? key.columns : pair) {
      const auto at = std::find(columns.begin(), columns.end(), number);
      if (at == columns.end()) break;
      const Constant& value = row[static_cast<size_t>(at - columns.begin())];
      if (!value) break;
      part.push_back(value);
    }
    if (!pair.empty()) std::sort(part.begin(), part.end());
    if (part.size() == key.columns.size() && !seen[i].insert(part).second) return false;
  }
  return true;
}

}  // namespace

std::vector<std::vector<size_t>> best_rows(const Relation& relation,
                                           const std::vector<Dimension>& all,
                                           const ChosenRows& found) {
  std::vector<std::vector<size_t>> rows = found.choices;
  std::vector<ColumnNumber> columns;
  for (size_t i = 0; i < found.dimensions.size(); ++i) {
    const Dimension& dimension = all[found.dimensions[i]];
    columns.insert(columns.end(), dimension.columns.begin(), dimension.columns.end());
    if (dimension.fixed) rows = good_for_all(rows, i, dimension.choices.size());
  }
  std::map<std::vector<size_t>, size_t> nulls;
  size_t fewest = columns.size();
  for (const auto& row : rows) {
    nulls[row] = count_nulls(values_of(all, found.dimensions, row));
    fewest = std::min(fewest, nulls[row]);
  }
  std::map<size_t, std::set<ProposedRow>> seen;
  std::vector<std::vector<size_t>> best;
  for (const auto& row : rows) {
    if (nulls[row] > fewest || best.size() >= kMostKept) continue;
    if (is_new(relation, columns, values_of(all, found.dimensions, row), seen)) best.push_back(row);
  }
  return best;
}

std::vector<std::vector<size_t>> rows_for_each(const std::vector<Dimension>& all,
                                               const ChosenRows& found,
                                               const std::set<ProposedRow>& needed) {
  constexpr size_t kMostForOne = 200;
  std::map<ProposedRow, std::map<size_t, std::vector<std::vector<size_t>>>> groups;
  for (const auto& row : found.choices) {
    ProposedRow key;
    for (size_t i = 0; i < found.dimensions.size(); ++i) {
      const Dimension& dimension = all[found.dimensions[i]];
      if (dimension.fixed) key.push_back(dimension.choices[row[i]][0]);
    }
    auto& alike = groups[key][count_nulls(values_of(all, found.dimensions, row))];
    if (alike.size() < kMostForOne) alike.push_back(row);
  }
  std::vector<std::vector<size_t>> rows;
  for (const ProposedRow& key : needed) {
    const auto group = groups.find(key);
    if (group == groups.end()) return {};
    const auto& best = group->second.begin()->second;
    rows.insert(rows.end(), best.begin(), best.end());
  }
  return rows;
}

JudgedRows judged_rows(const std::vector<Dimension>& all, const ChosenRows& found, bool by_fixed) {
  JudgedRows judged;
  for (size_t i = 0; i < found.dimensions.size(); ++i) {
    const Dimension& dimension = all[found.dimensions[i]];
    if (dimension.fixed) {
      if (!by_fixed) continue;
      JudgedColumn& column = judged.by.emplace_back();
      column.column = dimension.columns[0];
      for (const auto& row : found.choices) column.values.push_back(dimension.choices[row[i]][0]);
      continue;
    }
    for (size_t part = 0; part < dimension.columns.size(); ++part) {
      JudgedColumn& column = judged.columns.emplace_back();
      column.column = dimension.columns[part];
      if (dimension.parent && dimension.referenced[part] != 0) {
        column.parents = ParentRows{*dimension.parent, dimension.referenced[part], {}};
      }
      for (const auto& row : found.choices) {
        column.values.push_back(dimension.choices[row[i]][part]);
        if (column.parents && row[i] < dimension.rows.size()) {
          column.parents->rows.push_back(dimension.rows[row[i]]);
        }
      }
      // NULL is no row of the parent's.
      if (column.parents && column.parents->rows.size() < column.values.size()) {
        column.parents.reset();
      }
    }
  }
  return judged;
}

}  // namespace resow

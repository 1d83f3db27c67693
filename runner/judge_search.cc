#include "runner/judge_search.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "fixtures/candidate_values.h"
#include "fixtures/column_type.h"
#include "fixtures/expression.h"

namespace resow {
namespace {

constexpr size_t kMostProposed = 4000;  // rows in one question
constexpr size_t kMostUnique = 5000;    // values of a column under a unique key

bool covers(const std::vector<ColumnNumber>& columns, const JudgedCheck& check) {
  return std::all_of(check.columns.begin(), check.columns.end(),
                     [&](ColumnNumber number) { return contains(columns, number); });
}

// The rows so far, each with every choice of another dimension. Where they are too many, each row
// with some of the choices, others each time, and with the last one, which is NULL where that can
// be: what has to be NULL together would else not come together.
std::vector<std::vector<size_t>> joined(const ChosenRows& rows, size_t choices) {
  const std::vector<std::vector<size_t>> start(1);
  const std::vector<std::vector<size_t>>& before = rows.choices.empty() ? start : rows.choices;
  const size_t some = std::min(before.size(), kMostProposed / 2);
  const size_t of_each = std::min(choices, std::max<size_t>(2, kMostProposed / some));
  std::vector<std::vector<size_t>> result;
  const auto add = [&](const std::vector<size_t>& row, size_t choice) {
    result.push_back(row);
    result.back().push_back(choice);
  };
  for (size_t i = 0; i < some; ++i) {
    const std::vector<size_t>& row = before[i * before.size() / some];
    for (size_t k = 0; k + 1 < of_each; ++k) {
      add(row, of_each == choices ? k : (i * (of_each - 1) + k) % (choices - 1));
    }
    add(row, choices - 1);
  }
  return result;
}

class Search {
 public:
  Search(Court& court, const JudgedTable& table, const std::vector<JudgedCheck>& checks,
         std::vector<Dimension>& all)
      : court_(court), table_(table), checks_(checks), all_(all) {}

  std::optional<ChosenRows> run(std::string& blamed) {
    for (Dimension& dimension : all_) {
      if (!narrow(dimension, blamed)) return std::nullopt;
    }
    ChosenRows rows;
    std::set<std::string> checked;
    while (rows.dimensions.size() < all_.size()) {
      const size_t next = best_next(rows.dimensions);
      rows.choices = joined(rows, all_[next].choices.size());
      rows.dimensions.push_back(next);
      const std::vector<ColumnNumber> columns = columns_of(table_, all_, rows.dimensions);
      std::vector<JudgedCheck> now;
      for (const JudgedCheck& check : checks_) {
        if (covers(columns, check) && checked.insert(check.name).second) now.push_back(check);
      }
      if (!now.empty()) keep_passing(now, all_, rows);
      if (rows.choices.empty()) {
        blamed = now.empty() ? checks_.front().what : now.front().what;
        return std::nullopt;
      }
    }
    return rows;
  }

 private:
  void keep_passing(const std::vector<JudgedCheck>& checks, const std::vector<Dimension>& all,
                    ChosenRows& rows) {
    const std::vector<ColumnNumber> columns = columns_of(table_, all, rows.dimensions);
    std::vector<ProposedRow> proposed;
    proposed.reserve(rows.choices.size());
    for (const auto& row : rows.choices) {
      proposed.push_back(values_of(all, rows.dimensions, row));
      proposed.back().resize(columns.size());
    }
    std::vector<std::vector<size_t>> kept;
    for (const size_t i : court_.passing(table_, checks, columns, proposed)) {
      kept.push_back(std::move(rows.choices[i]));
    }
    rows.choices = std::move(kept);
  }

  // Which choices of a dimension satisfy the checks on it alone.
  std::vector<size_t> passing_choices(const std::vector<JudgedCheck>& own,
                                      const Dimension& dimension) {
    ChosenRows single{{0}, {}};
    for (size_t i = 0; i < dimension.choices.size(); ++i) single.choices.push_back({i});
    keep_passing(own, {dimension}, single);
    std::vector<size_t> result;
    for (const auto& row : single.choices) result.push_back(row[0]);
    return result;
  }

  // False when nothing is left.
  bool narrow(Dimension& dimension, std::string& blamed) {
    std::vector<JudgedCheck> own;
    const std::vector<ColumnNumber> columns = columns_of(table_, {dimension}, {0});
    for (const JudgedCheck& check : checks_) {
      if (covers(columns, check)) own.push_back(check);
    }
    if (own.empty()) return true;
    const std::vector<size_t> kept = passing_choices(own, dimension);
    if (kept.empty() || (dimension.fixed && kept.size() < dimension.choices.size())) {
      blamed = own.front().what;
      return false;
    }
    std::vector<ProposedRow> choices;
    std::vector<uint64_t> rows;
    for (const size_t i : kept) {
      choices.push_back(dimension.choices[i]);
      if (i < dimension.rows.size()) rows.push_back(dimension.rows[i]);
    }
    dimension.choices = std::move(choices);
    dimension.rows = std::move(rows);
    if (is_free_and_unique(dimension)) extend(own, dimension);
    return true;
  }

  bool is_free_and_unique(const Dimension& dimension) const {
    if (dimension.fixed || dimension.parent || dimension.columns.size() != 1) return false;
    return table_.relation().is_in_unique_key(dimension.columns[0]);
  }

  // Under a unique key of its own a column needs more values: others that look like those.
  void extend(const std::vector<JudgedCheck>& own, Dimension& dimension) {
    constexpr size_t kMostExamples = 12;
    const size_t wanted = std::min<size_t>(table_.step.asked, kMostUnique);
    const ColumnType type =
        column_type(table_.catalog, *table_.relation().column(dimension.columns[0]));
    std::set<ProposedRow> known(dimension.choices.begin(), dimension.choices.end());
    const std::vector<ProposedRow> examples = dimension.choices;
    for (size_t i = 0; i < std::min(examples.size(), kMostExamples); ++i) {
      if (dimension.choices.size() > wanted || !examples[i][0]) break;
      Dimension more;
      more.columns = dimension.columns;
      for (Constant& value : values_like(type, *examples[i][0], wanted)) {
        if (known.insert({value}).second) more.choices.push_back({std::move(value)});
      }
      for (const size_t kept : passing_choices(own, more)) {
        dimension.choices.push_back(more.choices[kept]);
      }
    }
    // NULL stays the last one.
    std::stable_partition(dimension.choices.begin(), dimension.choices.end(),
                          [](const ProposedRow& row) { return row[0].has_value(); });
  }

  // The dimension that completes most checks, the one with the fewest choices first.
  size_t best_next(const std::vector<size_t>& so_far) const {
    size_t best = 0;
    std::optional<std::pair<int64_t, size_t>> best_rank;
    const std::vector<ColumnNumber> before = columns_of(table_, all_, so_far);
    for (size_t i = 0; i < all_.size(); ++i) {
      if (std::find(so_far.begin(), so_far.end(), i) != so_far.end()) continue;
      std::vector<size_t> with = so_far;
      with.push_back(i);
      const std::vector<ColumnNumber> after = columns_of(table_, all_, with);
      const auto completed = std::count_if(
          checks_.begin(), checks_.end(),
          [&](const JudgedCheck& check) { return covers(after, check) && !covers(before, check); });
      const std::pair rank(-static_cast<int64_t>(completed), all_[i].choices.size());
      if (best_rank && !(rank < *best_rank)) continue;
      best_rank = rank;
      best = i;
    }
    return best;
  }

  Court& court_;
  const JudgedTable& table_;
  const std::vector<JudgedCheck>& checks_;
  std::vector<Dimension>& all_;
};

}  // namespace

std::vector<ColumnNumber> columns_of(const JudgedTable& table, const std::vector<Dimension>& all,
                                     const std::vector<size_t>& dimensions) {
  std::vector<ColumnNumber> columns;
  for (const size_t i : dimensions) {
    columns.insert(columns.end(), all[i].columns.begin(), all[i].columns.end());
  }
  const size_t proposed = columns.size();
  for (const Column& column : table.relation().columns) {
    if (!column.generated || !column.default_expression) continue;
    const auto names = columns_of(parse_expression(*column.default_expression));
    const bool made = std::all_of(names.begin(), names.end(), [&](const std::string& name) {
      const Column* of = table.relation().column(std::string_view(name));
      return of == nullptr ||
             std::find(columns.begin(), columns.begin() + static_cast<std::ptrdiff_t>(proposed),
                       of->number) != columns.begin() + static_cast<std::ptrdiff_t>(proposed);
    });
    if (made) columns.push_back(column.number);
  }
  return columns;
}

ProposedRow values_of(const std::vector<Dimension>& all, const std::vector<size_t>& dimensions,
                      const std::vector<size_t>& choices) {
  ProposedRow values;
  for (size_t i = 0; i < dimensions.size(); ++i) {
    const ProposedRow& part = all[dimensions[i]].choices[choices[i]];
    values.insert(values.end(), part.begin(), part.end());
  }
  return values;
}

std::optional<ChosenRows> search_rows(Court& court, const JudgedTable& table,
                                      const std::vector<JudgedCheck>& checks,
                                      std::vector<Dimension>& all, std::string& blamed) {
  return Search(court, table, checks, all).run(blamed);
}

}  // namespace resow

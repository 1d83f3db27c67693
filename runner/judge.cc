#include "runner/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "runner/court.h"
#include "runner/dimensions.h"
#include "runner/found_rows.h"
#include "runner/judge_search.h"
#include "runner/judged_checks.h"
#include "runner/judged_table.h"

namespace resow {
namespace {

// In Judgements::satisfied, of a table: all that can be found was found.
constexpr const char* kEverything = "";

// Checks that share columns with a failing one, together with it.
std::vector<std::vector<JudgedCheck>> grouped(const std::vector<JudgedCheck>& checks,
                                              const std::vector<JudgedCheck>& failing) {
  std::vector<std::vector<JudgedCheck>> result;
  std::set<std::string> taken;
  for (const JudgedCheck& start : failing) {
    if (!taken.insert(start.name).second) continue;
    std::vector<JudgedCheck> group = {start};
    for (bool grown = true; grown;) {
      grown = false;
      const std::vector<ColumnNumber> columns = columns_in(group);
      for (const JudgedCheck& check : checks) {
        const bool shares =
            std::any_of(check.columns.begin(), check.columns.end(),
                        [&](ColumnNumber number) { return contains(columns, number); });
        if (!shares || !taken.insert(check.name).second) continue;
        group.push_back(check);
        grown = true;
      }
    }
    result.push_back(std::move(group));
  }
  return result;
}

// Whether a column's values do not follow from others of the row.
bool stands_alone(const ColumnRule& rule) {
  if (const auto* literal = std::get_if<rule::Literal>(&rule.how)) {
    return std::all_of(literal->cells.begin(), literal->cells.end(), [&](const rule::Cell& cell) {
      return cell.what == rule::Cell::What::kConstant ||
             (cell.what == rule::Cell::What::kOtherwise && literal->otherwise != nullptr &&
              stands_alone(*literal->otherwise));
    });
  }
  if (const auto* text = std::get_if<rule::Template>(&rule.how)) {
    return std::none_of(text->parts.begin(), text->parts.end(), [](const auto& part) {
      return part.what == rule::TemplatePart::What::kColumn;
    });
  }
  return !std::holds_alternative<rule::After>(rule.how) &&
         !std::holds_alternative<rule::ByColumns>(rule.how);
}

class TableJudge {
 public:
  TableJudge(Court& court, const JudgedTable& table, Judgements& judgements)
      : court_(court), table_(table), judgements_(judgements) {}

  // True when something was found that changes the plan.
  bool run() {
    const std::vector<JudgedCheck> checks =
        judged_checks(court_.connection(), table_.catalog, table_.step.relation);
    if (is_satisfied(kEverything) ||
        std::all_of(checks.begin(), checks.end(),
                    [&](const JudgedCheck& check) { return is_satisfied(check.name); })) {
      return false;
    }
    court_.begin_table();
    const std::vector<JudgedCheck> failing = failing_of(checks);
    bool changed = false;
    for (std::vector<JudgedCheck>& group : grouped(checks, failing)) {
      changed = solve(std::move(group), failing) || changed;
    }
    if (!changed) note_satisfied(kEverything);
    return changed;
  }

 private:
  // Whether all columns that are not ours have values that do not follow from columns of the row.
  bool can_be_told_apart(const std::vector<Dimension>& all, const ChosenRows& found) const {
    return std::all_of(found.dimensions.begin(), found.dimensions.end(), [&](size_t index) {
      if (!all[index].fixed) return true;
      const ColumnProgram* program = table_.program(all[index].columns[0]);
      return program != nullptr && stands_alone(program->rule);
    });
  }

  // The combinations that they have in the sample, and each value of one that is alone.
  std::set<ProposedRow> fixed_values(const std::vector<Dimension>& all,
                                     const ChosenRows& found) const {
    std::vector<ColumnNumber> columns;
    std::set<ProposedRow> values;
    for (const size_t index : found.dimensions) {
      if (!all[index].fixed) continue;
      columns.push_back(all[index].columns[0]);
      values = {all[index].choices.begin(), all[index].choices.end()};
    }
    if (columns.size() == 1) return values;
    const std::vector<ProposedRow> sample = sample_of(table_, columns);
    return {sample.begin(), sample.end()};
  }

  bool is_satisfied(const std::string& check) const {
    return judgements_.satisfied.contains({table_.step.relation, check});
  }
  void note_satisfied(const std::string& check) {
    judgements_.satisfied.emplace(table_.step.relation, check);
  }

  // Those that some rows of the sample do not satisfy.
  std::vector<JudgedCheck> failing_of(const std::vector<JudgedCheck>& checks) {
    const std::vector<ColumnNumber> columns = columns_in(checks);
    const std::vector<ProposedRow> sample = sample_of(table_, columns);
    const bool all = court_.passing(table_, checks, columns, sample).size() == sample.size();
    std::vector<JudgedCheck> failing;
    for (const JudgedCheck& check : checks) {
      if (is_satisfied(check.name)) continue;
      if (all || court_.passing(table_, {check}, columns, sample).size() == sample.size()) {
        note_satisfied(check.name);
      } else {
        failing.push_back(check);
      }
    }
    return failing;
  }

  // Not one row of the sample satisfies the checks.
  bool is_hopeless(const std::vector<JudgedCheck>& failing) {
    const std::vector<ColumnNumber> columns = columns_in(failing);
    return court_.passing(table_, failing, columns, sample_of(table_, columns)).empty();
  }

  // Whether a check refuses values of columns that are not ours to choose, and names no other ones:
  // then it is said which.
  bool refuses_what_is_fixed(const std::vector<JudgedCheck>& checks,
                             const std::vector<Dimension>& all) {
    std::vector<ColumnNumber> fixed;
    for (const Dimension& dimension : all) {
      if (dimension.fixed && table_.program(dimension.columns[0]) != nullptr) {
        fixed.push_back(dimension.columns[0]);
      }
    }
    for (const JudgedCheck& check : checks) {
      const auto is_fixed = [&](ColumnNumber number) { return contains(fixed, number); };
      if (!std::all_of(check.columns.begin(), check.columns.end(), is_fixed)) continue;
      const std::vector<ProposedRow> rows = first_rows_of(table_, check.columns);
      const std::vector<size_t> passing = court_.passing(table_, {check}, check.columns, rows);
      if (passing.size() == rows.size() || court_.is_tired()) continue;
      size_t refused = 0;
      while (refused < passing.size() && passing[refused] == refused) ++refused;
      std::string values;
      for (size_t i = 0; i < check.columns.size(); ++i) {
        values += fmt::format("{}{} = {}", i == 0 ? "" : ", ",
                              table_.relation().column(check.columns[i])->name,
                              rows[refused][i].value_or("NULL"));
      }
      judgements_.unsatisfiable[table_.step.relation].push_back(
          {fmt::format("{}: {} {}", display_name(table_.relation()), check.refuses, values),
           check.columns});
      return true;
    }
    return false;
  }

  bool keep_rows(const std::vector<Dimension>& all, ChosenRows found,
                 std::vector<std::vector<size_t>> rows, bool by_fixed,
                 const std::vector<JudgedCheck>& group) {
    found.choices = std::move(rows);
    JudgedRows judged = judged_rows(all, found, by_fixed);
    if (found.choices.empty() || judged.columns.empty()) return false;
    judgements_.rows[table_.step.relation].push_back(std::move(judged));
    for (const JudgedCheck& check : group) note_satisfied(check.name);
    return true;
  }

  // Rows that satisfy the checks whatever number they have.
  bool solve_beside_ids(const std::vector<JudgedCheck>& group) {
    if (!has_ids(table_, group)) return false;
    std::vector<Dimension> all = dimensions_of(table_, group, Ids::kHeld);
    std::string blamed;
    const auto found = search_rows(court_, table_, group, all, blamed);
    return found && keep_rows(all, *found, best_rows(table_.relation(), all, *found), false, group);
  }

  // Rows that satisfy the checks of the group, or why there are none.
  bool solve(std::vector<JudgedCheck> group, const std::vector<JudgedCheck>& failing) {
    const Relation& relation = table_.relation();
    bool looks_around = false;
    for (JudgedCheck& check : group) {
      looks_around = court_.learn_of_functions(relation, check) || looks_around;
    }
    if (solve_beside_ids(group)) return true;
    std::vector<Dimension> all = dimensions_of(table_, group);
    if (!looks_around && refuses_what_is_fixed(group, all)) return true;
    size_t proposed = 0;
    for (const Dimension& dimension : all) proposed += dimension.choices.size();
    std::string blamed;
    std::optional<ChosenRows> found = search_rows(court_, table_, group, all, blamed);
    if (!found) {
      if (looks_around || court_.is_tired() || !is_hopeless(failing)) return false;
      judgements_.unsatisfiable[table_.step.relation].push_back(
          {fmt::format("{}: no row is known that satisfies {} ({} values were tried)",
                       display_name(relation), blamed, proposed),
           columns_in(group)});
      return true;
    }
    std::vector<std::vector<size_t>> best = best_rows(relation, all, *found);
    const bool by_fixed = best.empty() && can_be_told_apart(all, *found);
    if (by_fixed) best = rows_for_each(all, *found, fixed_values(all, *found));
    return keep_rows(all, *found, std::move(best), by_fixed, group);
  }

  Court& court_;
  const JudgedTable& table_;
  Judgements& judgements_;
};

}  // namespace

bool judge(Transaction& transaction, const Catalog& catalog, const Dataset& dataset,
           const Plan& plan, Judgements& judgements) {
  std::optional<Court> court;
  bool changed = false;
  for (const LoadStep& step : plan.filled) {
    if (step.rows == 0 || judgements.unsatisfiable.contains(step.relation)) continue;
    if (judged_checks(transaction.connection(), catalog, step.relation).empty()) continue;
    if (!court) court.emplace(transaction, plan);
    const JudgedTable table{catalog, dataset, plan, step};
    changed = TableJudge(*court, table, judgements).run() || changed;
  }
  if (court) court->close();
  return changed;
}

Plan make_judged_plan(Transaction& transaction, const Catalog& catalog, const Dataset* dataset,
                      const Request& request, const Scope& scope, State& state) {
  constexpr int kMostRounds = 3;
  Plan plan = make_plan(catalog, dataset, request, scope, state);
  for (int round = 0; dataset != nullptr && round < kMostRounds; ++round) {
    if (!judge(transaction, catalog, *dataset, plan, state.judgements)) break;
    plan = make_plan(catalog, dataset, request, scope, state);
  }
  return plan;
}

}  // namespace resow

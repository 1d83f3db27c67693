#include "runner/prune/analysis.h"

#include <fmt/format.h>

#include <string_view>

#include "fixtures/fault.h"
#include "runner/catalog/row_values.h"
#include "runner/prune/analysis_sql.h"
#include "runner/prune/condition_sql.h"

namespace resow {
namespace {

// Also: it would change something, which nothing that a policy says may.
bool is_about_words(const DatabaseError& error) {
  const std::string_view code = error.sqlstate;
  if (error.connection_lost || code == "42501") return false;
  return code.starts_with("42") || code.starts_with("22") || code == "25006";
}

// What is wrong with one rule or value: asked alone.
class WordsOfPolicy {
 public:
  WordsOfPolicy(Transaction& transaction, const PruneContext& context)
      : transaction_(transaction), context_(context) {}

  std::vector<Fault> faults() {
    const Connection& connection = transaction_.connection();
    for (const PruneTable& table : context_.plan.tables) {
      for (const auto* rules : {&table.rules, &table.late_rules}) {
        check_rules(table.relation, table.place, *rules);
      }
    }
    for (const PruneReset& reset : context_.plan.resets) {
      check_rules(reset.relation, reset.place, reset.rules);
      for (const PruneReset::Column& column : reset.columns) {
        ask(reset.relation, column.place,
            differs_sql(connection, context_.catalog, reset.relation, column));
      }
    }
    return std::move(faults_);
  }

 private:
  void check_rules(size_t relation, const Place& place, const std::vector<PruneCondition>& rules) {
    for (const PruneCondition& rule : rules) {
      ask(relation, rule.where.empty() ? place : rule.where_place,
          condition_sql(transaction_.connection(), context_.catalog, relation, {rule}).text);
    }
  }

  void ask(size_t relation, const Place& place, const std::string& condition) {
    const std::string step = "try what the policy says";
    try {
      as_the_policy_reads(transaction_, context_.plan.schemas, step, [&] {
        transaction_.query(
            fmt::format("SELECT FROM {} WHERE {}",
                        from_sql(transaction_.connection(), context_.catalog.relations[relation]),
                        condition),
            step);
      });
    } catch (const DatabaseError& error) {
      if (!is_about_words(error)) throw;
      faults_.push_back(
          {place, fmt::format("{} (SQLSTATE {})", error.what(), error.sqlstate), error.hint});
    }
  }

  Transaction& transaction_;
  const PruneContext& context_;
  std::vector<Fault> faults_;
};

void read_totals(const Rows& rows, const PrunePlan& plan, UnitAnalysis& analysis) {
  analysis.tables.resize(plan.tables.size());
  analysis.resets.resize(plan.resets.size());
  for (size_t row = 0; row < rows.size(); ++row) {
    const auto place = static_cast<size_t>(rows.integer(row, 0));
    if (place >= plan.tables.size()) {
      analysis.resets[place - plan.tables.size()] = {rows.integer(row, 1), rows.integer(row, 2)};
      continue;
    }
    TableAnalysis& table = analysis.tables[place];
    table.rows = rows.integer(row, 1);
    table.gone = rows.integer(row, 2);
    table.kept = rows.integer(row, 3);
    const std::vector<Field> keepers = array_elements(rows.text(row, 4));
    size_t next = 0;
    for (size_t edge = 0; edge < plan.edges.size(); ++edge) {
      if (plan.edges[edge].parent_table != place) continue;
      const int64_t kept = std::stoll(*keepers.at(next++));
      if (kept > 0) table.keepers.emplace_back(edge, kept);
    }
    table.oldest = optional_text_at(rows, row, 5);
    table.newest = optional_text_at(rows, row, 6);
    table.oldest_gone = optional_text_at(rows, row, 7);
    table.newest_gone = optional_text_at(rows, row, 8);
  }
}

}  // namespace

int64_t UnitAnalysis::changes() const {
  int64_t rows = 0;
  for (const TableAnalysis& table : tables) rows += table.gone;
  for (const auto& [all, reset] : resets) rows += reset;
  return rows;
}

UnitAnalysis analyze(Transaction& transaction, const PruneContext& context, bool by_month) {
  UnitAnalysis analysis;
  analysis.months.resize(context.plan.tables.size());
  const Connection& connection = transaction.connection();
  const std::string totals = totals_sql(connection, context);
  const std::string months = by_month ? months_sql(connection, context) : "";
  if (totals.empty()) return analysis;
  const std::string step = "count what would go";
  try {
    as_the_policy_reads(transaction, context.plan.schemas, step, [&] {
      read_totals(transaction.query(totals, step), context.plan, analysis);
      if (months.empty()) return;
      const Rows rows = transaction.query(months, step);
      for (size_t row = 0; row < rows.size(); ++row) {
        analysis.months[static_cast<size_t>(rows.integer(row, 0))].push_back(
            {optional_text_at(rows, row, 1), rows.integer(row, 2), rows.integer(row, 3)});
      }
    });
  } catch (const DatabaseError& error) {
    if (!is_about_words(error)) throw;
    std::vector<Fault> faults = WordsOfPolicy(transaction, context).faults();
    if (faults.empty()) throw;
    throw InputError(std::move(faults));
  }
  return analysis;
}

}  // namespace resow

#include "runner/clear_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>
#include <string>

#include "fixtures/text.h"
#include "fixtures/truncate_closure.h"
#include "runner/at_table.h"
#include "runner/relation_sizes.h"
#include "runner/set_sequences.h"
#include "runner/sql_text.h"
#include "runner/triggers.h"

namespace resow {
namespace {

// One TRUNCATE for all of these; they refer to each other and to nothing else that has to go.
void truncate(Transaction& transaction, const Catalog& catalog, const std::vector<size_t>& tables) {
  std::string sql, step;
  for (const size_t index : tables) {
    sql += (sql.empty() ? "TRUNCATE " : ", ") +
           only_table(transaction.connection(), catalog.relations[index]);
    step += (step.empty() ? "TRUNCATE " : ", ") + display_name(catalog.relations[index]);
  }
  transaction.execute(sql, step);
}

int64_t delete_rows(Transaction& transaction, const Relation& relation) {
  return at_table(relation, [&] {
    return transaction
        .query("DELETE FROM " + only_table(transaction.connection(), relation),
               "DELETE FROM " + display_name(relation))
        .affected();
  });
}

// Those of `tables` that hold a row. A size of zero answers for a table that was truncated or never
// touched; what DELETE emptied keeps its blocks.
std::vector<size_t> not_empty(Transaction& transaction, const Catalog& catalog,
                              const std::vector<size_t>& tables) {
  static constexpr std::string_view kStep = "check that the tables are empty";
  const std::map<size_t, int64_t> sizes =
      relation_sizes(transaction, catalog, {tables.begin(), tables.end()}, kStep);
  std::vector<size_t> candidates;
  std::vector<std::string> expressions;
  for (const size_t index : tables) {
    const auto size = sizes.find(index);
    if (size != sizes.end() && size->second == 0) continue;
    candidates.push_back(index);
    expressions.push_back("EXISTS (SELECT FROM " +
                          only_table(transaction.connection(), catalog.relations[index]) + ")");
  }
  const std::vector<Field> found = scalars(transaction, expressions, kStep);
  std::vector<size_t> left;
  for (size_t i = 0; i < candidates.size(); ++i) {
    if (*found[i] == "t") left.push_back(candidates[i]);
  }
  return left;
}

std::string cause(const Relation& relation) {
  std::vector<std::string> causes;
  for (const Rule& rule : relation.rules) {
    if (rule.event == '4' && rule.enabled != 'D') {
      causes.push_back(fmt::format("rule \"{}\" changes what DELETE does", rule.name));
    }
  }
  for (const Trigger& trigger : relation.triggers) {
    if (trigger.on_delete && trigger.before && trigger.for_each_row && trigger.enabled != 'D') {
      causes.push_back(
          fmt::format("trigger \"{}\" ({}) keeps rows from going", trigger.name, trigger.function));
    }
  }
  if (relation.row_security) causes.emplace_back("row security may hide rows");
  if (causes.empty()) {
    causes.emplace_back("other sessions, or triggers of other tables, add rows meanwhile");
  }
  return fmt::format("{}", fmt::join(causes, "; "));
}

[[noreturn]] void report_survivors(Transaction& transaction, const Catalog& catalog,
                                   const std::vector<size_t>& left, const std::string& obstacle) {
  std::vector<std::string> counts;
  for (const size_t index : left) {
    counts.push_back("(SELECT pg_catalog.count(*) FROM " +
                     only_table(transaction.connection(), catalog.relations[index]) + ")");
  }
  const std::vector<Field> rows = scalars(transaction, counts, "count the rows that are left");
  std::string message;
  for (size_t i = 0; i < left.size(); ++i) {
    const Relation& relation = catalog.relations[left[i]];
    message += fmt::format("{}{}: {} {} still there after DELETE: {}", message.empty() ? "" : "\n",
                           display_name(relation), count_of_things(std::stoll(*rows[i]), "row"),
                           *rows[i] == "1" ? "is" : "are", cause(relation));
  }
  StillThere error(message);
  error.schema = catalog.relations[left.front()].schema;
  error.table = catalog.relations[left.front()].name;
  error.step = "clear " + display_name(catalog.relations[left.front()]);
  error.detail = obstacle;
  error.hint = "preserve it with -T, or let its owner change what keeps the rows";
  throw error;
}

// Sequences of tables that were filled while others were cleared have moved since the plan.
void restart_moved_sequences(Transaction& transaction, const Catalog& catalog, const Plan& plan,
                             const std::vector<size_t>& tables) {
  std::set<Oid> known;
  for (const SequenceStep& step : plan.sequences) known.insert(step.sequence);
  std::vector<SequenceStep> steps;
  for (const size_t index : tables) {
    for (const Column& column : catalog.relations[index].columns) {
      if (!column.sequence || !known.insert(*column.sequence).second) continue;
      const Sequence& sequence = catalog.sequences.at(*column.sequence);
      if (sequence.owned) steps.push_back({*column.sequence, sequence.start, std::nullopt});
    }
  }
  set_sequences(transaction, catalog, steps);
}

// What one TRUNCATE has to name to empty `tables`, or why there is none that does nothing else.
struct LateTruncate {
  std::vector<size_t> tables;
  std::string obstacle;
};

LateTruncate plan_late_truncate(const Catalog& catalog, const Scope& scope,
                                const std::vector<size_t>& tables) {
  LateTruncate late;
  for (const size_t table : tables) {
    const TruncateClosure closure = truncate_closure(catalog, scope, table);
    if (!is_clean(closure)) return {{}, why_not_clean(closure, catalog)};
    for (const size_t member : closure.tables) {
      if (std::find(late.tables.begin(), late.tables.end(), member) == late.tables.end()) {
        late.tables.push_back(member);
      }
    }
  }
  return late;
}

// Takes the other ways to empty `left`.
void clear_survivors(Transaction& transaction, const Catalog& catalog, const Plan& plan,
                     const std::vector<size_t>& left) {
  LateTruncate late = plan_late_truncate(catalog, plan.scope, left);
  if (late.obstacle.empty()) {
    try {
      transaction.savepoint([&] { truncate(transaction, catalog, late.tables); });
    } catch (const DatabaseError& error) {
      if (error.connection_lost) throw;
      late.obstacle = fmt::format("TRUNCATE is not possible: {}", error.what());
    }
  }
  if (!late.obstacle.empty()) {
    for (const size_t index : left) delete_rows(transaction, catalog.relations[index]);
  }
  const std::vector<size_t> survivors = not_empty(transaction, catalog, left);
  if (!survivors.empty()) report_survivors(transaction, catalog, survivors, late.obstacle);
  restart_moved_sequences(transaction, catalog, plan, left);
}

}  // namespace

std::vector<int64_t> clear_tables(Transaction& transaction, const Catalog& catalog,
                                  const Plan& plan) {
  std::vector<size_t> all, truncated;
  for (const ClearStep& step : plan.clear) {
    all.push_back(step.relation);
    if (step.strategy == ClearStrategy::kTruncate) truncated.push_back(step.relation);
  }
  const std::vector<TriggerState> triggers = disable_triggers(transaction, catalog, plan.clear);
  // TRUNCATE goes first: it refuses tables with deferred checks pending, and it does not mind rows
  // that refer to what goes.
  if (!truncated.empty()) truncate(transaction, catalog, truncated);
  std::vector<int64_t> removed;
  for (const ClearStep& step : plan.clear) {
    const bool by_delete = step.strategy == ClearStrategy::kDelete;
    removed.push_back(by_delete ? delete_rows(transaction, catalog.relations[step.relation])
                                : step.rows);
  }
  if (const auto left = not_empty(transaction, catalog, all); !left.empty()) {
    clear_survivors(transaction, catalog, plan, left);
    const std::set<size_t> late(left.begin(), left.end());
    for (size_t i = 0; i < plan.clear.size(); ++i) {
      if (late.count(all[i]) != 0) removed[i] = std::max(removed[i], plan.clear[i].rows);
    }
  }
  if (!triggers.empty()) {
    transaction.execute("SET CONSTRAINTS ALL IMMEDIATE",
                        "check deferred constraints after clearing");
    restore_triggers(transaction, triggers);
    transaction.execute("SET CONSTRAINTS ALL DEFERRED", "defer constraints again");
  }
  return removed;
}

}  // namespace resow

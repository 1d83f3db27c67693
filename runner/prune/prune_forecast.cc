#include "runner/prune/prune_forecast.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "fixtures/index_advice.h"
#include "fixtures/text.h"
#include "runner/prune/row_scan.h"

namespace resow {
namespace {

bool fires_on_delete(const Trigger& trigger) { return trigger.on_delete && trigger.enabled != 'D'; }

// Those of the plans, and triggers.
void add_trigger_notes(PruneResult& result) {
  std::set<std::string> told;
  const auto tell = [&](std::string note) {
    if (told.insert(note).second) result.notes.push_back(std::move(note));
  };
  for (const PrunePlan& plan : result.plans) {
    for (const std::string& note : plan.notes) tell(note);
    for (const PruneTable& table : plan.tables) {
      const Relation& relation = result.catalog.relations[table.relation];
      for (const Trigger& trigger : relation.triggers) {
        if (fires_on_delete(trigger)) {
          tell(fmt::format("{}: trigger {} fires for what is deleted", display_name(relation),
                           trigger.name));
        }
      }
    }
  }
}

// CREATE INDEX ... for the columns, where nothing serves to look for them.
std::optional<std::string> missing_index(const Relation& relation,
                                         const std::vector<ColumnNumber>& columns) {
  for (const auto& prefix : relation.index_prefixes) {
    if (prefix.size() < columns.size()) continue;
    const std::set<ColumnNumber> wanted(columns.begin(), columns.end());
    const auto end = prefix.begin() + static_cast<std::ptrdiff_t>(columns.size());
    if (std::set<ColumnNumber>(prefix.begin(), end) == wanted) return {};
  }
  return create_index_advice(relation, columns);
}

// Indexes that a prune of these tables would go by.
void add_missing_indexes(PruneResult& result) {
  constexpr int64_t kWorthAnIndex = 10'000;  // rows
  for (size_t unit = 0; unit < result.plans.size(); ++unit) {
    const PrunePlan& plan = result.plans[unit];
    const UnitAnalysis& found = result.found[unit];
    for (const PruneEdge& edge : plan.edges) {
      const Relation& owner = result.catalog.relations[edge.key_owner];
      const auto facts = result.facts.find(edge.child);
      const bool large =
          facts != result.facts.end() && facts->second.rows.value_or(0) >= kWorthAnIndex;
      if (!large || found.tables[edge.parent_table].gone == 0) continue;
      if (const auto index = missing_index(owner, owner.foreign_keys[edge.foreign_key].columns)) {
        result.notes.push_back(fmt::format(
            "{}: no index on foreign key {}: every row of {} that goes reads the whole table; {}",
            display_name(owner), owner.foreign_keys[edge.foreign_key].name,
            display_name(result.catalog.relations[edge.parent]), *index));
      }
    }
    for (size_t i = 0; i < plan.tables.size(); ++i) {
      const PruneTable& table = plan.tables[i];
      if (found.tables[i].rows < kWorthAnIndex || table.rules.size() != 1) continue;
      if (table.everything || !table.rules[0].age || found.tables[i].gone == 0) continue;
      const Relation& relation = result.catalog.relations[table.relation];
      if (const auto index = missing_index(relation, {table.rules[0].age->column})) {
        result.notes.push_back(fmt::format(
            "{}: no index begins with {}: a run reads the table once from its "
            "beginning to its end; {}",
            display_name(relation), relation.column(table.rules[0].age->column)->name, *index));
      }
    }
  }
}

}  // namespace

void add_notes(PruneResult& result) {
  add_trigger_notes(result);
  add_missing_indexes(result);
}

std::vector<std::string> emptied_without_a_word(const PruneResult& result) {
  struct Sum {
    int64_t rows = 0, gone = 0;
    bool zero = false;
  };
  std::map<std::string, Sum> sums;
  for (size_t unit = 0; unit < result.plans.size(); ++unit) {
    const PrunePlan& plan = result.plans[unit];
    for (size_t i = 0; i < plan.tables.size(); ++i) {
      const PruneTable& table = plan.tables[i];
      if (table.everything || table.follow) continue;
      Sum& sum = sums[result.catalog.relations[table.relation].name];
      sum.rows += result.found[unit].tables[i].rows;
      sum.gone += result.found[unit].tables[i].gone;
      for (const PruneCondition& rule : table.rules) {
        if (rule.age && rule.age->empty_window) sum.zero = true;
      }
    }
  }
  std::vector<std::string> words;
  for (const auto& [name, sum] : sums) {
    if (sum.zero && sum.gone > 0) {
      words.push_back(fmt::format("{}: a window of zero: every age is too old", name));
    } else if (sum.gone > 0 && sum.gone == sum.rows) {
      words.push_back(
          fmt::format("{}: all of its {} would go", name, count_of_things(sum.rows, "row")));
    }
  }
  return words;
}

std::vector<Fault> obstacles(const PruneResult& result, bool archive) {
  std::vector<Fault> faults;
  const auto add = [&](const Relation& relation, std::string what, std::string mend) {
    faults.push_back({display_name(relation), std::move(what), std::move(mend)});
  };
  const auto check_common = [&](const Relation& relation) {
    if (relation.row_security_active) {
      add(relation, "row security hides rows from this role",
          "run as a role that it does not bind");
    }
  };
  for (size_t unit = 0; unit < result.plans.size(); ++unit) {
    const PrunePlan& plan = result.plans[unit];
    for (size_t i = 0; i < plan.tables.size(); ++i) {
      const Relation& relation = result.catalog.relations[plan.tables[i].relation];
      if (result.found[unit].tables[i].gone == 0) continue;
      check_common(relation);
      std::string missing;
      if (!relation.privileges.select) missing += "SELECT, ";
      if (!relation.privileges.update) missing += "UPDATE, ";
      if (!relation.privileges.del) missing += "DELETE, ";
      if (!missing.empty()) {
        missing.resize(missing.size() - 2);
        add(relation, "cannot be pruned: this role lacks " + missing,
            fmt::format("GRANT {} ON {} (UPDATE locks the rows)", missing, display_name(relation)));
      }
      for (const Rule& rule : relation.rules) {
        if (rule.event == '4' && rule.enabled != 'D') {
          add(relation, fmt::format("rule {} stands in for DELETE", rule.name),
              "disable it, or leave the table out");
        }
      }
    }
    for (size_t i = 0; i < plan.resets.size(); ++i) {
      const Relation& relation = result.catalog.relations[plan.resets[i].relation];
      if (result.found[unit].resets[i].second == 0) continue;
      check_common(relation);
      if (!relation.privileges.update || !relation.privileges.select) {
        add(relation, "cannot be reset: this role lacks SELECT or UPDATE",
            "GRANT SELECT, UPDATE ON " + display_name(relation));
      }
      if (archive && lasting_columns(result.catalog, plan.resets[i]).empty()) {
        add(relation,
            "has no primary key that is not reset itself: nobody could find its rows again to undo "
            "that",
            "give it one, or say --no-archive");
      }
    }
  }
  return faults;
}

std::string basis_of(const PruneRequest& request, const PruneResult& result) {
  std::string basis = fmt::format("{}\n{}\n", result.database, request.policy_hash);
  for (const PrunePlan& plan : result.plans) {
    basis += fmt::format("schemas {}\n", fmt::join(plan.schemas, ","));
    std::set<size_t> relations;
    for (const PruneTable& table : plan.tables) relations.insert(table.relation);
    for (const PruneReset& reset : plan.resets) relations.insert(reset.relation);
    for (const size_t i : relations) {
      const Relation& relation = result.catalog.relations[i];
      basis += fmt::format("{}.{} {}", relation.schema, relation.name, relation.oid);
      for (const Column& column : relation.columns) {
        basis += fmt::format(" {}:{}", column.name, column.type_name);
      }
      for (const Trigger& trigger : relation.triggers) basis += " trigger " + trigger.name;
      basis += "\n";
    }
    for (const PruneEdge& edge : plan.edges) {
      const Relation& owner = result.catalog.relations[edge.key_owner];
      const ForeignKey& key = owner.foreign_keys[edge.foreign_key];
      basis += fmt::format("{}.{} {} {}\n", owner.schema, owner.name, key.name, key.oid);
    }
  }
  return basis;
}

}  // namespace resow

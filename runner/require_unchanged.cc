#include "runner/require_unchanged.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "fixtures/scope_tables.h"
#include "runner/catalog/queries.h"
#include "runner/catalog/read_triggers.h"
#include "runner/catalog/row_values.h"
#include "runner/sql_text.h"

namespace resow {
namespace {

// (table, what, in which form): equal in the catalog and in the database as long as nothing
// changes.
using TableFact = std::tuple<Oid, std::string, std::string>;

constexpr const char* kName = "its name";

// Whoever attaches a partition does not ask for a lock that conflicts with ROW EXCLUSIVE.
void hold_tables(Transaction& transaction, const Catalog& catalog, const Scope& scope,
                 const std::set<size_t>& members) {
  std::string written, partitioned;
  for (const size_t index : members) {
    const Relation& relation = catalog.relations[index];
    const Privileges& may = relation.privileges;
    const bool clears = may.update || may.del || may.truncate;
    if (!clears && !may.insert) continue;  // the plan tells which privilege is missing
    const bool many =
        relation.kind == RelationKind::kPartitionedTable && clears && !scope.clear.empty();
    std::string& list = many ? partitioned : written;
    list += (list.empty() ? "" : ", ") + std::string("ONLY ") +
            table_name(transaction.connection(), relation);
  }
  std::string sql;
  if (!written.empty()) sql += "LOCK TABLE " + written + " IN ROW EXCLUSIVE MODE;";
  if (!partitioned.empty()) sql += "LOCK TABLE " + partitioned + " IN SHARE UPDATE EXCLUSIVE MODE";
  if (!sql.empty()) {
    transaction.execute(sql, fmt::format("lock the tables of {}", fmt::join(scope.schemas, ", ")));
  }
}

char letter_of(ForeignKeyAction action) {
  switch (action) {
    case ForeignKeyAction::kRestrict:
      return 'r';
    case ForeignKeyAction::kCascade:
      return 'c';
    case ForeignKeyAction::kSetNull:
      return 'n';
    case ForeignKeyAction::kSetDefault:
      return 'd';
    case ForeignKeyAction::kNoAction:
      break;
  }
  return 'a';
}

char yes_or_no(bool fact) { return fact ? 't' : 'f'; }

void add_facts_of(const Catalog& catalog, size_t index, std::set<TableFact>& facts) {
  const Relation& relation = catalog.relations[index];
  for (const size_t from : relation.referenced_by) {
    const Relation& referencing = catalog.relations[from];
    for (const ForeignKey& key : referencing.foreign_keys) {
      if (key.referenced != index) continue;
      facts.emplace(
          relation.oid, "the foreign keys to it",
          fmt::format("{} {} {}{} {} {} {}", key.oid, referencing.oid, letter_of(key.on_delete),
                      letter_of(key.on_update), yes_or_no(key.deferrable), yes_or_no(key.deferred),
                      integer_array(std::span<const ColumnNumber>(key.columns))));
    }
  }
  for (const Trigger& trigger : relation.triggers) {
    facts.emplace(relation.oid, "its triggers",
                  fmt::format("{} {} {} {}", trigger.name, trigger.function, trigger_type(trigger),
                              trigger.enabled));
  }
  for (const Rule& rule : relation.rules) {
    facts.emplace(
        relation.oid, "its rules",
        fmt::format("{} {} {} {}", rule.name, rule.event, yes_or_no(rule.instead), rule.enabled));
  }
  facts.emplace(
      relation.oid, "its row security",
      fmt::format("{} {} {}", yes_or_no(relation.row_security),
                  yes_or_no(relation.force_row_security), yes_or_no(relation.row_security_active)));
  facts.emplace(relation.oid, kName, relation.schema + "." + relation.name);
  if (relation.partition_of) {
    facts.emplace(catalog.relations[*relation.partition_of].oid, "its partitions",
                  std::to_string(relation.oid));
  }
}

std::set<TableFact> facts_now(Transaction& transaction, const std::vector<Oid>& oids,
                              bool with_partitions) {
  const Field parameters[] = {integer_array(std::span<const Oid>(oids))};
  const Rows rows = transaction.query(catalog_queries::table_facts(with_partitions), parameters,
                                      "compare the tables with the catalog as it was read");
  std::set<TableFact> facts;
  for (size_t row = 0; row < rows.size(); ++row) {
    facts.emplace(oid_at(rows, row, 0), text_at(rows, row, 1), text_at(rows, row, 2));
  }
  return facts;
}

[[noreturn]] void report_change(const Catalog& catalog, const std::set<size_t>& members,
                                const std::vector<TableFact>& changes) {
  std::map<Oid, const Relation*> tables;
  for (const size_t index : members) {
    tables.emplace(catalog.relations[index].oid, &catalog.relations[index]);
  }
  std::map<Oid, std::set<std::string>> by_table;
  for (const auto& [oid, what, form] : changes) by_table[oid].insert(what);
  for (auto& [oid, what] : by_table) {
    if (what.contains(kName)) what = {kName};  // dropped, or another one is called so now
  }
  std::vector<std::string> lines;
  const Relation* first = nullptr;
  for (const auto& [oid, what] : by_table) {
    const auto found = tables.find(oid);
    if (found == tables.end()) continue;
    if (first == nullptr) first = found->second;
    lines.push_back(fmt::format("{}: {} changed since the catalog was read",
                                display_name(*found->second), fmt::join(what, " and ")));
  }
  DatabaseError error(fmt::format("{}", fmt::join(lines, "; ")));
  error.step = "compare the tables with the catalog";
  error.hint = "nothing was changed here; run again, and look at the preview";
  if (first != nullptr) {
    error.schema = first->schema;
    error.table = first->name;
  }
  throw error;
}

}  // namespace

void require_unchanged(Transaction& transaction, const Catalog& catalog, const Scope& scope) {
  const std::set<size_t> members = changed_tables(scope);
  if (members.empty()) return;
  hold_tables(transaction, catalog, scope, members);

  std::vector<Oid> oids;
  std::set<TableFact> expected;
  for (const size_t index : members) {
    oids.push_back(catalog.relations[index].oid);
    add_facts_of(catalog, index, expected);
  }
  // A partition that was cleared alone says whose it is; the others of that one are not asked for.
  std::erase_if(expected, [&](const TableFact& fact) {
    return std::find(oids.begin(), oids.end(), std::get<0>(fact)) == oids.end();
  });
  const bool with_partitions = std::any_of(members.begin(), members.end(), [&](size_t index) {
    return catalog.relations[index].kind == RelationKind::kPartitionedTable;
  });
  const std::set<TableFact> found = facts_now(transaction, oids, with_partitions);
  std::vector<TableFact> changes;
  std::set_symmetric_difference(expected.begin(), expected.end(), found.begin(), found.end(),
                                std::back_inserter(changes));
  if (!changes.empty()) report_change(catalog, members, changes);
}

}  // namespace resow

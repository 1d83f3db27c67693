#include "runner/inspection_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "fixtures/partitions.h"
#include "fixtures/schema_shape.h"
#include "fixtures/scope.h"
#include "fixtures/table_names.h"
#include "fixtures/text.h"

namespace resow {
namespace {

// Fewer schemas that are alike are shown one by one.
constexpr size_t kManySchemas = 5;

bool nothing_chosen_of(const Inspection& inspection, const std::string& schema) {
  const auto& relations = inspection.catalog.relations;
  return !inspection.whole &&
         std::none_of(relations.begin(), relations.end(), [&](const Relation& relation) {
           return relation.selected && relation.schema == schema;
         });
}

std::string words_joined(const std::vector<std::string>& parts, std::string_view between) {
  return fmt::format("{}", fmt::join(parts, between));
}

std::string column_name(const Relation& relation, ColumnNumber number) {
  const Column* column = relation.column(number);
  return column == nullptr ? "?" : column->name;
}

std::string column_names(const Relation& relation, const std::vector<ColumnNumber>& numbers) {
  std::vector<std::string> names;
  for (const ColumnNumber number : numbers) names.push_back(column_name(relation, number));
  return names.size() == 1 ? names[0] : "(" + words_joined(names, ", ") + ")";
}

const char* on_delete_text(ForeignKeyAction action) {
  switch (action) {
    case ForeignKeyAction::kCascade:
      return ", on delete cascade";
    case ForeignKeyAction::kSetNull:
      return ", on delete set null";
    case ForeignKeyAction::kSetDefault:
      return ", on delete set default";
    default:
      return "";
  }
}

std::string triggers_text(const Relation& relation) {
  std::vector<std::string> names;
  for (const Trigger& trigger : relation.triggers) {
    names.push_back(trigger.name + (trigger.enabled == 'D' ? " (disabled)" : ""));
  }
  return (names.size() == 1 ? "trigger " : "triggers ") + words_joined(names, ", ");
}

const char* kind_text(RelationKind kind) {
  switch (kind) {
    case RelationKind::kView:
      return "view";
    case RelationKind::kMaterializedView:
      return "materialized view";
    case RelationKind::kForeignTable:
      return "foreign table";
    default:
      return "table";
  }
}

// The same table of all of these schemas.
InspectedTable table_of_all(const Inspection& inspection, const std::vector<std::string>& schemas,
                            size_t relation) {
  InspectedTable table;
  table.relation = relation;
  for (const std::string& schema : schemas) {
    const auto same = inspection.catalog.find(schema, inspection.catalog.relations[relation].name);
    if (!same) continue;
    table.same.push_back(*same);
    const auto facts = inspection.facts.find(*same);
    table.rows.add(facts == inspection.facts.end() ? TableFacts{} : facts->second);
    if (facts != inspection.facts.end()) table.bytes += facts->second.bytes;
  }
  return table;
}

}  // namespace

void RowCount::add(const TableFacts& facts) {
  known = known && facts.rows.has_value();
  exact = exact && facts.exact;
  const int64_t count = facts.rows.value_or(0);
  rows += count;
  least = std::min(least, count);
  most = std::max(most, count);
}

void RowCount::add(const RowCount& other) {
  rows += other.rows;
  exact = exact && other.exact;
  known = known && other.known;
}

std::string RowCount::with_noun() const {
  return known && exact ? count_of_things(rows, "row") : text() + " rows";
}

std::string RowCount::text() const {
  if (!known) return "?";
  return (exact ? "" : "~") + with_thousands(rows);
}

std::string RowCount::range() const {
  if (!known) return "?";
  const std::string from = (exact ? "" : "~") + with_thousands(least);
  return least == most ? from : from + " to " + with_thousands(most);
}

std::vector<InspectedGroup> told_together(const Inspection& inspection) {
  std::vector<InspectedGroup> together;
  for (const std::vector<std::string>& group : group_by_shape(inspection.catalog)) {
    if (nothing_chosen_of(inspection, group.front())) continue;
    if (group.size() >= kManySchemas) {
      together.push_back({group, {}, {}, 0});
    } else {
      for (const std::string& schema : group) together.push_back({{schema}, {}, {}, 0});
    }
  }
  std::map<std::string, InspectedGroup*> led_by;
  for (InspectedGroup& group : together) led_by[group.schemas.front()] = &group;
  const std::map<size_t, std::vector<size_t>> partitions = partitions_by_root(inspection.catalog);
  for (const size_t relation : inspection.order.parents_first) {
    const auto group = led_by.find(inspection.catalog.relations[relation].schema);
    if (group == led_by.end()) continue;
    InspectedTable table = table_of_all(inspection, group->second->schemas, relation);
    const auto parts = partitions.find(relation);
    if (parts != partitions.end()) table.partitions = parts->second.size();
    group->second->rows.add(table.rows);
    group->second->bytes += table.bytes;
    group->second->tables.push_back(std::move(table));
  }
  return together;
}

std::vector<std::string> told_cycles(const Inspection& inspection,
                                     const std::vector<InspectedGroup>& groups) {
  std::set<std::string_view> stood_for;
  for (const InspectedGroup& group : groups) {
    stood_for.insert(group.schemas.begin() + 1, group.schemas.end());
  }
  std::vector<std::string> paths;
  for (const Cycle& cycle : inspection.order.cycles) {
    const bool shown =
        std::none_of(cycle.relations.begin(), cycle.relations.end(), [&](size_t relation) {
          return stood_for.contains(inspection.catalog.relations[relation].schema);
        });
    if (shown) paths.push_back(to_string(cycle, inspection.catalog));
  }
  return paths;
}

std::string names_of_alike(const std::vector<std::string>& schemas) {
  if (schemas.size() == 1) return one_line(schemas.front());
  return fmt::format("{}, {} ... {} ({} with the same tables)", one_line(schemas.front()),
                     one_line(schemas[1]), one_line(schemas.back()),
                     count_of_things(static_cast<int64_t>(schemas.size()), "schema"));
}

std::string server_version_text(int version) {
  return fmt::format("PostgreSQL {}.{}", version / 10000, version % 10000);
}

std::string key_text(const Relation& relation, const UniqueKey& key) {
  std::vector<std::string> parts;
  size_t expression = 0;
  for (const ColumnNumber number : key.columns) {
    const bool named = number != 0 || expression >= key.expressions.size();
    parts.push_back(named ? column_name(relation, number) : key.expressions[expression++]);
  }
  std::string text = key.primary ? "" : "unique ";
  text += parts.size() == 1 ? parts[0] : "(" + words_joined(parts, ", ") + ")";
  if (key.predicate) text += " where " + *key.predicate;
  if (!key.valid) text += " (invalid)";
  return text;
}

std::string foreign_key_text(const Catalog& catalog, const Relation& relation,
                             const ForeignKey& key) {
  const Relation& referenced = catalog.relations[key.referenced];
  std::string target =
      referenced.schema == relation.schema ? referenced.name : display_name(referenced);
  const UniqueKey* primary = referenced.primary_key();
  if (primary == nullptr || primary->columns != key.referenced_columns) {
    target += "." + column_names(referenced, key.referenced_columns);
  }
  if (&referenced == &relation) target += " (itself)";
  return column_names(relation, key.columns) + " -> " + target + on_delete_text(key.on_delete) +
         (key.deferrable ? ", deferrable" : "") + (key.validated ? "" : ", not valid");
}

std::string notes_text(const Catalog& catalog, const Relation& relation, size_t partitions) {
  std::vector<std::string> notes;
  if (relation.extension) notes.push_back("of extension " + *relation.extension);
  if (const std::string tool = migration_tool(relation.name); !tool.empty()) {
    notes.push_back("of the migration tool " + tool);
  }
  if (relation.kind == RelationKind::kPartitionedTable) {
    notes.push_back(fmt::format("{} by {}",
                                count_of_things(static_cast<int64_t>(partitions), "partition"),
                                relation.partition_key.value_or("?")));
  }
  for (const size_t parent : relation.inherits) {
    notes.push_back("inherits " + catalog.relations[parent].name);
  }
  if (relation.unlogged) notes.emplace_back("unlogged");
  if (!relation.exclusions.empty()) {
    notes.push_back("exclusion " + relation.exclusions[0].name);
  }
  if (!relation.triggers.empty()) notes.push_back(triggers_text(relation));
  for (const Check& check : relation.checks) {
    if (!check.validated) notes.push_back("check " + check.name + " not valid");
  }
  if (!relation.rules.empty()) notes.push_back("rule " + relation.rules[0].name);
  if (relation.row_security) notes.emplace_back("row security");
  if (!relation.privileges.select) notes.emplace_back("may not be read");
  return words_joined(notes, "; ");
}

std::vector<std::string> other_relations(const Inspection& inspection, std::string_view schema) {
  std::vector<std::string> others;
  for (const Relation& relation : inspection.catalog.relations) {
    const bool table =
        relation.kind == RelationKind::kTable || relation.kind == RelationKind::kPartitionedTable;
    const bool left_out = !inspection.whole && !relation.selected;
    if (relation.schema != schema || table || relation.partition_of || left_out) continue;
    others.push_back(fmt::format("{} ({})", one_line(relation.name), kind_text(relation.kind)));
  }
  return others;
}

}  // namespace resow

#include "runner/render_catalog_json.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "fixtures/partitions.h"

namespace resow {
namespace {

using Json = nlohmann::ordered_json;

// What is as it usually is (false, empty, absent) is left out.
void set(Json& object, const char* key, bool flag) {
  if (flag) object[key] = true;
}
void set(Json& object, const char* key, const std::string& text) {
  if (!text.empty()) object[key] = text;
}
void set(Json& object, const char* key, const std::optional<std::string>& text) {
  if (text) object[key] = *text;
}
void set(Json& object, const char* key, Json array) {
  if (!array.empty()) object[key] = std::move(array);
}
template <typename Text>
void set(Json&, const char*, const Text*) = delete;  // would be a flag

const char* kind_name(RelationKind kind) {
  switch (kind) {
    case RelationKind::kTable:
      return "table";
    case RelationKind::kPartitionedTable:
      return "partitioned table";
    case RelationKind::kForeignTable:
      return "foreign table";
    case RelationKind::kView:
      return "view";
    case RelationKind::kMaterializedView:
      return "materialized view";
  }
  return "";
}

const char* kind_name(TypeKind kind) {
  switch (kind) {
    case TypeKind::kBase:
      return "base";
    case TypeKind::kArray:
      return "array";
    case TypeKind::kEnum:
      return "enum";
    case TypeKind::kDomain:
      return "domain";
    case TypeKind::kComposite:
      return "composite";
    case TypeKind::kRange:
      return "range";
    case TypeKind::kMultirange:
      return "multirange";
    case TypeKind::kPseudo:
      return "pseudo";
  }
  return "";
}

std::string action_name(ForeignKeyAction action) {
  switch (action) {
    case ForeignKeyAction::kNoAction:
      return "";
    case ForeignKeyAction::kRestrict:
      return "restrict";
    case ForeignKeyAction::kCascade:
      return "cascade";
    case ForeignKeyAction::kSetNull:
      return "set null";
    case ForeignKeyAction::kSetDefault:
      return "set default";
  }
  return "";
}

Json name_json(const Relation& relation) {
  return {{"schema", relation.schema}, {"table", relation.name}};
}

// Names of columns; null for an expression.
Json columns_json(const Relation& relation, const std::vector<ColumnNumber>& numbers) {
  Json names = Json::array();
  for (const ColumnNumber number : numbers) {
    const Column* column = relation.column(number);
    names.push_back(column == nullptr ? Json(nullptr) : Json(column->name));
  }
  return names;
}

template <typename Thing, typename ToJson>
Json list(const std::vector<Thing>& things, ToJson to_json) {
  Json array = Json::array();
  for (const Thing& thing : things) array.push_back(to_json(thing));
  return array;
}

Json column_json(const Column& column) {
  Json json = {{"column", column.name},
               {"number", column.number},
               {"type", column.type_name},
               {"type_oid", column.type}};
  if (column.typmod != -1) json["typmod"] = column.typmod;
  set(json, "not_null", column.not_null);
  if (column.identity != Identity::kNone) {
    json["identity"] = column.identity == Identity::kAlways ? "always" : "by default";
  }
  set(json, "generated", column.generated);
  set(json, "default", column.default_expression);
  if (column.sequence) json["sequence_oid"] = *column.sequence;
  set(json, "collation", column.collation);
  set(json, "comment", column.comment);
  return json;
}

Json unique_key_json(const Relation& relation, const UniqueKey& key) {
  Json json = {{"name", key.name}};
  set(json, "primary", key.primary);
  json["columns"] = columns_json(relation, key.columns);
  set(json, "expressions", Json(key.expressions));
  set(json, "predicate", key.predicate);
  set(json, "nulls_not_distinct", key.nulls_not_distinct);
  set(json, "deferrable", key.deferrable);
  set(json, "deferred", key.deferred);
  set(json, "invalid", !key.valid);
  json["index_oid"] = key.index;
  if (key.constraint != 0) json["constraint_oid"] = key.constraint;
  set(json, "definition", key.definition);
  return json;
}

Json foreign_key_json(const Catalog& catalog, const Relation& relation, const ForeignKey& key) {
  const Relation& referenced = catalog.relations[key.referenced];
  Json json = {{"name", key.name},
               {"oid", key.oid},
               {"columns", columns_json(relation, key.columns)},
               {"referenced", name_json(referenced)},
               {"referenced_columns", columns_json(referenced, key.referenced_columns)}};
  set(json, "match_full", key.match_full);
  set(json, "on_delete", action_name(key.on_delete));
  set(json, "on_update", action_name(key.on_update));
  set(json, "deferrable", key.deferrable);
  set(json, "deferred", key.deferred);
  set(json, "not_valid", !key.validated);
  set(json, "inherited", key.inherited);
  return json;
}

Json check_constraint_json(const Relation& relation, const Check& check) {
  Json json = {{"name", check.name},
               {"expression", check.expression},
               {"columns", columns_json(relation, check.columns)}};
  set(json, "not_valid", !check.validated);
  set(json, "no_inherit", check.no_inherit);
  return json;
}

Json exclusion_json(const Relation& relation, const Exclusion& exclusion) {
  Json json = {{"name", exclusion.name},
               {"oid", exclusion.oid},
               {"definition", exclusion.definition},
               {"columns", columns_json(relation, exclusion.columns)}};
  set(json, "deferrable", exclusion.deferrable);
  return json;
}

const char* enabled_name(char enabled) {
  switch (enabled) {
    case 'A':
      return "always";
    case 'R':
      return "replica";
    case 'D':
      return "disabled";
    default:
      return "origin";
  }
}

Json trigger_json(const Trigger& trigger) {
  Json events = Json::array();
  if (trigger.on_insert) events.push_back("insert");
  if (trigger.on_update) events.push_back("update");
  if (trigger.on_delete) events.push_back("delete");
  if (trigger.on_truncate) events.push_back("truncate");
  Json json = {{"name", trigger.name},
               {"function", trigger.function},
               {"when", trigger.instead_of ? "instead of"
                        : trigger.before   ? "before"
                                           : "after"},
               {"events", std::move(events)},
               {"enabled", enabled_name(trigger.enabled)}};
  set(json, "for_each_row", trigger.for_each_row);
  set(json, "constraint", trigger.constraint);
  return json;
}

Json rule_json(const Rule& rule) {
  const char* event = rule.event == '2' ? "update" : rule.event == '3' ? "insert" : "delete";
  Json json = {{"name", rule.name}, {"event", event}, {"enabled", enabled_name(rule.enabled)}};
  set(json, "instead", rule.instead);
  return json;
}

Json privileges_json(const Privileges& may) {
  Json names = Json::array();
  for (const auto& [granted, name] :
       {std::pair(may.owner, "owner"), std::pair(may.select, "select"),
        std::pair(may.insert, "insert"), std::pair(may.update, "update"),
        std::pair(may.del, "delete"), std::pair(may.truncate, "truncate")}) {
    if (granted) names.push_back(name);
  }
  return names;
}

void put_kin(Json& json, const Catalog& catalog, const Relation& relation) {
  if (relation.partition_of) {
    json["partition_of"] = name_json(catalog.relations[*relation.partition_of]);
  }
  set(json, "partition_bound", relation.partition_bound);
  set(json, "partition_key", relation.partition_key);
  set(json, "inherits",
      list(relation.inherits, [&](size_t i) { return name_json(catalog.relations[i]); }));
}

void put_constraints(Json& json, const Catalog& catalog, const Relation& relation) {
  set(json, "unique_keys", list(relation.unique_keys, [&](const UniqueKey& key) {
        return unique_key_json(relation, key);
      }));
  set(json, "foreign_keys", list(relation.foreign_keys, [&](const ForeignKey& key) {
        return foreign_key_json(catalog, relation, key);
      }));
  set(json, "checks", list(relation.checks, [&](const Check& check) {
        return check_constraint_json(relation, check);
      }));
  set(json, "exclusions", list(relation.exclusions, [&](const Exclusion& exclusion) {
        return exclusion_json(relation, exclusion);
      }));
  set(json, "indexes", list(relation.index_prefixes, [&](const std::vector<ColumnNumber>& index) {
        return columns_json(relation, index);
      }));
}

void put_facts(Json& json, const TableFacts& facts) {
  json["rows"] = facts.rows ? Json(*facts.rows) : Json(nullptr);
  json["rows_exact"] = facts.exact;
  json["bytes"] = facts.bytes;
}

Json relation_json(const Inspection& inspection, size_t index,
                   const std::map<size_t, size_t>& place) {
  const Relation& relation = inspection.catalog.relations[index];
  Json json = {{"table", relation.name}, {"kind", kind_name(relation.kind)}, {"oid", relation.oid}};
  const auto facts = inspection.facts.find(index);
  if (facts != inspection.facts.end()) put_facts(json, facts->second);
  if (relation.estimated_rows >= 0) json["estimated_rows"] = relation.estimated_rows;
  if (const auto at = place.find(index); at != place.end()) json["order"] = at->second;
  set(json, "unlogged", relation.unlogged);
  set(json, "extension", relation.extension);
  put_kin(json, inspection.catalog, relation);
  set(json, "row_security", relation.row_security);
  set(json, "force_row_security", relation.force_row_security);
  set(json, "row_security_active", relation.row_security_active);
  json["privileges"] = privileges_json(relation.privileges);
  set(json, "comment", relation.comment);
  json["columns"] = list(relation.columns, column_json);
  put_constraints(json, inspection.catalog, relation);
  set(json, "triggers", list(relation.triggers, trigger_json));
  set(json, "rules", list(relation.rules, rule_json));
  return json;
}

Json sequence_json(const Sequence& sequence) {
  Json json = {{"oid", sequence.oid},
               {"schema", sequence.schema},
               {"sequence", sequence.name},
               {"start", sequence.start},
               {"increment", sequence.increment},
               {"minimum", sequence.minimum},
               {"maximum", sequence.maximum}};
  set(json, "cycle", sequence.cycle);
  set(json, "owned", sequence.owned);
  set(json, "may_alter", sequence.may_alter);
  return json;
}

Json type_json(const Type& type) {
  Json json = {{"oid", type.oid},
               {"schema", type.schema},
               {"type", type.name},
               {"kind", kind_name(type.kind)},
               {"category", std::string(1, type.category)}};
  if (type.element != 0) json["element_oid"] = type.element;
  if (type.base != 0) json["base_oid"] = type.base;
  if (type.typmod != -1) json["typmod"] = type.typmod;
  set(json, "not_null", type.not_null);
  set(json, "default", type.default_expression);
  set(json, "labels", Json(type.labels));
  set(json, "checks", list(type.checks, [](const DomainCheck& check) {
        Json each = {{"name", check.name}, {"expression", check.expression}};
        set(each, "not_valid", !check.validated);
        return each;
      }));
  set(json, "attributes", list(type.attributes, [](const TypeAttribute& attribute) {
        Json each = {{"attribute", attribute.name}, {"type_oid", attribute.type}};
        if (attribute.typmod != -1) each["typmod"] = attribute.typmod;
        return each;
      }));
  set(json, "extension", type.extension);
  return json;
}

Json cycle_json(const Catalog& catalog, const Cycle& cycle) {
  Json links = Json::array();
  for (size_t i = 0; i < cycle.relations.size(); ++i) {
    const Relation& relation = catalog.relations[cycle.relations[i]];
    Json link = name_json(relation);
    link["foreign_key"] = relation.foreign_keys[cycle.links[i]].name;
    links.push_back(std::move(link));
  }
  return {{"path", to_string(cycle, catalog)}, {"links", std::move(links)}};
}

// A value's text, its lines after the first one indented.
std::string indented(const Json& value, size_t indent) {
  // A database in SQL_ASCII may hold names that are not UTF-8.
  const std::string text = value.dump(2, ' ', false, Json::error_handler_t::replace);
  std::string result;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size() - 1) + 1;
    if (begin > 0) result.append(indent, ' ');
    result.append(text, begin, end - begin);
    begin = end;
  }
  return result;
}

// Writes the one document, member by member and long arrays element by element: a catalog of many
// schemas is never in memory as JSON.
class Document {
 public:
  explicit Document(const Write& write) : write_(write) { write_("{"); }

  void member(const char* key, const Json& value) {
    begin_member(key);
    write_(indented(value, 2));
  }
  void begin_array(const char* key) {
    begin_member(key);
    write_("[");
    elements_ = 0;
  }
  void element(const Json& value) {
    write_(elements_++ == 0 ? "\n    " : ",\n    ");
    write_(indented(value, 4));
  }
  void end_array() { write_(elements_ == 0 ? "]" : "\n  ]"); }
  void end() { write_("\n}\n"); }

 private:
  void begin_member(const char* key) {
    write_(members_++ == 0 ? "\n  " : ",\n  ");
    write_(Json(key).dump() + ": ");
  }

  const Write& write_;
  size_t members_ = 0, elements_ = 0;
};

// The relations that are selected, and those that they cannot be read without: what they refer to,
// inherit from or are partitions of, and their partitions.
std::vector<bool> relations_to_write(const Inspection& inspection) {
  const std::vector<Relation>& relations = inspection.catalog.relations;
  std::vector<bool> written(relations.size(), inspection.whole);
  std::vector<size_t> waiting;
  const auto add = [&](size_t relation) {
    if (written[relation]) return;
    written[relation] = true;
    waiting.push_back(relation);
  };
  const auto partitions = partitions_by_root(inspection.catalog);
  for (size_t i = 0; i < relations.size(); ++i) {
    if (relations[i].selected) add(i);
  }
  while (!waiting.empty()) {
    const size_t index = waiting.back();
    waiting.pop_back();
    const Relation& relation = relations[index];
    for (const ForeignKey& key : relation.foreign_keys) add(key.referenced);
    for (const size_t parent : relation.inherits) add(parent);
    if (relation.partition_of) add(*relation.partition_of);
    if (const auto found = partitions.find(index); found != partitions.end()) {
      for (const size_t partition : found->second) add(partition);
    }
  }
  return written;
}

// Schemas in the order of their relations, then those that have none.
void write_schemas(const Inspection& inspection, Document& document) {
  std::map<size_t, size_t> place;
  for (const size_t relation : inspection.order.parents_first) {
    place.emplace(relation, place.size() + 1);
  }
  const std::vector<Relation>& relations = inspection.catalog.relations;
  const std::set<std::string> selected(inspection.catalog.schemas.begin(),
                                       inspection.catalog.schemas.end());
  std::set<std::string> empty = selected;
  const std::vector<bool> written = relations_to_write(inspection);
  document.begin_array("schemas");
  for (size_t i = 0; i < relations.size();) {
    const std::string& name = relations[i].schema;
    Json schema = {
        {"schema", name}, {"selected", selected.contains(name)}, {"tables", Json::array()}};
    for (; i < relations.size() && relations[i].schema == name; ++i) {
      if (written[i]) schema["tables"].push_back(relation_json(inspection, i, place));
    }
    if (!inspection.whole && schema["tables"].empty()) continue;
    document.element(schema);
    empty.erase(name);
  }
  for (const std::string& name : empty) {
    document.element({{"schema", name}, {"selected", true}, {"tables", Json::array()}});
  }
  document.end_array();
}

}  // namespace

void render_catalog_json(const Inspection& inspection, const Write& write) {
  const Catalog& catalog = inspection.catalog;
  Document document(write);
  document.member("command", "inspect");
  document.member("outcome", "ok");
  document.member("database", catalog.database);
  document.member("user", catalog.user);
  document.member("server_version", catalog.server_version);
  write_schemas(inspection, document);
  document.member("other_schemas", catalog.other_schemas);
  document.begin_array("cycles");
  for (const Cycle& cycle : inspection.order.cycles) document.element(cycle_json(catalog, cycle));
  document.end_array();
  document.begin_array("sequences");
  for (const auto& [oid, sequence] : catalog.sequences) document.element(sequence_json(sequence));
  document.end_array();
  document.begin_array("types");
  const std::map<Oid, Type> types(catalog.types.begin(), catalog.types.end());
  for (const auto& [oid, type] : types) document.element(type_json(type));
  document.end_array();
  document.end();
}

}  // namespace resow

#include "runner/render_catalog_json.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace resow {
namespace {

using Json = nlohmann::ordered_json;

// What is as it usually is (false, empty, absent) is left out.
void put(Json& object, const char* key, bool flag) {
  if (flag) object[key] = true;
}
void put(Json& object, const char* key, const std::string& text) {
  if (!text.empty()) object[key] = text;
}
void put(Json& object, const char* key, const std::optional<std::string>& text) {
  if (text) object[key] = *text;
}
void put(Json& object, const char* key, Json array) {
  if (!array.empty()) object[key] = std::move(array);
}
template <typename Text>
void put(Json&, const char*, const Text*) = delete;  // would be a flag

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
  put(json, "not_null", column.not_null);
  if (column.identity != Identity::kNone) {
    json["identity"] = column.identity == Identity::kAlways ? "always" : "by default";
  }
  put(json, "generated", column.generated);
  put(json, "default", column.default_expression);
  if (column.sequence) json["sequence_oid"] = *column.sequence;
  put(json, "collation", column.collation);
  put(json, "comment", column.comment);
  return json;
}

Json unique_key_json(const Relation& relation, const UniqueKey& key) {
  Json json = {{"name", key.name}};
  put(json, "primary", key.primary);
  json["columns"] = columns_json(relation, key.columns);
  put(json, "expressions", Json(key.expressions));
  put(json, "predicate", key.predicate);
  put(json, "nulls_not_distinct", key.nulls_not_distinct);
  put(json, "deferrable", key.deferrable);
  put(json, "deferred", key.deferred);
  put(json, "invalid", !key.valid);
  json["index_oid"] = key.index;
  if (key.constraint != 0) json["constraint_oid"] = key.constraint;
  put(json, "definition", key.definition);
  return json;
}

Json foreign_key_json(const Catalog& catalog, const Relation& relation, const ForeignKey& key) {
  const Relation& referenced = catalog.relations[key.referenced];
  Json json = {{"name", key.name},
               {"oid", key.oid},
               {"columns", columns_json(relation, key.columns)},
               {"referenced", name_json(referenced)},
               {"referenced_columns", columns_json(referenced, key.referenced_columns)}};
  put(json, "match_full", key.match_full);
  put(json, "on_delete", action_name(key.on_delete));
  put(json, "on_update", action_name(key.on_update));
  put(json, "deferrable", key.deferrable);
  put(json, "deferred", key.deferred);
  put(json, "not_valid", !key.validated);
  put(json, "inherited", key.inherited);
  return json;
}

Json check_json(const Relation& relation, const Check& check) {
  Json json = {{"name", check.name},
               {"expression", check.expression},
               {"columns", columns_json(relation, check.columns)}};
  put(json, "not_valid", !check.validated);
  put(json, "no_inherit", check.no_inherit);
  return json;
}

Json exclusion_json(const Relation& relation, const Exclusion& exclusion) {
  Json json = {{"name", exclusion.name},
               {"oid", exclusion.oid},
               {"definition", exclusion.definition},
               {"columns", columns_json(relation, exclusion.columns)}};
  put(json, "deferrable", exclusion.deferrable);
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
  put(json, "for_each_row", trigger.for_each_row);
  put(json, "constraint", trigger.constraint);
  return json;
}

Json rule_json(const Rule& rule) {
  const char* event = rule.event == '2' ? "update" : rule.event == '3' ? "insert" : "delete";
  Json json = {{"name", rule.name}, {"event", event}, {"enabled", enabled_name(rule.enabled)}};
  put(json, "instead", rule.instead);
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
  put(json, "partition_bound", relation.partition_bound);
  put(json, "partition_key", relation.partition_key);
  put(json, "inherits",
      list(relation.inherits, [&](size_t i) { return name_json(catalog.relations[i]); }));
}

void put_constraints(Json& json, const Catalog& catalog, const Relation& relation) {
  put(json, "unique_keys", list(relation.unique_keys, [&](const UniqueKey& key) {
        return unique_key_json(relation, key);
      }));
  put(json, "foreign_keys", list(relation.foreign_keys, [&](const ForeignKey& key) {
        return foreign_key_json(catalog, relation, key);
      }));
  put(json, "checks",
      list(relation.checks, [&](const Check& check) { return check_json(relation, check); }));
  put(json, "exclusions", list(relation.exclusions, [&](const Exclusion& exclusion) {
        return exclusion_json(relation, exclusion);
      }));
  put(json, "indexes", list(relation.index_prefixes, [&](const std::vector<ColumnNumber>& index) {
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
  put(json, "unlogged", relation.unlogged);
  put(json, "extension", relation.extension);
  put_kin(json, inspection.catalog, relation);
  put(json, "row_security", relation.row_security);
  put(json, "force_row_security", relation.force_row_security);
  put(json, "row_security_active", relation.row_security_active);
  json["privileges"] = privileges_json(relation.privileges);
  put(json, "comment", relation.comment);
  json["columns"] = list(relation.columns, column_json);
  put_constraints(json, inspection.catalog, relation);
  put(json, "triggers", list(relation.triggers, trigger_json));
  put(json, "rules", list(relation.rules, rule_json));
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
  put(json, "cycle", sequence.cycle);
  put(json, "owned", sequence.owned);
  put(json, "may_alter", sequence.may_alter);
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
  put(json, "not_null", type.not_null);
  put(json, "default", type.default_expression);
  put(json, "labels", Json(type.labels));
  put(json, "checks", list(type.checks, [](const DomainCheck& check) {
        Json each = {{"name", check.name}, {"expression", check.expression}};
        put(each, "not_valid", !check.validated);
        return each;
      }));
  put(json, "attributes", list(type.attributes, [](const TypeAttribute& attribute) {
        Json each = {{"attribute", attribute.name}, {"type_oid", attribute.type}};
        if (attribute.typmod != -1) each["typmod"] = attribute.typmod;
        return each;
      }));
  put(json, "extension", type.extension);
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

// Schemas in the order of their relations, then those that have none.
void write_schemas(const Inspection& inspection, Document& document) {
  std::map<size_t, size_t> place;
  for (const size_t relation : inspection.order.parents_first) {
    place.emplace(relation, place.size() + 1);
  }
  const std::vector<Relation>& relations = inspection.catalog.relations;
  std::set<std::string> empty(inspection.catalog.schemas.begin(), inspection.catalog.schemas.end());
  document.begin_array("schemas");
  for (size_t i = 0; i < relations.size();) {
    const std::string& name = relations[i].schema;
    Json schema = {
        {"schema", name}, {"selected", relations[i].selected}, {"tables", Json::array()}};
    for (; i < relations.size() && relations[i].schema == name; ++i) {
      schema["tables"].push_back(relation_json(inspection, i, place));
    }
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

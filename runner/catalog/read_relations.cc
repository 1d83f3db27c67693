#include "runner/catalog/read_relations.h"

#include <algorithm>
#include <array>
#include <span>

#include "runner/catalog/queries.h"
#include "runner/catalog/row_values.h"

namespace resow {
namespace {

using namespace catalog_queries;

bool belongs_to_the_server(std::string_view schema) {
  return schema.starts_with("pg_") || schema == "information_schema";
}

RelationKind kind_of(char relkind) {
  switch (relkind) {
    case 'p':
      return RelationKind::kPartitionedTable;
    case 'f':
      return RelationKind::kForeignTable;
    case 'v':
      return RelationKind::kView;
    case 'm':
      return RelationKind::kMaterializedView;
    default:
      return RelationKind::kTable;
  }
}

Privileges privileges_at(const Rows& rows, size_t row, bool schema_usable) {
  Privileges may;
  may.owner = rows.boolean(row, kRelationOwner);
  if (!schema_usable) return may;
  const bool all = rows.is_null(row, kRelationMay);
  const std::vector<Field> each = array_elements(rows.text(row, kRelationMay));
  const std::array<bool*, 5> rights = {&may.select, &may.insert, &may.update, &may.del,
                                       &may.truncate};
  // A right may be NULL: the relation has gone meanwhile.
  for (size_t i = 0; i < rights.size(); ++i) *rights[i] = all || each[i] == "t";
  return may;
}

// Until PostgreSQL 13 a table without statistics says 0 rows on 0 pages.
int64_t estimated_rows_at(const Rows& rows, size_t row, bool zero_is_unknown) {
  const int64_t estimated = rows.integer(row, kRelationRows);
  if (zero_is_unknown && estimated == 0 && rows.integer(row, kRelationPages) == 0) return -1;
  return estimated;
}

std::vector<ReadRelation> read_chosen(Transaction& transaction, ChosenBy chosen,
                                      std::span<const Oid> oids, const Schemas& schemas,
                                      const ExtensionMembers& members, CatalogDetail detail) {
  std::vector<ReadRelation> found;
  if (oids.empty()) return found;
  const Field parameters[] = {integer_array(oids)};
  const Rows rows =
      transaction.query(relations(chosen, detail), parameters, "reading the catalog: relations");
  const bool zero_is_unknown = transaction.connection().server_version() < 140000;
  found.reserve(rows.size());
  for (size_t row = 0; row < rows.size(); ++row) {
    const auto schema = schemas.find(oid_at(rows, row, kRelationSchema));
    // One of another session's temporary tables, or made meanwhile.
    if (schema == schemas.end() || belongs_to_the_server(schema->second.name)) continue;
    ReadRelation& read = found.emplace_back();
    read.is_partition = rows.boolean(row, kRelationIsPartition);
    read.has_triggers = rows.boolean(row, kRelationHasTriggers);
    read.has_rules = rows.boolean(row, kRelationHasRules);
    Relation& relation = read.relation;
    relation.oid = oid_at(rows, row, kRelationOid);
    relation.schema = schema->second.name;
    relation.name = rows.text(row, kRelationName);
    relation.kind = kind_of(char_at(rows, row, kRelationKind));
    relation.selected = schema->second.selected;
    relation.unlogged = char_at(rows, row, kRelationPersistence) == 'u';
    const auto member = members.relations.find(relation.oid);
    if (member != members.relations.end()) relation.extension = member->second;
    relation.row_security = rows.boolean(row, kRelationRowSecurity);
    relation.force_row_security = rows.boolean(row, kRelationForceRowSecurity);
    relation.row_security_active = rows.boolean(row, kRelationRowSecurityActive);
    relation.privileges = privileges_at(rows, row, schema->second.usable);
    relation.estimated_rows = estimated_rows_at(rows, row, zero_is_unknown);
    relation.partition_bound = optional_text_at(rows, row, kRelationBound);
    relation.partition_key = optional_text_at(rows, row, kRelationPartitionKey);
    relation.comment = rows.text(row, kRelationComment);
  }
  return found;
}

}  // namespace

ExtensionMembers read_extension_members(Transaction& transaction) {
  const Rows rows = transaction.query(extension_members(), "reading the catalog: extensions");
  // Fixed since these catalogs exist.
  constexpr Oid kPgType = 1247, kPgClass = 1259;
  ExtensionMembers members;
  for (size_t row = 0; row < rows.size(); ++row) {
    const Oid catalog = oid_at(rows, row, 0);
    auto& names = catalog == kPgClass  ? members.relations
                  : catalog == kPgType ? members.types
                                       : members.schemas;
    names.emplace(oid_at(rows, row, 1), rows.text(row, 2));
  }
  return members;
}

Schemas read_schemas(Transaction& transaction, const Selection& selection,
                     const ExtensionMembers& members, Catalog& catalog) {
  const Rows rows = transaction.query(schemas(), "reading the catalog: schemas");
  Schemas found;
  found.reserve(rows.size());
  for (size_t row = 0; row < rows.size(); ++row) {
    const Oid oid = oid_at(rows, row, 2);
    Schema schema;
    schema.name = rows.text(row, 3);
    schema.usable = rows.boolean(row, 4);
    const bool ours = rows.boolean(row, 5);  // where baselines are kept
    if (!belongs_to_the_server(schema.name) && !ours && !members.schemas.contains(oid)) {
      schema.selected = selection.contains(schema.name);
      (schema.selected ? catalog.schemas : catalog.other_schemas).push_back(schema.name);
    }
    found.emplace(oid, std::move(schema));
  }
  if (!rows.empty()) {
    catalog.database = rows.text(0, 0);
    catalog.user = rows.text(0, 1);
  }
  std::sort(catalog.schemas.begin(), catalog.schemas.end(), natural_less);
  std::sort(catalog.other_schemas.begin(), catalog.other_schemas.end(), natural_less);
  return found;
}

Inheritance read_inheritance(Transaction& transaction) {
  const Rows rows = transaction.query(inheritance(), "reading the catalog: inheritance");
  Inheritance found;
  for (size_t row = 0; row < rows.size(); ++row) {
    const Oid child = oid_at(rows, row, 0), parent = oid_at(rows, row, 1);
    found.parents[child].push_back(parent);
    found.children[parent].push_back(child);
  }
  return found;
}

std::unordered_set<Oid> with_families(const std::unordered_set<Oid>& oids,
                                      const Inheritance& inheritance) {
  std::unordered_set<Oid> found = oids;
  std::vector<Oid> next(oids.begin(), oids.end());
  while (!next.empty()) {
    const Oid oid = next.back();
    next.pop_back();
    for (const auto* relatives : {&inheritance.parents, &inheritance.children}) {
      const auto at = relatives->find(oid);
      if (at == relatives->end()) continue;
      for (const Oid relative : at->second) {
        if (found.insert(relative).second) next.push_back(relative);
      }
    }
  }
  return found;
}

std::vector<ReadRelation> read_relations_of_schemas(Transaction& transaction,
                                                    const Schemas& schemas,
                                                    const ExtensionMembers& members,
                                                    CatalogDetail detail) {
  std::vector<Oid> selected;
  for (const auto& [oid, schema] : schemas) {
    if (schema.selected) selected.push_back(oid);
  }
  return read_chosen(transaction, ChosenBy::kSchema, selected, schemas, members, detail);
}

std::vector<ReadRelation> read_relations(Transaction& transaction, const std::vector<Oid>& oids,
                                         const Schemas& schemas, const ExtensionMembers& members,
                                         CatalogDetail detail) {
  return read_chosen(transaction, ChosenBy::kRelation, oids, schemas, members, detail);
}

void sort_relations(std::vector<ReadRelation>& relations) {
  std::sort(relations.begin(), relations.end(), [](const ReadRelation& a, const ReadRelation& b) {
    const Relation &x = a.relation, &y = b.relation;
    return x.schema != y.schema ? natural_less(x.schema, y.schema) : x.name < y.name;
  });
}

}  // namespace resow

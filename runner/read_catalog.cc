#include "runner/read_catalog.h"

#include <algorithm>
#include <span>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "runner/catalog/read_columns.h"
#include "runner/catalog/read_keys.h"
#include "runner/catalog/read_relations.h"
#include "runner/catalog/read_triggers.h"
#include "runner/catalog/row_values.h"
#include "runner/sql_text.h"

namespace resow {
namespace {

std::unordered_set<Oid> oids_of(const std::vector<ReadRelation>& relations) {
  std::unordered_set<Oid> oids;
  for (const ReadRelation& read : relations) oids.insert(read.relation.oid);
  return oids;
}

// The members of `all` that are not in `known`, in order.
std::vector<Oid> others(const std::unordered_set<Oid>& all, const std::unordered_set<Oid>& known) {
  std::vector<Oid> found;
  std::copy_if(all.begin(), all.end(), std::back_inserter(found),
               [&](Oid oid) { return !known.contains(oid); });
  std::sort(found.begin(), found.end());
  return found;
}

RelationIndexes index_by_oid(const Catalog& catalog) {
  RelationIndexes indexes;
  indexes.reserve(catalog.relations.size());
  for (size_t i = 0; i < catalog.relations.size(); ++i) indexes[catalog.relations[i].oid] = i;
  return indexes;
}

// REQUIRES: `relations` are in the catalog's order.
void connect_families(const std::vector<ReadRelation>& relations, const Inheritance& inheritance,
                      const RelationIndexes& indexes, Catalog& catalog) {
  for (size_t i = 0; i < relations.size(); ++i) {
    const auto parents = inheritance.parents.find(catalog.relations[i].oid);
    if (parents == inheritance.parents.end()) continue;
    for (const Oid oid : parents->second) {
      const auto parent = indexes.find(oid);
      if (parent == indexes.end()) continue;
      if (relations[i].is_partition) {
        catalog.relations[i].partition_of = parent->second;
      } else {
        catalog.relations[i].inherits.push_back(parent->second);
        catalog.relations[parent->second].has_inheritors = true;
      }
    }
  }
}

template <typename Fact>
bool any(const std::vector<ReadRelation>& relations, Fact fact) {
  return std::any_of(relations.begin(), relations.end(), fact);
}

}  // namespace

Catalog read_catalog(Transaction& transaction, const Selection& selection, CatalogDetail detail) {
  Catalog catalog;
  catalog.server_version = transaction.connection().server_version();
  const ExtensionMembers members = read_extension_members(transaction);
  const Schemas schemas = read_schemas(transaction, selection, members, catalog);

  std::vector<ReadRelation> relations =
      read_relations_of_schemas(transaction, schemas, members, detail);
  if (relations.empty()) return catalog;
  const Inheritance inheritance = read_inheritance(transaction);
  const std::unordered_set<Oid> families = with_families(oids_of(relations), inheritance);
  const bool few = catalog.schemas.size() * 20 < catalog.other_schemas.size();
  const ForeignKeyRows foreign_keys(transaction, families, few);
  std::unordered_set<Oid> connected = foreign_keys.relations();
  connected.insert(families.begin(), families.end());
  for (ReadRelation& read : read_relations(
           transaction, others(with_families(connected, inheritance), oids_of(relations)), schemas,
           members, detail)) {
    relations.push_back(std::move(read));
  }
  sort_relations(relations);
  for (ReadRelation& read : relations) catalog.relations.push_back(std::move(read.relation));

  // From here on it is known which relations there are, and where they stand.
  const RelationIndexes indexes = index_by_oid(catalog);
  std::vector<Oid> oids;
  for (const Relation& relation : catalog.relations) oids.push_back(relation.oid);
  const std::string all = integer_array(std::span<const Oid>(oids));
  connect_families(relations, inheritance, indexes, catalog);
  foreign_keys.add_to(catalog, indexes);
  read_columns(transaction, all, detail, indexes, members, catalog);
  read_sequences(transaction, all, indexes, catalog);
  read_indexes(transaction, all, detail, indexes, catalog);
  if (detail == CatalogDetail::kAll) read_checks(transaction, all, indexes, catalog);
  if (any(relations, [](const ReadRelation& read) { return read.has_triggers; })) {
    read_triggers(transaction, all, indexes, catalog);
  }
  const auto table_with_rules = [&](size_t i) {
    const RelationKind kind = catalog.relations[i].kind;
    return relations[i].has_rules && kind != RelationKind::kView &&
           kind != RelationKind::kMaterializedView;
  };
  for (size_t i = 0; i < relations.size(); ++i) {
    if (!table_with_rules(i)) continue;
    read_rules(transaction, all, indexes, catalog);
    break;
  }
  return catalog;
}

void look_elsewhere(Transaction& transaction, std::span<const std::string> names,
                    Catalog& catalog) {
  const std::vector<Field> elements(names.begin(), names.end());
  const std::vector<Field> parameters = {array_text(elements)};
  const Rows rows = transaction.query(R"sql(
SELECT c.relname, n.nspname
FROM pg_catalog.pg_class AS c, pg_catalog.pg_namespace AS n
WHERE c.relname OPERATOR(pg_catalog.=) ANY ($1::pg_catalog.name[])
  AND c.relkind OPERATOR(pg_catalog.=) ANY (ARRAY['r', 'p']::pg_catalog."char"[])
  AND n.oid OPERATOR(pg_catalog.=) c.relnamespace)sql",
                                      parameters, "look for tables in other schemas");
  for (size_t i = 0; i < rows.size(); ++i) {
    const std::string schema(rows.text(i, 1));
    const auto& others = catalog.other_schemas;
    if (std::find(others.begin(), others.end(), schema) == others.end()) continue;
    catalog.elsewhere[std::string(rows.text(i, 0))].push_back(schema);
  }
  for (auto& [name, schemas] : catalog.elsewhere) {
    std::sort(schemas.begin(), schemas.end(), natural_less);
  }
}

}  // namespace resow

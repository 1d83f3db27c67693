// Which relations a catalog holds: those of the schemas asked for, and what leads to them.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "fixtures/catalog.h"
#include "fixtures/pattern.h"
#include "runner/connection.h"
#include "runner/read_catalog.h"

namespace resow {

struct Schema {
  std::string name;
  bool usable = false;  // the role has USAGE
  bool selected = false;
};
using Schemas = std::unordered_map<Oid, Schema>;

// What belongs to an extension, by name of the extension.
struct ExtensionMembers {
  std::unordered_map<Oid, std::string> schemas, relations, types;
};

// Parents by child, in order; and the other way round.
struct Inheritance {
  std::unordered_map<Oid, std::vector<Oid>> parents, children;
};

ExtensionMembers read_extension_members(Transaction& transaction);

// Fills the catalog's database, user and schemas' names.
Schemas read_schemas(Transaction& transaction, const Selection& selection,
                     const ExtensionMembers& members, Catalog& catalog);

Inheritance read_inheritance(Transaction& transaction);

// `oids` and all that inheritance and partitioning, in either direction, connect with them.
std::unordered_set<Oid> with_families(const std::unordered_set<Oid>& oids,
                                      const Inheritance& inheritance);

// A relation, and facts that only the reader needs.
struct ReadRelation {
  Relation relation;
  bool is_partition = false;
  bool has_triggers = false;
  bool has_rules = false;
};

// Those of the selected schemas.
std::vector<ReadRelation> read_relations_of_schemas(Transaction& transaction,
                                                    const Schemas& schemas,
                                                    const ExtensionMembers& members,
                                                    CatalogDetail detail);
// Those with these oids.
std::vector<ReadRelation> read_relations(Transaction& transaction, const std::vector<Oid>& oids,
                                         const Schemas& schemas, const ExtensionMembers& members,
                                         CatalogDetail detail);

// By schema (natural order) and name.
void sort_relations(std::vector<ReadRelation>& relations);

}  // namespace resow

// Foreign keys, unique keys, exclusions and checks.
#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>

#include "fixtures/catalog.h"
#include "runner/connection.h"
#include "runner/read_catalog.h"

namespace resow {

using RelationIndexes = std::unordered_map<Oid, size_t>;  // by oid, into Catalog::relations

// Foreign keys from and to some relations, before all that they connect is known.
class ForeignKeyRows {
 public:
  // `few`: they are few among the database's.
  ForeignKeyRows(Transaction& transaction, const std::unordered_set<Oid>& relations, bool few);
  // The relations at either end.
  std::unordered_set<Oid> relations() const;
  // Those with both ends in the catalog; sorted by name. Fills referenced_by as well.
  void add_to(Catalog& catalog, const RelationIndexes& indexes) const;

 private:
  Rows rows_;
};

// Unique keys, exclusions, index prefixes. `relations` is an array of oids.
void read_indexes(Transaction& transaction, const std::string& relations, CatalogDetail detail,
                  const RelationIndexes& indexes, Catalog& catalog);
// REQUIRES: the columns are there.
void read_checks(Transaction& transaction, const std::string& relations,
                 const RelationIndexes& indexes, Catalog& catalog);

}  // namespace resow

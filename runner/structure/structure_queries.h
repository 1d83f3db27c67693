// The questions that read_structures() asks.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "fixtures/structure/structure.h"

namespace resow {

// A catalog, and which kinds of its rows: letters of relkind, typtype or prokind; "" for any.
struct CatalogKinds {
  std::string_view catalog, kinds;
};

// $1: the oids of the schemas. Each row is an object: the fields of ObjectField, then one for each
// of `facts`, NULL or "" where there is nothing to say.
struct StructureQuery {
  ObjectKind kind;
  std::vector<Fact> facts;
  std::string head, for_making, rest;  // of the SQL
  // It finds nothing where the schemas have none of these; empty: it has to be asked.
  std::vector<CatalogKinds> found_in = {};

  // `making`: also what is only needed to make an object again; else those fields are ''.
  std::string sql(bool making) const { return head + (making ? for_making : "'', '', ''") + rest; }
};

enum ObjectField : size_t {
  kObjectSchema,  // its oid
  kObjectTable,
  kObjectName,
  kObjectSqlTable,
  kObjectSqlName,
  kObjectIds,  // "catalog oid column" of each, blanks between
  kFirstFact,
};

const std::vector<StructureQuery>& structure_queries(int server_version);

// $1: the oids of the schemas. The catalogs in which they have something, each with a kind of its
// rows, "" where it has no kinds, as CatalogKinds has them; and more than that, never less. Most
// schemas have but tables, views and sequences: what is not there need not be asked for.
std::string catalogs_in_use_sql();

// $1: the oids of the schemas. classid, objid, objsubid, refclassid, refobjid, refobjsubid, deptype
// of all dependencies between objects of these schemas.
std::string dependencies_sql();

}  // namespace resow

// The questions that read_structures() asks.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "fixtures/structure/structure.h"

namespace resow {

// $1: the oids of the schemas. Each row is an object: the fields of ObjectField, then one for each
// of `facts`, NULL or "" where there is nothing to say.
struct StructureQuery {
  ObjectKind kind;
  std::vector<Fact> facts;
  std::string head, for_making, rest;  // of the SQL

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

std::vector<StructureQuery> structure_queries(int server_version);

// $1: the oids of the schemas. classid, objid, objsubid, refclassid, refobjid, refobjsubid, deptype
// of all dependencies between objects of these schemas.
std::string dependencies_sql();

}  // namespace resow

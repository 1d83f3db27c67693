// How the questions of structure_queries.cc are put together.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runner/structure/structure_queries.h"

namespace resow {

// The SELECT of one kind of objects, in the words of exact_sql.h. `schema`: the expression for the
// oid of an object's schema.
class ObjectSelect {
 public:
  ObjectSelect(ObjectKind kind, std::string_view schema) : kind_(kind), schema_(schema) {}

  ObjectSelect& named(std::string_view name);  // an expression for the plain name
  ObjectSelect& named(std::string_view name, std::string_view sql_name);
  ObjectSelect& of_table(std::string_view name);
  // By which dependencies know it: a catalog, an oid, the number of a column.
  ObjectSelect& known_as(std::string_view catalog, std::string_view oid,
                         std::string_view column = "0");
  // Its facts, in the order in which their columns stand; NULL or "" for nothing.
  ObjectSelect& fact(Fact fact, std::string_view expression);
  ObjectSelect& owner(std::string_view role);
  ObjectSelect& comment(std::string_view oid, std::string_view catalog,
                        std::string_view column = "0");
  ObjectSelect& privileges(std::string_view list, std::string_view type, std::string_view owner);
  // `tables`: the relations, then " WHERE" and the conditions.
  StructureQuery from(std::string_view tables) const;

 private:
  ObjectKind kind_;
  std::string schema_;
  std::string table_ = "''", sql_table_ = "''", name_ = "''", sql_name_ = "''";
  std::string ids_;
  std::string joins_;
  std::string columns_;
  std::vector<Fact> facts_;
};

// A condition: which of a catalog's objects do not belong to an extension. Asked once, not for
// each.
std::string not_of_extension(std::string_view catalog, std::string_view oid);

// Names as the server quotes them, of what has this oid; NULL for none.
std::string full_name(std::string_view schema, std::string_view name);
std::string relation_name(std::string_view oid);
std::string collation_name(std::string_view oid);
std::string tablespace(std::string_view oid);
std::string access_method(std::string_view oid);  // but not the usual one

// The name of the index of a relation for which a column of pg_index, `flag`, is set.
std::string marked_index(std::string_view relation, std::string_view flag);

// Options of relations, and of what is foreign.
std::string options(std::string_view list);
std::string foreign_options(std::string_view list);

}  // namespace resow

#pragma once

#include <string>
#include <string_view>

namespace resow {

// Spells out, so that the queries of the catalog can be read:
//   ==  !=  ||  the server's own operators
//   @name       pg_catalog.name
//   #name       the oid of the catalog of that name; a blank, ) or the end of the line ends it
//   $wanted     the oids of $1, of which the planner then knows that they are few and distinct
//   $own(x c)   the rows c of catalog x that belong to the schemas of $1, without their indexes and
//               arrays: found by their dependency, for no index of a catalog leads to a schema's
std::string exact(std::string_view sql);

}  // namespace resow

#pragma once

#include <utility>

#include "fixtures/catalog.h"
#include "runner/connection.h"

namespace resow {

// Runs `body`; a DatabaseError that does not say which table it is about is about this one.
template <class Body>
decltype(auto) at_table(const Relation& relation, Body&& body) {
  try {
    return std::forward<Body>(body)();
  } catch (DatabaseError& error) {
    if (error.table.empty()) {
      error.schema = relation.schema;
      error.table = relation.name;
    }
    throw;
  }
}

// Runs `body`, which reads all these tables at once; the right that the server misses is about the
// first of them that may not be read.
template <class Tables, class Body>
decltype(auto) at_unreadable_of(const Catalog& catalog, const Tables& tables, Body&& body) {
  try {
    return std::forward<Body>(body)();
  } catch (DatabaseError& error) {
    if (error.table.empty() && error.sqlstate == "42501") {
      for (const size_t index : tables) {
        const Relation& relation = catalog.relations[index];
        if (relation.privileges.select) continue;
        error.schema = relation.schema;
        error.table = relation.name;
        break;
      }
    }
    throw;
  }
}

}  // namespace resow

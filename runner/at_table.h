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

}  // namespace resow

#pragma once

#include <gtest/gtest.h>

#include "runner/connection.h"

namespace resow::test_support {

// The DatabaseError that `body` ends in; a failure of the test when there is none.
template <typename Body>
DatabaseError database_error_of(Body body) {
  try {
    body();
  } catch (const DatabaseError& error) {
    return error;
  }
  ADD_FAILURE() << "no DatabaseError";
  return DatabaseError("none");
}

}  // namespace resow::test_support

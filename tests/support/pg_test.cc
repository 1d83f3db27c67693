#include "tests/support/pg_test.h"

#include <algorithm>
#include <exception>
#include <iostream>

namespace resow::test_support {

PgTest::~PgTest() {
  connection_.reset();
  try {
    for (const std::string& name : roles_) psql("DROP OWNED BY " + name + " CASCADE");
    for (const std::string& name : roles_) psql("DROP ROLE " + name);
  } catch (const std::exception& error) {
    std::cerr << "a role of the test stays: " << error.what();
  }
}

std::string PgTest::values(const std::string& query) const {
  return psql(
      "SELECT pg_catalog.string_agg(pg_catalog.array_to_string(ARRAY(SELECT v FROM"
      " pg_catalog.json_each_text(pg_catalog.row_to_json(q)) AS e(k, v)), '|', ''), ', ')"
      " FROM (" +
      query + ") AS q");
}

Connection& PgTest::connection() {
  if (!connection_) connection_ = std::make_unique<Connection>(options());
  return *connection_;
}

std::string PgTest::role(const std::string& name) {
  const std::string full = database_.name() + "_" + name;
  if (std::find(roles_.begin(), roles_.end(), full) == roles_.end()) {
    psql("CREATE ROLE " + full + " LOGIN");
    roles_.push_back(full);
  }
  return full;
}

ConnectionOptions PgTest::options(const std::string& role) const {
  return {database_.conninfo() + " user=" + role, "resow_test"};
}

}  // namespace resow::test_support

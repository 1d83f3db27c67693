// What tests against a real PostgreSQL have in common: a database, connections to it, its catalog.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fixtures/catalog.h"
#include "runner/connection.h"
#include "tests/support/test_database.h"

namespace resow::test_support {

class PgTest : public ::testing::Test {
 protected:
  ~PgTest() override;

  const TestDatabase& database() const { return database_; }
  // The first value of the last result.
  std::string psql(const std::string& sql) const { return database_.psql(sql); }
  // All values of a query: "a|1, b|".
  std::string values(const std::string& query) const;

  Connection& connection();  // the same at each call
  ConnectionOptions options() const { return {database_.conninfo(), "resow_test"}; }

  // A role of this test's own, LOGIN and nothing else, dropped at the end with what it owns. Its
  // name is made from `name`.
  std::string role(const std::string& name);
  ConnectionOptions options(const std::string& role) const;

  // Everything that is known of the schemas that match a pattern.
  Catalog catalog(const std::vector<std::string>& schemas = {"s"});

 private:
  TestDatabase database_;
  std::unique_ptr<Connection> connection_;
  std::vector<std::string> roles_;
};

Catalog catalog_of(Connection& connection, const std::vector<std::string>& schemas);

// Index of a table, a number of a column, that have to be there.
size_t relation(const Catalog& catalog, std::string_view schema, std::string_view name);
ColumnNumber column(const Catalog& catalog, size_t relation, std::string_view name);

}  // namespace resow::test_support

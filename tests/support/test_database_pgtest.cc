#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "tests/support/test_database.h"

namespace resow::test_support {
namespace {

using ::testing::HasSubstr;

std::string count_databases(const std::string& name) {
  return psql(TestServer::get().maintenance_conninfo(),
              "SELECT count(*) FROM pg_database WHERE datname = '" + name + "'");
}

TEST(TestDatabase, IsThereAndThenGone) {
  std::string name;
  {
    const TestDatabase database;
    name = database.name();
    EXPECT_THAT(name, HasSubstr("test"));
    EXPECT_EQ(database.psql("SELECT current_database()"), name);
    EXPECT_EQ(count_databases(name), "1");
  }
  EXPECT_EQ(count_databases(name), "0");
}

TEST(TestDatabase, CopiesHaveTheContents) {
  const TestDatabase original;
  original.psql("CREATE TABLE t (x int); INSERT INTO t VALUES (42)");
  const TestDatabase copy = TestDatabase::copy_of(original);
  EXPECT_NE(copy.name(), original.name());
  EXPECT_EQ(copy.psql("SELECT x FROM t"), "42");
}

TEST(TestDatabase, TakesAnyName) {
  const std::string name = "test \"it's\" \\ d'été;";
  const TestDatabase database = TestDatabase::named(name);
  EXPECT_EQ(database.psql("SELECT current_database()"), name);
}

TEST(Psql, SaysTheServersMessage) {
  try {
    psql(TestServer::get().maintenance_conninfo(), "SELECT 1/0");
    FAIL() << "no error";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("division by zero"));
  }
}

}  // namespace
}  // namespace resow::test_support

#include <gmock/gmock.h>

#include <cstdlib>

#include "runner/guard_facts.h"
#include "tests/support/pg_test.h"

namespace resow {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

class GuardFactsTest : public test_support::PgTest {
 protected:
  static DatabaseFacts facts(const ConnectionOptions& options) {
    Connection connection(options);
    Transaction transaction(connection, Access::kReadOnly);
    return ask_database_facts(transaction);
  }
  std::string name() const { return "\"" + database().name() + "\""; }
};

TEST_F(GuardFactsTest, TheServerSaysWhoItIs) {
  const DatabaseFacts found = facts(options());
  EXPECT_EQ(found.name, database().name());
  EXPECT_THAT(found.server, MatchesRegex("PostgreSQL [0-9.]+.*, port [0-9]+"));
  EXPECT_EQ(found.sandbox, psql("SHOW cluster_name") == "resow sandbox");
  EXPECT_FALSE(found.protected_.has_value());
}

TEST_F(GuardFactsTest, MarkersAreWhatTheDatabaseStores) {
  psql("ALTER DATABASE " + name() + " SET resow.disposable = on");
  EXPECT_EQ(facts(options()).disposable, "on");
  psql("ALTER DATABASE " + name() + " SET \"Resow.Protected\" = 'yes=1'");
  EXPECT_EQ(facts(options()).protected_, "yes=1");
  psql("ALTER DATABASE " + name() + " RESET resow.disposable");
  EXPECT_FALSE(facts(options()).disposable.has_value());
}

TEST_F(GuardFactsTest, TheClientsEnvironmentMakesNothingDisposable) {
  setenv("PGOPTIONS", "-c resow.disposable=on -c resow.protected=off", 1);
  psql("ALTER DATABASE " + name() + " SET resow.protected = on");
  const DatabaseFacts found = facts(options());
  unsetenv("PGOPTIONS");
  EXPECT_FALSE(found.disposable.has_value());
  EXPECT_EQ(found.protected_, "on");
}

// The server's configuration may say that it is protected, and cannot be asked past these.
TEST_F(GuardFactsTest, OptionsThatSetTheProtectionAreRefused) {
  const char* hiding[] = {"-c resow.protected=off", "-cRESOW.Protected=off",
                          "--resow.protected=off", "-c resow.pro\\tected=off",
                          "-c work_mem=1MB -c resow.protected="};
  for (const char* value : hiding) {
    setenv("PGOPTIONS", value, 1);
    const DatabaseFacts found = facts(options());
    unsetenv("PGOPTIONS");
    EXPECT_FALSE(protects(found.protected_)) << value;
    EXPECT_TRUE(found.protection_hidden) << value;
    EXPECT_FALSE(judge(found, std::nullopt).allowed) << value;
    EXPECT_FALSE(judge(found, found.name).allowed) << value;
  }
  const DatabaseFacts found =
      facts({database().conninfo() + " options='-c resow.protected=off'", "resow_test"});
  EXPECT_TRUE(found.protection_hidden);
  EXPECT_THAT(judge(found, std::nullopt).why, HasSubstr("hides what the server says"));
  EXPECT_FALSE(facts({database().conninfo() + " options='-c work_mem=1MB'", "resow_test"})
                   .protection_hidden);
}

TEST_F(GuardFactsTest, ARolesSettingProtectsButDoesNotMakeDisposable) {
  const std::string owner = role("owner");
  psql("ALTER ROLE \"" + owner + "\" IN DATABASE " + name() + " SET resow.disposable = on");
  EXPECT_FALSE(facts(options(owner)).disposable.has_value());
  psql("ALTER ROLE \"" + owner + "\" SET resow.protected = on");
  EXPECT_EQ(facts(options(owner)).protected_, "on");
  EXPECT_FALSE(facts(options()).protected_.has_value()) << "another role's setting";
}

TEST_F(GuardFactsTest, AnotherDatabasesMarkerDoesNotCount) {
  const test_support::TestDatabase other;
  other.psql("ALTER DATABASE \"" + other.name() + "\" SET resow.disposable = on");
  other.psql("ALTER DATABASE \"" + other.name() + "\" SET resow.protected = on");
  EXPECT_FALSE(facts(options()).disposable.has_value());
  EXPECT_FALSE(facts(options()).protected_.has_value());
}

TEST_F(GuardFactsTest, ObjectsOfTheUsersDoNotMisleadIt) {
  psql(
      "CREATE SCHEMA evil; CREATE TABLE evil.pg_db_role_setting (x int);"
      "CREATE FUNCTION evil.current_database() RETURNS name LANGUAGE sql AS $$SELECT "
      "'x_test'::name$$;"
      "ALTER DATABASE " +
      name() + " SET search_path = evil, pg_catalog");
  EXPECT_EQ(facts(options()).name, database().name());
}

TEST_F(GuardFactsTest, RefusesWithTheReasonAndWhatToDo) {
  psql("ALTER DATABASE " + name() + " SET resow.protected = on");
  Connection other(options());
  Transaction transaction(other, Access::kReadWrite);
  try {
    require_disposable(transaction, database().name());
    FAIL() << "the guard let it pass";
  } catch (const GuardRefused& refused) {
    EXPECT_EQ(refused.facts().name, database().name());
    const Fault fault = refused.fault();
    EXPECT_THAT(fault.what, HasSubstr("must not be changed: resow.protected is on"));
    EXPECT_EQ(fault.mend, "connect to a database for tests; nothing overrides this marker");
    EXPECT_EQ(to_string(fault), refused.what());
  }
}

}  // namespace
}  // namespace resow

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <thread>
#include <utility>
#include <vector>

#include "fixtures/fault.h"
#include "runner/connection.h"
#include "tests/support/database_error.h"
#include "tests/support/test_database.h"

namespace resow {
namespace {

using test_support::database_error_of;
using test_support::TestDatabase;
using ::testing::HasSubstr;
using ::testing::Not;

class ConnectionTest : public ::testing::Test {
 protected:
  TestDatabase database;
  Connection connection{{.dbname = database.conninfo()}};

  std::string value(const std::string& sql) {
    Transaction transaction(connection, Access::kReadOnly);
    return std::string(transaction.query(sql, "asking").text(0, 0));
  }
};

TEST_F(ConnectionTest, TakesAConninfoAUriANameAndTheEnvironment) {
  EXPECT_EQ(value("SELECT current_database()"), database.name());
  EXPECT_EQ(value("SELECT current_setting('application_name')"), "resow");
  EXPECT_EQ(value("SHOW client_encoding"), "UTF8");
  EXPECT_GE(connection.server_version(), 130000);
  EXPECT_GT(connection.backend_pid(), 0);

  // "psql 'host=/tmp/x user=y dbname=z'"
  const std::string command = connection.how_to_connect();
  const auto part = [&](const std::string& keyword, const char* otherwise) {
    const size_t at = command.find(keyword + "=");
    if (at == std::string::npos) return std::string(otherwise);
    const size_t begin = at + keyword.size() + 1;
    return command.substr(begin, command.find_first_of(" '", begin) - begin);
  };
  const std::string host = part("host", ""), port = part("port", "5432"), user = part("user", "");
  std::string encoded;
  for (const char c : host) encoded += c == '/' ? "%2F" : std::string(1, c);
  Connection by_uri(
      {.dbname = "postgresql://" + user + "@" + encoded + ":" + port + "/" + database.name()});
  EXPECT_EQ(by_uri.how_to_connect(), connection.how_to_connect());

  setenv("PGHOST", host.c_str(), 1);
  setenv("PGPORT", port.c_str(), 1);
  setenv("PGUSER", user.c_str(), 1);
  Connection by_name({.dbname = database.name(), .application_name = "by name"});
  setenv("PGDATABASE", database.name().c_str(), 1);
  Connection by_environment({.dbname = ""});
  for (const char* variable : {"PGHOST", "PGPORT", "PGUSER", "PGDATABASE"}) unsetenv(variable);
  EXPECT_EQ(by_name.how_to_connect(), connection.how_to_connect());
  EXPECT_EQ(by_environment.how_to_connect(), connection.how_to_connect());

  Transaction transaction(by_name, Access::kReadOnly);
  EXPECT_EQ(transaction.query("SHOW application_name", "asking").text(0, 0), "by name");
}

TEST_F(ConnectionTest, SaysHowToConnectWithoutThePassword) {
  Connection with_password(
      {.dbname = database.conninfo() + " password='to be kept' connect_timeout=5"});
  EXPECT_THAT(with_password.how_to_connect(), HasSubstr("dbname=" + database.name()));
  EXPECT_THAT(with_password.how_to_connect(), Not(HasSubstr("kept")));
  const std::string command = with_password.how_to_connect() +
                              " -XAtqc 'SELECT current_database()' | grep -qx " + database.name();
  EXPECT_EQ(std::system(command.c_str()), 0) << command;
}

TEST(ConnectionStringTest, FaultsAreNamedWithoutRepeatingTheString) {
  const struct {
    const char* dbname;
    const char* message;
  } cases[] = {
      {"host=x password=my secret",
       "--dbname: the connection string cannot be read: missing \"=\" after \"...\"; write "
       "postgresql://user@host:port/name or 'host=... dbname=...'"},
      {"postgresql://me:secret@[::1/db",
       "--dbname: the connection URI cannot be read: end of string reached when looking for "
       "matching \"]\" in IPv6 host address in URI: \"...\"; write "
       "postgresql://user@host:port/name or 'host=... dbname=...'"},
      {"postgresql://me:sec@ret@localhost/db",
       "--dbname: the URI has more than one @ before its host; write an @ of a user's name or "
       "password as %40"},
      {"pasword=secret",
       "--dbname: the connection string cannot be read: invalid connection option \"...\"; did you "
       "mean \"password\"?"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.dbname);
    try {
      Connection connection({.dbname = c.dbname});
      ADD_FAILURE() << "connected";
    } catch (const InputError& error) {
      ASSERT_EQ(error.faults().size(), 1u);
      EXPECT_EQ(to_string(error.faults()[0]), c.message);
    }
  }
}

TEST(ConnectionStringTest, AServerThatIsNotThereIsLost) {
  const DatabaseError error = database_error_of(
      [] { Connection connection({.dbname = "host=/nowhere dbname=x password=secret"}); });
  EXPECT_STREQ(error.what(),
               "connection to server on socket \"/nowhere/.s.PGSQL.5432\" failed: No such file or "
               "directory");
  EXPECT_EQ(error.hint, "Is the server running locally and accepting connections on that socket?");
  EXPECT_EQ(error.step, "connecting");
  EXPECT_EQ(error.sqlstate, "");
  EXPECT_TRUE(error.connection_lost);
  EXPECT_FALSE(error.in_doubt);
}

TEST_F(ConnectionTest, QuotesNamesAndLiterals) {
  const std::string names[] = {"plain",      "UPPER",  "with \"quotes\"",
                               "semi;colon", "select", "größe \\"};
  for (const std::string& name : names) {
    EXPECT_EQ(value("SELECT 1 AS " + connection.quote_name(name)), "1") << name;
    EXPECT_EQ(value("SELECT " + connection.quote_literal(name + "'")), name + "'");
  }
  EXPECT_EQ(connection.quote_name("a.b", "c\"d"), "\"a.b\".\"c\"\"d\"");
  for (const std::string& bad : {std::string("\xff\xfe"), std::string("a\0b", 3)}) {
    const DatabaseError error = database_error_of([&] { connection.quote_name(bad); });
    EXPECT_STREQ(error.what(), "text that is not valid UTF-8 cannot be sent to the server");
    EXPECT_EQ(error.sqlstate, "22021");
  }
}

TEST_F(ConnectionTest, RowsHoldTextIntegersBooleansAndNulls) {
  Transaction transaction(connection, Access::kReadWrite);
  const Rows rows = transaction.query(
      "SELECT n, n % 2 = 0, nullif(n, 2), 'row ' || n FROM generate_series(-1::bigint, 2) n "
      "ORDER BY n",
      "asking");
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_EQ(rows.columns(), 4u);
  EXPECT_FALSE(rows.empty());
  EXPECT_EQ(rows.integer(0, 0), -1);
  EXPECT_FALSE(rows.boolean(0, 1));
  EXPECT_TRUE(rows.boolean(1, 1));
  EXPECT_FALSE(rows.is_null(2, 2));
  EXPECT_TRUE(rows.is_null(3, 2));
  EXPECT_EQ(rows.text(3, 2), "");
  EXPECT_EQ(rows.text(3, 3), "row 2");
  EXPECT_THROW(rows.integer(0, 3), std::logic_error);

  const Field parameters[] = {"3", std::nullopt};
  const char* sql = "SELECT coalesce($2::int, $1::int * 2)";
  EXPECT_EQ(transaction.query(sql, parameters, "asking").integer(0, 0), 6);
  transaction.execute("CREATE TABLE pg_temp.t (a int); INSERT INTO pg_temp.t VALUES (1), (2)",
                      "filling");
  EXPECT_EQ(transaction.query("DELETE FROM pg_temp.t", "clearing").affected(), 2);
  EXPECT_TRUE(transaction.query("SELECT FROM pg_temp.t", "asking").empty());
}

TEST_F(ConnectionTest, WhatIsPinnedEndsWithTheTransaction) {
  const std::string alter = "ALTER DATABASE " + connection.quote_name(database.name()) + " SET ";
  database.psql(alter + "search_path = hostile, public");
  database.psql(alter + "DateStyle = 'SQL, DMY'");
  database.psql(alter + "standard_conforming_strings = off");
  database.psql(alter + "default_transaction_isolation = serializable");
  Connection later({.dbname = database.conninfo()});
  const char* settings =
      "SELECT string_agg(name || '=' || setting, ' ' ORDER BY name COLLATE \"C\") FROM pg_settings "
      "WHERE name IN ('search_path', 'row_security', 'DateStyle', 'IntervalStyle', 'TimeZone', "
      "'jit', 'extra_float_digits', 'client_min_messages', 'standard_conforming_strings')";
  for (const Access access : {Access::kReadOnly, Access::kReadWrite}) {
    Transaction transaction(later, access);
    const auto ask = [&](const std::string& sql) {
      return std::string(transaction.query(sql, "asking").text(0, 0));
    };
    EXPECT_EQ(ask(settings),
              "DateStyle=ISO, DMY IntervalStyle=postgres TimeZone=UTC client_min_messages=warning "
              "extra_float_digits=3 jit=off row_security=off search_path=pg_catalog, pg_temp "
              "standard_conforming_strings=on");
    const bool read_only = access == Access::kReadOnly;
    EXPECT_EQ(ask("SHOW transaction_read_only"), read_only ? "on" : "off");
    EXPECT_EQ(ask("SHOW transaction_isolation"), read_only ? "repeatable read" : "read committed");
    EXPECT_EQ(ask("SELECT " + later.quote_literal("a\\b'c")), "a\\b'c");
    transaction.commit();
  }
  Transaction transaction(later, Access::kReadOnly);
  transaction.execute("COMMIT", "leaving");  // behind the transaction's back, to look outside of it
  EXPECT_EQ(transaction.query("SHOW search_path", "asking").text(0, 0), "hostile, public");
}

TEST_F(ConnectionTest, AnErrorHasEveryFieldThatTheServerSends) {
  database.psql(
      "CREATE TABLE public.parents (id int PRIMARY KEY);"
      "CREATE TABLE public.children (parent_id int CONSTRAINT fk REFERENCES parents)");
  Transaction transaction(connection, Access::kReadWrite);
  const DatabaseError error = database_error_of([&] {
    transaction.query("INSERT INTO public.children VALUES (7)", "INSERT public.children");
  });
  EXPECT_STREQ(error.what(),
               "insert or update on table \"children\" violates foreign key constraint \"fk\"");
  EXPECT_EQ(error.sqlstate, "23503");
  EXPECT_EQ(error.detail, "Key (parent_id)=(7) is not present in table \"parents\".");
  EXPECT_EQ(error.schema, "public");
  EXPECT_EQ(error.table, "children");
  EXPECT_EQ(error.constraint, "fk");
  EXPECT_EQ(error.step, "INSERT public.children");
  EXPECT_FALSE(error.connection_lost);
  // The transaction is lost; the connection is not.
  EXPECT_EQ(database_error_of([&] { transaction.query("SELECT 1", "asking"); }).sqlstate, "25P02");
  const DatabaseError commit = database_error_of([&] { transaction.commit(); });
  EXPECT_STREQ(commit.what(), "the transaction had failed before its COMMIT and was rolled back");
  EXPECT_FALSE(commit.in_doubt);
}

TEST_F(ConnectionTest, TheFirstErrorOfSeveralStatementsIsReported) {
  Transaction transaction(connection, Access::kReadWrite);
  const DatabaseError error = database_error_of(
      [&] { transaction.execute("SELECT 1; SELECT 1/0; SELECT nothing", "several"); });
  EXPECT_EQ(error.sqlstate, "22012");
  EXPECT_EQ(error.step, "several");
}

TEST_F(ConnectionTest, OnlyACommitLasts) {
  {
    Transaction transaction(connection, Access::kReadWrite);
    transaction.execute("CREATE TABLE public.gone ()", "creating");
    EXPECT_THROW(Transaction(connection, Access::kReadOnly), std::logic_error);
  }
  {
    Transaction transaction(connection, Access::kReadWrite);
    transaction.execute("CREATE TABLE public.stays ()", "creating");
    transaction.commit();
  }
  EXPECT_EQ(
      value("SELECT string_agg(relname, ' ') FROM pg_class WHERE relname IN ('gone', 'stays')"),
      "stays");
}

TEST_F(ConnectionTest, SavepointsRollBackWhatFailed) {
  Transaction transaction(connection, Access::kReadWrite);
  transaction.execute("CREATE TABLE pg_temp.t (a int)", "creating");
  const auto insert = [&](int i) {
    transaction.execute("INSERT INTO pg_temp.t VALUES (" + std::to_string(i) + ")", "inserting");
  };
  const auto fail = [&](const char* sql) {
    return database_error_of(
        [&] { transaction.savepoint([&] { transaction.query(sql, "failing"); }); });
  };
  transaction.savepoint([&] { insert(1); });
  const DatabaseError outer = database_error_of([&] {
    transaction.savepoint([&] {
      insert(2);
      transaction.savepoint([&] { insert(3); });
      EXPECT_EQ(fail("SELECT 1/0").sqlstate, "22012");
      insert(4);
      transaction.query("SELECT nothing", "failing");
    });
  });
  EXPECT_EQ(outer.sqlstate, "42703");
  transaction.savepoint([&] { insert(5); });
  const char* all = "SELECT string_agg(a::text, ',' ORDER BY a) FROM pg_temp.t";
  EXPECT_EQ(transaction.query(all, "asking").text(0, 0), "1,5");
}

TEST_F(ConnectionTest, PassesOnWarningsAndSteps) {
  std::vector<std::string> messages;
  std::vector<std::string> steps;
  ConnectionOptions telling{.dbname = database.conninfo()};
  telling.on_notice = [&](std::string_view message) { messages.emplace_back(message); };
  telling.on_step = [&](std::string_view step) { steps.emplace_back(step); };
  Connection told(telling);
  Transaction transaction(told, Access::kReadWrite);
  transaction.execute("DO $$ BEGIN RAISE NOTICE 'small'; RAISE WARNING 'large'; END $$", "warning");
  EXPECT_THAT(messages, ::testing::ElementsAre("WARNING: large"));
  EXPECT_THAT(steps, ::testing::ElementsAre("connecting", "BEGIN", "warning"));
}

}  // namespace
}  // namespace resow

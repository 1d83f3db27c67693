// The server's end of a session, at different moments.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "runner/connection.h"
#include "tests/support/database_error.h"
#include "tests/support/test_database.h"

namespace resow {
namespace {

using std::chrono::milliseconds;
using test_support::database_error_of;
using test_support::TestDatabase;

class LostConnectionTest : public ::testing::Test {
 protected:
  LostConnectionTest() {
    database.psql(
        "CREATE TABLE public.t (id int PRIMARY KEY);"
        "CREATE FUNCTION public.slow() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN PERFORM pg_sleep(60); RETURN NULL; END $$;"
        "CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON public.t DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION public.slow()");
  }

  void terminate() {
    database.psql("SELECT pg_terminate_backend(" + std::to_string(connection.backend_pid()) + ")");
    std::this_thread::sleep_for(milliseconds(100));
  }
  // While `body` waits for the server.
  template <typename Body>
  DatabaseError terminate_during(Body body) {
    std::thread killer([&] {
      std::this_thread::sleep_for(milliseconds(200));
      terminate();
    });
    const DatabaseError error = database_error_of(body);
    killer.join();
    return error;
  }

  TestDatabase database;
  Connection connection{{.dbname = database.conninfo()}};
};

TEST_F(LostConnectionTest, BetweenStatements) {
  Transaction transaction(connection, Access::kReadWrite);
  terminate();
  const DatabaseError error = database_error_of([&] { transaction.query("SELECT 1", "asking"); });
  EXPECT_TRUE(error.connection_lost);
  EXPECT_EQ(error.sqlstate, "57P01");
  EXPECT_STREQ(error.what(), "terminating connection due to administrator command");
  EXPECT_FALSE(error.in_doubt);
  // What comes later fails in the same way and does not crash.
  const DatabaseError commit = database_error_of([&] { transaction.commit(); });
  EXPECT_TRUE(commit.connection_lost);
  EXPECT_FALSE(commit.in_doubt);
  try {
    EXPECT_EQ(connection.quote_name("a"), "\"a\"");  // a newer libpqxx needs no connection for it
  } catch (const DatabaseError& quoting) {
    EXPECT_TRUE(quoting.connection_lost);
  }
}

TEST_F(LostConnectionTest, BetweenTransactions) {
  terminate();
  const DatabaseError error =
      database_error_of([&] { Transaction transaction(connection, Access::kReadOnly); });
  EXPECT_TRUE(error.connection_lost);
  EXPECT_EQ(error.step, "BEGIN");
}

TEST_F(LostConnectionTest, DuringAStatement) {
  Transaction transaction(connection, Access::kReadWrite);
  const DatabaseError error =
      terminate_during([&] { transaction.query("SELECT pg_sleep(60)", "sleeping"); });
  EXPECT_TRUE(error.connection_lost);
  EXPECT_EQ(error.sqlstate, "57P01");
  EXPECT_EQ(error.step, "sleeping");
}

TEST_F(LostConnectionTest, DuringACopy) {
  constexpr int kRows = 20'000'000;
  Transaction transaction(connection, Access::kReadWrite);
  CopyIn copy(transaction, "COPY public.t FROM STDIN", "COPY public.t");
  copy.write("1\n");
  terminate();
  int sent = 2;
  const DatabaseError error = database_error_of([&] {
    for (; sent < kRows; ++sent) copy.write(std::to_string(sent) + "\n");
    copy.finish();
  });
  EXPECT_LT(sent, kRows);
  EXPECT_TRUE(error.connection_lost) << error.what();
  EXPECT_EQ(error.step, "COPY public.t");
}

TEST_F(LostConnectionTest, DuringACommitItIsInDoubt) {
  Transaction transaction(connection, Access::kReadWrite);
  transaction.query("INSERT INTO public.t VALUES (1)", "inserting");
  const DatabaseError error = terminate_during([&] { transaction.commit(); });
  EXPECT_TRUE(error.connection_lost);
  EXPECT_TRUE(error.in_doubt);
  EXPECT_EQ(error.step, "COMMIT");
}

}  // namespace
}  // namespace resow

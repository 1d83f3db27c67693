#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <utility>

#include "runner/connection.h"
#include "tests/support/database_error.h"
#include "tests/support/test_database.h"

namespace resow {
namespace {

using test_support::database_error_of;
using test_support::TestDatabase;

class CopyTest : public ::testing::Test {
 protected:
  CopyTest() { database.psql("CREATE TABLE public.t (id int PRIMARY KEY, word text)"); }
  std::string count() { return database.psql("SELECT count(*) FROM public.t"); }

  static constexpr const char* kIn = "COPY public.t FROM STDIN";
  TestDatabase database;
  Connection connection{{.dbname = database.conninfo()}};
};

TEST_F(CopyTest, CarriesRowsBothWays) {
  constexpr int kRows = 50'000;
  const auto row_of = [](int i) {
    return std::to_string(i) + "\tword " + std::to_string(i * 7) + "\n";
  };
  Transaction transaction(connection, Access::kReadWrite);
  {
    CopyIn copy(transaction, kIn, "COPY public.t");
    std::string large;
    for (int i = 0; i < kRows; ++i) {
      if (i % 3 == 0) {
        copy.write(row_of(i));
      } else {  // more than a buffer now and then
        large += row_of(i);
      }
      if (large.size() > 100'000) copy.write(std::exchange(large, ""));
    }
    copy.write(large);
    EXPECT_EQ(copy.finish(), kRows);
    EXPECT_THROW(copy.write("x"), std::logic_error);
  }
  CopyOut copy(transaction, "COPY (SELECT * FROM public.t ORDER BY id) TO STDOUT", "COPY out");
  std::string row;
  for (int i = 0; i < kRows; ++i) {
    ASSERT_TRUE(copy.read(row));
    ASSERT_EQ(row, row_of(i));
  }
  EXPECT_FALSE(copy.read(row));
  EXPECT_FALSE(copy.read(row));
  transaction.commit();
  EXPECT_EQ(count(), std::to_string(kRows));
}

TEST_F(CopyTest, AnEmptyCopyIsDone) {
  Transaction transaction(connection, Access::kReadWrite);
  CopyIn copy(transaction, kIn, "COPY public.t");
  EXPECT_EQ(copy.finish(), 0);
  transaction.commit();
}

TEST_F(CopyTest, LeavingACopyUnfinishedNeverCompletesIt) {
  {
    Transaction transaction(connection, Access::kReadWrite);
    {
      CopyIn copy(transaction, kIn, "COPY public.t");
      copy.write("1\tone\n");
    }
    const auto ask = [&] { transaction.query("SELECT 1", "asking"); };
    EXPECT_EQ(database_error_of(ask).sqlstate, "25P02");
    EXPECT_EQ(database_error_of([&] { transaction.commit(); }).sqlstate, "25P02");
  }
  try {
    Transaction transaction(connection, Access::kReadWrite);
    CopyIn copy(transaction, kIn, "COPY public.t");
    for (int i = 0; i < 100'000; ++i) copy.write(std::to_string(i) + "\tone\n");
    throw std::runtime_error("a generator fails");
  } catch (const std::runtime_error&) {
    EXPECT_EQ(count(), "0");
  }
  Transaction next(connection, Access::kReadOnly);
  EXPECT_EQ(next.query("SELECT 1", "asking").integer(0, 0), 1);
}

TEST_F(CopyTest, LeavingACopyOutUnreadCancelsIt) {
  {
    Transaction transaction(connection, Access::kReadOnly);
    CopyOut copy(transaction, "COPY (SELECT generate_series(1, 100000000)) TO STDOUT", "COPY out");
    std::string row;
    ASSERT_TRUE(copy.read(row));
  }
  Transaction next(connection, Access::kReadOnly);
  EXPECT_EQ(next.query("SELECT 1", "asking").integer(0, 0), 1);
}

TEST_F(CopyTest, AnErrorOfACopyOutIsReported) {
  Transaction transaction(connection, Access::kReadOnly);
  CopyOut copy(transaction, "COPY (SELECT 10 / (3 - n) FROM generate_series(1, 5) n) TO STDOUT",
               "COPY out");
  std::string row;
  EXPECT_TRUE(copy.read(row));
  EXPECT_TRUE(copy.read(row));
  const DatabaseError error = database_error_of([&] { copy.read(row); });
  EXPECT_EQ(error.sqlstate, "22012");
  EXPECT_EQ(error.step, "COPY out");
}

TEST_F(CopyTest, ARefusalStopsTheSenderEarly) {
  constexpr int kRows = 20'000'000;
  Transaction transaction(connection, Access::kReadWrite);
  CopyIn copy(transaction, kIn, "COPY public.t");
  int sent = 0;
  const DatabaseError error = database_error_of([&] {
    copy.write("1\tone\n1\ttwo\n");
    for (; sent < kRows; ++sent) copy.write("7\tseven\n");
    copy.finish();
  });
  EXPECT_LT(sent, kRows / 2);
  EXPECT_EQ(error.sqlstate, "23505");
  EXPECT_EQ(error.constraint, "t_pkey");
  EXPECT_EQ(error.step, "COPY public.t");
  EXPECT_EQ(error.context, "COPY t, line 2");
}

TEST_F(CopyTest, WarningsDoNotStopACopy) {
  database.psql(
      "CREATE FUNCTION public.warn() RETURNS trigger LANGUAGE plpgsql AS "
      "$$ BEGIN RAISE WARNING 'row %', NEW.id; RETURN NEW; END $$;"
      "CREATE TRIGGER warn BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.warn()");
  int warnings = 0;
  ConnectionOptions telling{.dbname = database.conninfo()};
  telling.on_notice = [&](std::string_view) { ++warnings; };
  Connection told(telling);
  Transaction transaction(told, Access::kReadWrite);
  CopyIn copy(transaction, kIn, "COPY public.t");
  constexpr int kRows = 30'000;
  for (int i = 0; i < kRows; ++i) copy.write(std::to_string(i) + "\tword\n");
  EXPECT_EQ(copy.finish(), kRows);
  EXPECT_EQ(warnings, kRows);
}

TEST_F(CopyTest, ACopyWithoutItsClassIsAMistake) {
  for (const char* sql : {kIn, "COPY public.t TO STDOUT"}) {
    {
      Transaction transaction(connection, Access::kReadWrite);
      EXPECT_THROW(transaction.execute(sql, "wrong"), std::logic_error) << sql;
    }
    Transaction next(connection, Access::kReadOnly);
    EXPECT_EQ(next.query("SELECT 1", "asking").integer(0, 0), 1) << sql;
  }
}

}  // namespace
}  // namespace resow

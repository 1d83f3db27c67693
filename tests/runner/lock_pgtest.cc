#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <future>
#include <thread>

#include "runner/lock.h"
#include "runner/lock_observer.h"
#include "tests/support/pg_test.h"

namespace resow {
namespace {

using ::testing::ContainsRegex;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::SizeIs;

class LockTest : public test_support::PgTest {
 protected:
  // As long as this stands, nobody else locks these schemas.
  struct Holder {
    Holder(const ConnectionOptions& options, const std::vector<std::string>& schemas)
        : connection(options), transaction(connection, Access::kReadWrite) {
      lock_schemas(transaction, schemas, 0, {});
    }
    Connection connection;
    Transaction transaction;
  };

  std::string own_pid(Transaction& transaction) {
    return std::string(transaction.query("SELECT pg_catalog.pg_backend_pid()", "").text(0, 0));
  }
};

TEST_F(LockTest, ExcludesOtherRunsOnTheSameSchemasUntilTheTransactionEnds) {
  Transaction transaction(connection(), Access::kReadWrite);
  {
    Holder holder({database().conninfo(), "first run"}, {"b", "a"});
    lock_schemas(transaction, std::vector<std::string>{"c"}, 0, {});
    try {
      lock_schemas(transaction, std::vector<std::string>{"c", "b"}, 0, {});
      FAIL();
    } catch (const DatabaseError& error) {
      EXPECT_EQ(error.sqlstate, "55P03");
      EXPECT_EQ(error.step, "lock schema b");
      EXPECT_EQ(error.schema, "b");
      EXPECT_THAT(error.what(),
                  MatchesRegex("another run holds schema b: pid [0-9]+ \\(first run, user [a-z_]+, "
                               "idle in transaction for [0-9]+ s\\): SELECT .*"));
      const std::string pid = own_pid(holder.transaction);
      EXPECT_THAT(error.what(), HasSubstr("pid " + pid + " "));
      EXPECT_EQ(error.hint, "wait for it, or end it with SELECT pg_terminate_backend(" + pid + ")");
    }
  }
  lock_schemas(transaction, std::vector<std::string>{"b", "a"}, 10, {});
}

TEST_F(LockTest, ShowsNothingOfAnotherSessionsPassword) {
  const std::string user = role("hasty");
  Connection other(options());
  Transaction holder(other, Access::kReadWrite);
  Transaction waiter(connection(), Access::kReadWrite);
  const std::vector<std::string> held = {"b"};
  lock_schemas(holder, held, 0, {});
  holder.execute("ALTER ROLE \"" + user + "\" PassWord\n'secret'", "");
  try {
    lock_schemas(waiter, held, 0, {});
    FAIL();
  } catch (const DatabaseError& error) {
    EXPECT_THAT(error.what(), EndsWith("PassWord ..."));
    EXPECT_THAT(error.what(), Not(HasSubstr("secret")));
  }
}

TEST_F(LockTest, MayBeTakenTwiceInATransaction) {
  Transaction transaction(connection(), Access::kReadWrite);
  lock_schemas(transaction, std::vector<std::string>{"a", "a"}, 0, {});
  lock_schemas(transaction, std::vector<std::string>{"a"}, 0, {});
}

TEST_F(LockTest, DoesNotExcludeRunsOnOtherDatabases) {
  const test_support::TestDatabase other;
  Holder holder({other.conninfo(), "elsewhere"}, {"a"});
  Transaction transaction(connection(), Access::kReadWrite);
  lock_schemas(transaction, std::vector<std::string>{"a"}, 0, {});
}

TEST_F(LockTest, WaitsAndSaysForWhom) {
  auto holder = std::make_unique<Holder>(ConnectionOptions{database().conninfo(), "first run"},
                                         std::vector<std::string>{"a"});
  const std::string pid = own_pid(holder->transaction);
  std::vector<std::string> told;
  Transaction transaction(connection(), Access::kReadWrite);
  lock_schemas(transaction, std::vector<std::string>{"a"}, 60, [&](std::string_view text) {
    told.emplace_back(text);
    holder.reset();  // this is what was waited for
  });
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_THAT(told.front(), HasSubstr("waiting for pid " + pid + " (first run, user "));
}

TEST_F(LockTest, GivesUpInTime) {
  const Holder holder({database().conninfo(), "first run"}, {"a"});
  Transaction transaction(connection(), Access::kReadWrite);
  const auto start = std::chrono::steady_clock::now();
  int told = 0;
  EXPECT_THROW(lock_schemas(transaction, std::vector<std::string>{"a"}, 0.9,
                            [&](std::string_view) { ++told; }),
               DatabaseError);
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(900));
  EXPECT_EQ(told, 1);
}

// A session that waits for a row which another has locked.
class BlockedTest : public LockTest {
 protected:
  void SetUp() override {
    psql("CREATE TABLE t (x int); INSERT INTO t VALUES (1)");
    blocker_.emplace(ConnectionOptions{database().conninfo(), "py\ntest"});
    blocking_.emplace(*blocker_, Access::kReadWrite);
    blocking_->query("UPDATE public.t SET x =\n\n   2", "");
    blocked_.emplace(options());
    done_ = std::async(std::launch::async, [this] {
      Transaction transaction(*blocked_, Access::kReadWrite);
      transaction.query("DELETE FROM public.t", "");
    });
  }
  void TearDown() override {
    blocking_.reset();
    done_.get();
  }
  int blocked_pid() const { return blocked_->backend_pid(); }
  std::string blocker_pid() { return own_pid(*blocking_); }

  std::optional<Connection> blocker_, blocked_;
  std::optional<Transaction> blocking_;
  std::future<void> done_;
};

TEST_F(BlockedTest, BlockersAreNamed) {
  std::string text;
  while (text.empty()) {
    text = blockers(connection(), blocked_pid());
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_THAT(text, HasSubstr("pid " + blocker_pid() + " (py"));
  EXPECT_THAT(text, ContainsRegex("user [a-z_]+, idle in transaction for [0-9]+ s\\): "
                                  "UPDATE public.t SET x = 2$"));
  EXPECT_EQ(text.find('\n'), std::string::npos);
  EXPECT_EQ(blockers(connection(), connection().backend_pid()), "");
}

TEST_F(LockTest, TheObserverTellsOnceAndRemembers) {
  psql("CREATE TABLE t (x int); INSERT INTO t VALUES (1)");
  Connection blocker({database().conninfo(), "py\ntest"});
  Transaction blocking(blocker, Access::kReadWrite);
  blocking.query("UPDATE public.t SET x = 2", "");
  std::vector<std::string> told;
  std::string remembered;
  {
    LockObserver observer(options(), [&](std::string_view text) { told.emplace_back(text); });
    Transaction blocked(connection(), Access::kReadWrite);
    try {
      observer.watched(blocked, "user_1", 2, [&] { blocked.query("DELETE FROM public.t", ""); });
      FAIL() << "nothing was in its way";
    } catch (const DatabaseError& error) {
      EXPECT_EQ(error.sqlstate, "55P03");
      remembered = error.detail;
    }
  }
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_THAT(told[0], HasSubstr("user_1: waiting for pid " + own_pid(blocking) + " (py"));
  EXPECT_THAT(remembered, HasSubstr("blocked by pid " + own_pid(blocking) + " (py"));
}

TEST_F(LockTest, TheObserverLeavesQuickWorkAlone) {
  const std::string count =
      "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'observer' AND datname ="
      " current_database()";
  LockObserver observer({database().conninfo(), "observer"}, {});
  {
    Transaction transaction(connection(), Access::kReadOnly);
    EXPECT_EQ(observer.watched(transaction, "user_1", 30, [] { return 7; }), 7);
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(1200));
  EXPECT_EQ(psql(count), "0");
}

TEST_F(LockTest, TheObserverDoesNotMindAServerThatIsNotThere) {
  LockObserver observer({"host=/nonexistent dbname=nothing", "observer"}, {});
  Transaction transaction(connection(), Access::kReadOnly);
  observer.watched(transaction, "user_1", 30,
                   [] { std::this_thread::sleep_for(std::chrono::milliseconds(1200)); });
}

}  // namespace
}  // namespace resow

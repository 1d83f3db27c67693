#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <stdexcept>
#include <thread>
#include <vector>

#include "runner/connection.h"
#include "tests/support/test_database.h"

namespace resow {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using test_support::TestDatabase;

// interrupt_all() lasts for the rest of a process, so each of these happens in a child.
class InterruptTest : public ::testing::Test {
 protected:
  InterruptTest() { database.psql("CREATE TABLE public.t (id int PRIMARY KEY)"); }

  // Runs `body` over a connection of the child's, which a real signal interrupts after 0.3 s; says
  // how it ended.
  template <typename Body>
  std::string run(Body body) {
    int ends[2];
    EXPECT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      const std::string outcome = in_child(body);
      [[maybe_unused]] const ssize_t written = ::write(ends[1], outcome.data(), outcome.size());
      ::_exit(0);
    }
    ::close(ends[1]);
    std::string outcome(4096, ' ');
    const ssize_t length = ::read(ends[0], outcome.data(), outcome.size());
    outcome.resize(length > 0 ? static_cast<size_t>(length) : 0);
    ::close(ends[0]);
    EXPECT_EQ(::waitpid(child, nullptr, 0), child);
    return outcome;
  }

  template <typename Body>
  std::string in_child(Body body) {
    std::signal(SIGALRM, [](int) { interrupt_all(); });
    const auto begin = steady_clock::now();
    try {
      Connection connection({.dbname = database.conninfo()});
      ::ualarm(300'000, 0);
      body(connection);
      return "ended by itself";
    } catch (const Interrupted&) {
      const auto took = steady_clock::now() - begin;
      return took < milliseconds(250) ? "too early" : took > milliseconds(8000) ? "late" : "soon";
    } catch (const std::exception& other) {
      return other.what();
    }
  }

  TestDatabase database;
};

TEST_F(InterruptTest, EndsAStatement) {
  EXPECT_EQ(run([](Connection& connection) {
              Transaction transaction(connection, Access::kReadOnly);
              transaction.query("SELECT pg_sleep(60)", "sleeping");
            }),
            "soon");
  EXPECT_EQ(database.psql("SELECT count(*) FROM pg_stat_activity "
                          "WHERE datname = current_database() AND query LIKE '%pg_sleep(60)'"),
            "0");
}

TEST_F(InterruptTest, EndsAWaitForALock) {
  Connection holder({.dbname = database.conninfo()});
  Transaction transaction(holder, Access::kReadWrite);
  transaction.execute("LOCK TABLE public.t", "locking");
  EXPECT_EQ(run([](Connection& connection) {
              Transaction waiting(connection, Access::kReadWrite);
              waiting.query("DELETE FROM public.t", "clearing");
            }),
            "soon");
}

TEST_F(InterruptTest, EndsACopyThatGoesOn) {
  EXPECT_EQ(run([](Connection& connection) {
              Transaction transaction(connection, Access::kReadWrite);
              CopyIn copy(transaction, "COPY public.t FROM STDIN", "COPY public.t");
              for (int i = 0;; ++i) copy.write(std::to_string(i) + "\n");
            }),
            "soon");
  EXPECT_EQ(database.psql("SELECT count(*) FROM public.t"), "0");
}

TEST_F(InterruptTest, EndsACopyThatIsBlocked) {
  // The server takes no more rows: the first one waits for another transaction's.
  Connection holder({.dbname = database.conninfo()});
  Transaction transaction(holder, Access::kReadWrite);
  transaction.execute("INSERT INTO public.t VALUES (0)", "inserting");
  EXPECT_EQ(run([](Connection& connection) {
              Transaction waiting(connection, Access::kReadWrite);
              CopyIn copy(waiting, "COPY public.t FROM STDIN", "COPY public.t");
              for (int i = 0;; ++i) copy.write(std::to_string(i) + "\n");
            }),
            "soon");
}

TEST_F(InterruptTest, EndsACopyOut) {
  EXPECT_EQ(run([](Connection& connection) {
              Transaction transaction(connection, Access::kReadOnly);
              CopyOut copy(transaction, "COPY (SELECT pg_sleep(60)) TO STDOUT", "COPY out");
              std::string row;
              while (copy.read(row)) continue;
            }),
            "soon");
}

TEST_F(InterruptTest, EndsEveryThreadsCallAndEveryLaterOne) {
  EXPECT_EQ(run([this](Connection& connection) {
              std::atomic<int> ended{0};
              std::vector<std::thread> threads;
              for (int i = 0; i < 4; ++i) {
                threads.emplace_back([&] {
                  try {
                    Connection own({.dbname = database.conninfo()});
                    Transaction transaction(own, Access::kReadOnly);
                    transaction.query("SELECT pg_sleep(60)", "sleeping");
                  } catch (const Interrupted&) {
                    ++ended;
                  }
                });
              }
              for (std::thread& thread : threads) thread.join();
              if (ended != 4) throw std::runtime_error("some went on");
              Transaction transaction(connection, Access::kReadOnly);
            }),
            "soon");
}

TEST_F(InterruptTest, EndsACommitThatTakesLong) {
  database.psql(
      "CREATE FUNCTION public.slow() RETURNS trigger LANGUAGE plpgsql AS "
      "$$ BEGIN PERFORM pg_sleep(60); RETURN NULL; END $$;"
      "CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON public.t DEFERRABLE INITIALLY DEFERRED "
      "FOR EACH ROW EXECUTE FUNCTION public.slow()");
  EXPECT_EQ(run([](Connection& connection) {
              Transaction transaction(connection, Access::kReadWrite);
              transaction.query("INSERT INTO public.t VALUES (1)", "inserting");
              transaction.commit();
            }),
            "soon");
  EXPECT_EQ(database.psql("SELECT count(*) FROM public.t"), "0");
}

}  // namespace
}  // namespace resow

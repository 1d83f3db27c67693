// Leases on a real PostgreSQL: sessions take schemas of their own, and what they did there is
// undone before another has it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <vector>

#include "runner/baseline/baseline.h"
#include "runner/lock.h"
#include "tests/support/database_error.h"
#include "tests/support/pg_test.h"

namespace resow::test_support {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;

class Lease : public PgTest {
 protected:
  // A client with a connection of its own.
  class Client {
   public:
    explicit Client(ConnectionOptions options)
        : connection_(std::make_unique<Connection>(options)) {}
    // One transaction: all values of its last query.
    std::string ask(const std::string& sql, const std::string& before = "") {
      Transaction transaction(*connection_, Access::kReadWrite);
      if (!before.empty()) transaction.execute(before, "begin");
      const Rows rows = transaction.query(sql, "ask");
      std::string values;
      for (size_t row = 0; row < rows.size(); ++row) {
        if (row != 0) values += " ";
        values += rows.text(row, 0);
      }
      transaction.commit();
      return values;
    }
    Connection& connection() { return *connection_; }
    void disconnect() { connection_.reset(); }

   private:
    std::unique_ptr<Connection> connection_;
  };

  Client client(const std::string& name) { return Client({database().conninfo(), name}); }

  void make(const std::vector<std::string>& schemas) {
    for (const std::string& schema : schemas) {
      const std::string quoted = "\"" + schema + "\"";
      psql("CREATE SCHEMA " + quoted + "; CREATE TABLE " + quoted +
           ".t (id serial PRIMARY KEY, x text); INSERT INTO " + quoted +
           ".t (x) VALUES ('seeded')");
      Transaction transaction(connection(), Access::kReadWrite);
      take_baseline(transaction, schema);
      transaction.commit();
    }
  }
  std::string rows_of(const std::string& schema) const {
    return psql("SELECT string_agg(x, ',' ORDER BY id) FROM " + schema + ".t");
  }
  std::string holders() const {
    return values(
        "SELECT schema, application_name FROM resow.leases() ORDER BY length(schema), schema");
  }
  // A session ends a moment after its client.
  void wait_until_free(const std::string& schema) const {
    for (int i = 0; i < 400 && holders().find(schema) != std::string::npos; ++i) {
      psql("SELECT pg_sleep(0.025)");
    }
  }
};

TEST_F(Lease, EachSessionHasAnother) {
  make({"s_10", "s_2", "s_1"});
  Client a = client("a"), b = client("b"), c = client("c");
  EXPECT_EQ(a.ask("SELECT resow.lease('s_*')"), "s_1");
  EXPECT_EQ(b.ask("SELECT resow.lease('s_*')"), "s_2");
  EXPECT_EQ(c.ask("SELECT resow.lease()"), "s_10");
  EXPECT_EQ(holders(), "s_1|a, s_2|b, s_10|c");
}

TEST_F(Lease, OneSessionMayHoldSeveral) {
  make({"s_1", "s_2", "s_3"});
  Client a = client("a");
  EXPECT_EQ(a.ask("SELECT resow.lease('s_*')"), "s_1");
  EXPECT_EQ(a.ask("SELECT resow.lease('s_*')"), "s_2");
  EXPECT_EQ(a.ask("SELECT resow.release('s_1')"), "s_1");
  EXPECT_EQ(holders(), "s_2|a");
  EXPECT_EQ(a.ask("SELECT resow.lease('s_3')"), "s_3");
  EXPECT_EQ(a.ask("SELECT resow.release()"), "s_2 s_3");
  EXPECT_EQ(holders(), "");
}

TEST_F(Lease, ThePatternIsThatOfTheCommandLine) {
  make({"a_b", "axb", "a%b", "a*b", "a\\b"});
  const struct {
    const char *pattern, *leased;
  } cases[] = {
      {"a\\*b", "a*b"}, {"a%b", "a%b"}, {"a_b", "a_b"}, {"a\\\\b", "a\\b"}, {"?xb", "axb"}};
  for (const auto& [pattern, leased] : cases) {
    Client a = client("a");
    EXPECT_EQ(a.ask("SELECT resow.lease(" + a.connection().quote_literal(pattern) + ")"), leased)
        << pattern;
  }
  Client a = client("a");
  const DatabaseError error = database_error_of([&] { a.ask("SELECT resow.lease('ab*')"); });
  EXPECT_EQ(error.sqlstate, "42704");
  EXPECT_STREQ(error.what(), "no schema that matches 'ab*' has a baseline");
}

TEST_F(Lease, WaitsUntilOneIsFree) {
  make({"s_1", "s_2"});
  Client a = client("a"), b = client("b"), c = client("c");
  a.ask("SELECT resow.lease()");
  b.ask("SELECT resow.lease()");
  std::future<std::string> waiting =
      std::async(std::launch::async, [&] { return c.ask("SELECT resow.lease()"); });
  EXPECT_EQ(waiting.wait_for(std::chrono::milliseconds(300)), std::future_status::timeout);
  b.ask("SELECT resow.release()");
  EXPECT_EQ(waiting.get(), "s_2");
}

TEST_F(Lease, WhoHoldsThemIsNamedWhenTheTimeIsOver) {
  make({"s_1", "s_2"});
  Client a = client("gw0"), b = client("gw1");
  a.ask("SELECT resow.lease()");
  b.ask("SELECT resow.lease()");
  const DatabaseError error =
      database_error_of([&] { b.ask("SELECT resow.lease('s_?', '0.2 s')"); });
  EXPECT_EQ(error.sqlstate, "55P03");
  EXPECT_THAT(
      error.what(),
      ContainsRegex("^no schema that matches 's_\\?' came free within 0\\.2 s: s_1 is leased "
                    "to pid [0-9]+ \\(gw0, user [^ ]+, idle for [0-9]+ s\\); s_2 is leased "
                    "to this session$"));
  EXPECT_THAT(error.hint, HasSubstr("SELECT resow.release()"));
}

TEST_F(Lease, ManyHoldersAreCounted) {
  std::vector<std::string> schemas;
  for (int i = 1; i <= 12; ++i) schemas.push_back("s_" + std::to_string(i));
  make(schemas);
  Client a = client("a"), b = client("b");
  a.ask("SELECT resow.lease() FROM pg_catalog.generate_series(1, 12)");
  const DatabaseError error = database_error_of([&] { b.ask("SELECT resow.lease('*', '0')"); });
  EXPECT_THAT(error.what(), AllOf(HasSubstr("s_10 is leased to"), HasSubstr("; and 2 more"),
                                  Not(HasSubstr("s_11"))));
}

TEST_F(Lease, AReleasedSchemaIsAsItWas) {
  make({"s_1"});
  Client a = client("a"), b = client("b");
  a.ask("SELECT resow.lease()");
  psql("INSERT INTO s_1.t (x) VALUES ('by a'); UPDATE s_1.t SET x = 'changed' WHERE id = 1");
  EXPECT_EQ(a.ask("SELECT resow.release()"), "s_1");
  EXPECT_EQ(rows_of("s_1"), "seeded");
  EXPECT_EQ(b.ask("SELECT resow.lease()"), "s_1");
}

TEST_F(Lease, TheEndOfAConnectionGivesItBack) {
  make({"s_1"});
  Client a = client("a"), b = client("b");
  a.ask("SELECT resow.lease()");
  psql("INSERT INTO s_1.t (x) VALUES ('by a')");
  a.disconnect();
  EXPECT_EQ(b.ask("SELECT resow.lease()"), "s_1");
  EXPECT_EQ(rows_of("s_1"), "seeded");
}

TEST_F(Lease, WhatAReleaseCannotRewindStaysLeased) {
  make({"s_1"});
  Client a = client("a"), app = client("app");
  a.ask("SELECT resow.lease()");
  Transaction work(app.connection(), Access::kReadWrite);
  work.execute("INSERT INTO s_1.t (x) VALUES ('not committed')", "work");
  const DatabaseError error = database_error_of(
      [&] { a.ask("SELECT resow.release()", "SET LOCAL resow.lock_timeout = '100ms'"); });
  EXPECT_EQ(error.sqlstate, "55P03");
  EXPECT_THAT(error.what(), HasSubstr("work in schema s_1 is still running: pid"));
  EXPECT_EQ(holders(), "s_1|a");
  work.commit();
  EXPECT_EQ(a.ask("SELECT resow.release()"), "s_1");
  EXPECT_EQ(rows_of("s_1"), "seeded");
}

TEST_F(Lease, OnlyTheHolderReleases) {
  make({"s_1", "s_2"});
  Client a = client("a"), b = client("b");
  a.ask("SELECT resow.lease()");
  const DatabaseError of_another = database_error_of([&] { b.ask("SELECT resow.release('s_1')"); });
  EXPECT_THAT(of_another.what(), ContainsRegex("^s_1 is leased to pid [0-9]+ \\(a, user"));
  const DatabaseError of_nobody = database_error_of([&] { b.ask("SELECT resow.release('s_2')"); });
  EXPECT_STREQ(of_nobody.what(), "s_2 is not leased");
  EXPECT_EQ(b.ask("SELECT resow.release()"), "");
  EXPECT_EQ(holders(), "s_1|a");
}

// The holder has gone, and something that it started works on.
TEST_F(Lease, WhereSomebodyStillWorksAnotherIsTaken) {
  make({"s_1", "s_2"});
  Client app = client("app"), b = client("b"), c = client("c");
  Transaction work(app.connection(), Access::kReadWrite);
  work.execute("INSERT INTO s_1.t (x) VALUES ('not committed')", "work");
  EXPECT_EQ(b.ask("SELECT resow.lease()"), "s_2");
  const DatabaseError error = database_error_of([&] { c.ask("SELECT resow.lease('*', '0.3 s')"); });
  EXPECT_THAT(error.what(), AllOf(HasSubstr("s_2 is leased to"),
                                  HasSubstr("work in schema s_1 is still running: pid")));
  std::future<std::string> waiting =
      std::async(std::launch::async, [&] { return c.ask("SELECT resow.lease()"); });
  work.commit();
  EXPECT_EQ(waiting.get(), "s_1");
  EXPECT_EQ(rows_of("s_1"), "seeded");
}

TEST_F(Lease, WhatDoesNotFitItsBaselineIsNotHandedOut) {
  make({"s_1", "s_2"});
  psql("ALTER TABLE s_1.t ADD y int");
  std::string warned;
  Client a({database().conninfo(), "a", {}, {}, [&](std::string_view text) { warned += text; }});
  EXPECT_EQ(a.ask("SELECT resow.lease()"), "s_2");
  EXPECT_THAT(warned, HasSubstr("schema s_1 is not handed out: the baseline does not fit any more: "
                                "s_1.t was altered (column y)"));
  psql("DROP TABLE s_2.t");
  a.disconnect();
  wait_until_free("s_2");
  Client b = client("b");
  const DatabaseError error = database_error_of([&] { b.ask("SELECT resow.lease()"); });
  EXPECT_EQ(error.sqlstate, "55000");
  EXPECT_THAT(error.what(), AllOf(HasSubstr("no schema that matches '*' can be handed out: "),
                                  HasSubstr("s_1: the baseline does not fit any more"),
                                  HasSubstr("s_2.t was dropped")));
  EXPECT_EQ(holders(), "");
}

TEST_F(Lease, ACancelledWaitHoldsNothing) {
  make({"s_1"});
  Client a = client("a"), b = client("b"), app = client("app");
  {
    Transaction work(app.connection(), Access::kReadWrite);
    work.execute("INSERT INTO s_1.t (x) VALUES ('not committed')", "work");
    const DatabaseError error = database_error_of(
        [&] { b.ask("SELECT resow.lease()", "SET LOCAL statement_timeout = '250ms'"); });
    EXPECT_EQ(error.sqlstate, "57014");
  }
  EXPECT_EQ(holders(), "");
  EXPECT_EQ(a.ask("SELECT resow.lease()"), "s_1");
}

TEST_F(Lease, ARewindThatNamesNothingIsAboutWhatOneHolds) {
  make({"s_1", "s_2", "s_3"});
  Client a = client("a"), b = client("b");
  a.ask("SELECT resow.lease()");
  b.ask("SELECT resow.lease()");
  psql(
      "INSERT INTO s_1.t (x) VALUES ('x'); INSERT INTO s_2.t (x) VALUES ('x');"
      "INSERT INTO s_3.t (x) VALUES ('x')");
  EXPECT_EQ(a.ask("SELECT r.schema FROM resow.rewind() AS r"), "s_1");
  EXPECT_EQ(rows_of("s_2"), "seeded,x");
  // Whoever holds nothing has to say what is meant, lest what others do is undone.
  Client c = client("c");
  const DatabaseError error = database_error_of([&] { c.ask("SELECT FROM resow.rewind()"); });
  EXPECT_EQ(error.sqlstate, "55006");
  EXPECT_THAT(error.what(), ContainsRegex("^others work with these schemas: s_1 is leased to pid "
                                          "[0-9]+ \\(a, .*; s_2 is leased to pid"));
  EXPECT_EQ(c.ask("SELECT r.schema FROM resow.rewind('s_3') AS r"), "s_3");
  // What uses the schema beside the holder may name it.
  EXPECT_EQ(c.ask("SELECT r.schema FROM resow.rewind('s_2') AS r"), "s_2");
  a.ask("SELECT resow.release()");
  b.ask("SELECT resow.release()");
  psql("INSERT INTO s_1.t (x) VALUES ('x'); INSERT INTO s_3.t (x) VALUES ('x')");
  EXPECT_EQ(c.ask("SELECT r.schema FROM resow.rewind() AS r"), "s_1 s_3");
}

TEST_F(Lease, WhoMayChangeTheTablesMayLease) {
  const std::string tester = role("tester");
  psql("CREATE SCHEMA s; CREATE TABLE s.t (id int PRIMARY KEY); GRANT USAGE ON SCHEMA s TO " +
       tester + "; GRANT SELECT, INSERT, DELETE ON s.t TO " + tester);
  {
    Transaction transaction(connection(), Access::kReadWrite);
    take_baseline(transaction, "s");
    transaction.commit();
  }
  Client a(options(tester));
  EXPECT_EQ(a.ask("SELECT resow.lease()"), "s");
  a.ask("INSERT INTO s.t VALUES (1) RETURNING id");
  EXPECT_EQ(a.ask("SELECT l.schema FROM resow.leases() AS l"), "s");
  EXPECT_EQ(a.ask("SELECT r.added FROM resow.rewind() AS r"), "1");
  EXPECT_EQ(a.ask("SELECT resow.release()"), "s");
}

TEST_F(Lease, WhatIsKeptIsNeitherHandedOutNorRewound) {
  make({"s_1", "s_2"});
  Client a = client("gw0"), b = client("b");
  a.ask("SELECT resow.lease()");
  psql("INSERT INTO s_1.t (x) VALUES ('look at it')");
  EXPECT_EQ(a.ask("SELECT resow.keep()"), "s_1");
  EXPECT_EQ(psql("SELECT leased_to FROM resow.dirty()"), "kept gw0");
  EXPECT_EQ(a.ask("SELECT resow.lease()"), "s_2");
  EXPECT_EQ(a.ask("SELECT pg_catalog.count(*) FROM resow.rewind()"), "0");
  const DatabaseError taken = database_error_of([&] { b.ask("SELECT resow.lease('*', '0')"); });
  EXPECT_THAT(taken.what(), ContainsRegex("s_1 is \\(gw0, user [^ ]+, kept for [0-9]+ s\\); s_2 is "
                                          "leased to pid"));
  a.ask("SELECT resow.release()");
  EXPECT_EQ(b.ask("SELECT pg_catalog.count(*) FROM resow.rewind()"), "0");
  EXPECT_EQ(rows_of("s_1"), "seeded,look at it");

  // Not leased by anybody: kept all the same. Then there is nothing to wait for.
  EXPECT_EQ(b.ask("SELECT resow.keep('s_2')"), "s_2");
  EXPECT_EQ(b.ask("SELECT pg_catalog.count(*) FROM resow.rewind()"), "0");
  const DatabaseError hopeless = database_error_of([&] { b.ask("SELECT resow.lease()"); });
  EXPECT_EQ(hopeless.sqlstate, "55000");
  EXPECT_THAT(hopeless.hint, HasSubstr("what is kept can be rewound by its name"));

  // By its name it is rewound, and is one of many again.
  EXPECT_EQ(b.ask("SELECT r.schema FROM resow.rewind('s_1') AS r"), "s_1");
  EXPECT_EQ(rows_of("s_1"), "seeded");
  EXPECT_EQ(b.ask("SELECT resow.lease()"), "s_1");
  const DatabaseError of_another = database_error_of([&] { a.ask("SELECT resow.keep('s_1')"); });
  EXPECT_THAT(of_another.what(), HasSubstr("s_1 is leased to pid"));

  // So it is with a new baseline.
  {
    Transaction transaction(connection(), Access::kReadWrite);
    take_baseline(transaction, "s_2");
    transaction.commit();
  }
  EXPECT_EQ(a.ask("SELECT resow.lease()"), "s_2");
}

TEST_F(Lease, NobodyGetsWhatIsAboutToBeKept) {
  make({"s_1", "s_2"});
  Client a = client("a"), b = client("b");
  a.ask("SELECT resow.lease()");
  psql("INSERT INTO s_1.t (x) VALUES ('look at it')");
  {
    Transaction keeping(a.connection(), Access::kReadWrite);
    keeping.query("SELECT resow.keep()", "keep");
    EXPECT_EQ(b.ask("SELECT resow.lease()"), "s_2");
    keeping.commit();
  }
  EXPECT_EQ(rows_of("s_1"), "seeded,look at it");
  EXPECT_EQ(psql("SELECT schema FROM resow.leases() WHERE state = 'kept'"), "s_1");
  const DatabaseError taken = database_error_of([&] { a.ask("SELECT resow.lease('*', '0')"); });
  EXPECT_THAT(taken.what(), HasSubstr("s_1 is (a, user "));
}

// A rewind of everything waits for work in one schema; meanwhile another is leased, or kept.
TEST_F(Lease, ARewindThatWaitedUndoesNobodysWork) {
  make({"s_1", "s_2"});
  const auto rewind_while = [&](const char* meanwhile) {
    Client app = client("app"), waits = client("waits"), holder = client("holder");
    Transaction work(app.connection(), Access::kReadWrite);
    work.execute("INSERT INTO s_1.t (x) VALUES ('not committed')", "work");
    std::future<DatabaseError> waiting = std::async(std::launch::async, [&] {
      return database_error_of([&] { waits.ask("SELECT FROM resow.rewind()"); });
    });
    while (psql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'waits'"
                " AND wait_event_type IN ('Lock', 'Timeout')") == "0") {
    }
    EXPECT_EQ(holder.ask(meanwhile), "s_2");
    holder.ask("INSERT INTO s_2.t (x) VALUES ('mine') RETURNING x");
    work.commit();
    EXPECT_EQ(waiting.get().sqlstate, "55006") << meanwhile;
  };
  rewind_while("SELECT resow.lease('s_2')");
  EXPECT_EQ(rows_of("s_2"), "seeded,mine");
  wait_until_free("s_2");
  psql("SELECT resow.rewind('s_2')");
  rewind_while("SELECT resow.keep('s_2')");
  EXPECT_EQ(rows_of("s_2"), "seeded,mine");
  EXPECT_EQ(holders(), "s_2|holder");
}

TEST_F(Lease, ARunAndALeaseExcludeEachOther) {
  make({"w_1", "w_2"});
  Client holder = client("holder");
  EXPECT_EQ(holder.ask("SELECT resow.lease('w_1')"), "w_1");
  {
    Transaction run(connection(), Access::kReadWrite);
    const DatabaseError error =
        database_error_of([&] { lock_schemas(run, std::vector<std::string>{"w_1"}, 0.05, {}); });
    EXPECT_EQ(error.sqlstate, "55P03");
    EXPECT_THAT(error.what(), ContainsRegex("schema w_1 is leased: pid [0-9]+ \\(holder, user "));
    EXPECT_THAT(error.hint, HasSubstr("resow.release()"));
  }
  for (const LockMode mode : {LockMode::kExclusive, LockMode::kShared}) {
    Transaction run(connection(), Access::kReadWrite);
    EXPECT_EQ(holder.ask("SELECT resow.release()"), "w_1");
    lock_schemas(run, std::vector<std::string>{"w_1"}, 0, {}, mode);
    EXPECT_EQ(holder.ask("SELECT resow.lease('w_*')"), "w_2");
    EXPECT_EQ(holder.ask("SELECT resow.release()"), "w_2");
    run.commit();
    EXPECT_EQ(holder.ask("SELECT resow.lease('w_*')"), "w_1");
  }
  // Who holds it may change it.
  Transaction own(holder.connection(), Access::kReadWrite);
  lock_schemas(own, std::vector<std::string>{"w_1"}, 0, {});
}

TEST_F(Lease, DirtyTellsWhoHoldsTheSchema) {
  make({"s_1"});
  Client a = client("gw7");
  a.ask("SELECT resow.lease()");
  psql("INSERT INTO s_1.t (x) VALUES ('x')");
  EXPECT_THAT(psql("SELECT leased_to FROM resow.dirty()"), ContainsRegex("^[0-9]+ gw7$"));
  a.disconnect();
  wait_until_free("s_1");
  EXPECT_EQ(psql("SELECT leased_to FROM resow.dirty()"), "");
}

}  // namespace
}  // namespace resow::test_support

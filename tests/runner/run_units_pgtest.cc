#include <fmt/format.h>
#include <gmock/gmock.h>

#include <atomic>
#include <future>
#include <mutex>
#include <regex>
#include <thread>

#include "fixtures/dataset_json.h"
#include "runner/guard_facts.h"
#include "runner/lock.h"
#include "runner/run_units.h"
#include "tests/support/pg_test.h"

namespace resow {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

class RunUnitsTest : public test_support::PgTest {
 protected:
  RunUnitsTest() {
    request_.clear = true;
    options_.connection = options();
    options_.execute = true;
    options_.on_diagnostic = [this](std::string_view text) {
      const std::lock_guard lock(mutex_);
      diagnostics_.emplace_back(text);
    };
  }

  // Schemas u_1 .. u_n with two linked tables: 3 parents, 6 children.
  void make_tenants(int n) {
    for (int i = 1; i <= n; ++i) {
      const std::string u = "u_" + std::to_string(i);
      psql("CREATE SCHEMA " + u + "; CREATE TABLE " + u +
           ".parents (id serial PRIMARY KEY, note text);"
           "CREATE TABLE " +
           u + ".children (id serial PRIMARY KEY, parent int REFERENCES " + u +
           ".parents);"
           "INSERT INTO " +
           u + ".parents (note) SELECT 'n' FROM generate_series(1, 3); INSERT INTO " + u +
           ".children (parent) SELECT 1 + g % 3 FROM generate_series(1, 6) g");
    }
  }

  std::string rows(int tenant) {
    const std::string u = "u_" + std::to_string(tenant);
    return values("SELECT (SELECT count(*) FROM " + u + ".parents), (SELECT count(*) FROM " + u +
                  ".children), (SELECT is_called FROM " + u + ".children_id_seq)");
  }

  Report run() {
    const Catalog catalog = test_support::catalog_of(connection(), schemas_);
    const auto units = choose_scopes(catalog, nullptr, request_);
    return run_units(options_, catalog, nullptr, request_, units);
  }

  std::vector<std::string> outcomes(const Report& report) {
    std::vector<std::string> lines;
    for (const SchemaReport& schema : report.schemas) {
      lines.push_back(schema.schema + " " + to_string(schema.outcome) +
                      (schema.error.empty() ? "" : ": " + schema.error));
    }
    return lines;
  }

  Request request_;
  RunOptions options_;
  std::vector<std::string> schemas_ = {"u_*"};
  std::vector<std::string> diagnostics_;
  std::mutex mutex_;
};

constexpr const char* kFull = "3|6|true";
constexpr const char* kEmpty = "0|0|false";

TEST_F(RunUnitsTest, RunsEachUnitAndReportsInOrder) {
  make_tenants(12);
  for (const int jobs : {1, 3}) {
    options_.jobs = jobs;
    const Report report = run();
    EXPECT_EQ(report.outcome, Outcome::kOk);
    EXPECT_EQ(report.database, database().name());
    ASSERT_THAT(report.schemas, SizeIs(12));
    for (int i = 1; i <= 12; ++i) {
      EXPECT_EQ(report.schemas[static_cast<size_t>(i - 1)].schema, "u_" + std::to_string(i));
      EXPECT_EQ(rows(i), kEmpty);
    }
    ASSERT_THAT(report.schemas[0].tables, SizeIs(2));
    EXPECT_EQ(report.schemas[0].tables[0].table, "children");
    EXPECT_EQ(report.schemas[0].tables[0].removed, jobs == 1 ? 6 : 0);
    EXPECT_THAT(diagnostics_, IsEmpty());
    std::vector<std::string> phases;
    for (const auto& [phase, seconds] : report.timings) phases.push_back(phase);
    EXPECT_THAT(phases, ElementsAre("plan", "change", "commit"));
  }
}

TEST_F(RunUnitsTest, UsesTheConnectionThatIsThere) {
  make_tenants(2);
  options_.idle = &connection();
  options_.connection.dbname = "host=/nonexistent";
  EXPECT_EQ(run().outcome, Outcome::kOk);
  EXPECT_EQ(rows(2), kEmpty);
}

TEST_F(RunUnitsTest, GoesOnWithFewerConnectionsThanAsked) {
  make_tenants(3);
  options_.idle = &connection();
  options_.connection.dbname = "host=/nonexistent";
  options_.jobs = 2;
  const Report report = run();
  EXPECT_EQ(report.outcome, Outcome::kOk);
  EXPECT_EQ(rows(3), kEmpty);
  EXPECT_THAT(diagnostics_, ElementsAre(HasSubstr("going on with fewer connections: ")));
}

TEST_F(RunUnitsTest, PreviewsAndChangesNothing) {
  make_tenants(2);
  options_.execute = false;
  const Report report = run();
  EXPECT_EQ(report.outcome, Outcome::kPreview);
  EXPECT_THAT(outcomes(report), ElementsAre("u_1 preview", "u_2 preview"));
  EXPECT_THAT(report.schemas[0].text, HasSubstr("children"));
  EXPECT_EQ(report.schemas[0].tables.at(0).removed, 6);
  EXPECT_EQ(rows(1), kFull);
  EXPECT_EQ(rows(2), kFull);
}

TEST_F(RunUnitsTest, AnEmptyListIsDone) {
  EXPECT_EQ(run_units(options_, {}, nullptr, request_, {}).outcome, Outcome::kOk);
}

// Holds a lock on a table until it is let go.
class Obstacle {
 public:
  Obstacle(const ConnectionOptions& options, const std::string& table)
      : connection_({options.dbname, "pytest"}), transaction_(connection_, Access::kReadWrite) {
    transaction_.query("LOCK TABLE " + table + " IN ROW EXCLUSIVE MODE", "");
    transaction_.query("UPDATE " + table + " SET id = id WHERE id = 1", "");
  }

 private:
  Connection connection_;
  Transaction transaction_;
};

TEST_F(RunUnitsTest, AUnitThatFailsStopsThoseThatDidNotStart) {
  make_tenants(4);
  options_.lock_wait = 1.5;
  const Obstacle obstacle(options_.connection, "u_2.children");
  const Report report = run();
  EXPECT_EQ(report.outcome, Outcome::kFailed);
  EXPECT_THAT(
      outcomes(report),
      ElementsAre("u_1 ok",
                  "u_2 failed: DELETE FROM u_2.children: canceling statement due to lock timeout"
                  " (SQLSTATE 55P03)",
                  "u_3 not started: because of u_2; --keep-going runs the others all the same",
                  "u_4 not started: because of u_2; --keep-going runs the others all the same"));
  EXPECT_EQ(rows(1), kEmpty);
  EXPECT_EQ(rows(2), kFull);
  EXPECT_EQ(rows(3), kFull);
  ASSERT_THAT(report.database_errors, SizeIs(1));
  const DatabaseFailure& failure = report.database_errors[0];
  EXPECT_EQ(failure.sqlstate, "55P03");
  EXPECT_EQ(failure.schema + "." + failure.table, "u_2.children");
  EXPECT_THAT(failure.detail, HasSubstr("blocked by pid "));
  EXPECT_THAT(failure.detail, HasSubstr("(pytest, user "));
  EXPECT_THAT(failure.detail, HasSubstr("UPDATE u_2.children"));
  EXPECT_THAT(diagnostics_, Contains(HasSubstr("u_2: waiting for pid ")));
}

TEST_F(RunUnitsTest, WhatWasDoneIsReportedWhateverStopsTheRest) {
  make_tenants(4);
  int changes = 0;
  options_.before_change = [&](Transaction& transaction) {
    if (++changes == 3) require_disposable(transaction, std::nullopt);
  };
  psql("ALTER DATABASE \"" + database().name() + "\" SET resow.protected = on");
  Report report = run();
  EXPECT_EQ(report.outcome, Outcome::kRefused);
  EXPECT_THAT(
      outcomes(report),
      ElementsAre("u_1 ok", "u_2 ok", HasSubstr("u_3 refused: "),
                  "u_4 not started: because of u_3; --keep-going runs the others all the same"));
  ASSERT_THAT(report.faults, SizeIs(1));
  EXPECT_THAT(report.faults[0].what, HasSubstr("resow.protected is on"));
  EXPECT_EQ(report.schemas[0].tables.at(0).removed, 6);
  EXPECT_EQ(rows(2), kEmpty);
  EXPECT_EQ(rows(3), kFull);

  options_.before_change = [&](Transaction&) {
    if (++changes == 6) throw std::logic_error("a defect");
  };
  report = run();
  EXPECT_EQ(report.outcome, Outcome::kFailed);
  EXPECT_THAT(
      outcomes(report),
      ElementsAre("u_1 ok", "u_2 ok", "u_3 failed: a defect",
                  "u_4 not started: because of u_3; --keep-going runs the others all the same"));
  ASSERT_THAT(report.faults, SizeIs(1));
  EXPECT_EQ(report.faults[0].what, "a defect");
  EXPECT_EQ(rows(3), kFull);
}

TEST_F(RunUnitsTest, ATableThatMayNotBeReadStopsAllBeforeTheFirstChange) {
  make_tenants(3);
  const std::string user = role("clerk");
  for (const std::string u : {"u_1", "u_2", "u_3"}) {
    psql("GRANT USAGE ON SCHEMA " + u + " TO " + user + "; ALTER TABLE " + u +
         ".parents OWNER TO " + user + "; ALTER TABLE " + u + ".children OWNER TO " + user);
  }
  psql("REVOKE SELECT ON u_3.children FROM " + user);
  Connection clerks(options(user));
  const Catalog catalog = test_support::catalog_of(clerks, schemas_);
  options_.connection = options(user);
  request_.tables.include = {"children"};
  std::vector<Scope> units = choose_scopes(catalog, nullptr, request_);
  const Report report = run_units(options_, catalog, nullptr, request_, units);
  EXPECT_EQ(report.outcome, Outcome::kFailed);
  ASSERT_THAT(report.database_errors, SizeIs(1));
  EXPECT_EQ(report.database_errors[0].sqlstate, "42501");
  EXPECT_THAT(
      outcomes(report),
      ElementsAre("u_1 not started: because of u_3; --keep-going runs the others all the same",
                  "u_2 not started: because of u_3; --keep-going runs the others all the same",
                  HasSubstr("permission denied")));
  EXPECT_EQ(rows(1), kFull);
}

TEST_F(RunUnitsTest, KeepGoingRunsTheOthers) {
  make_tenants(4);
  options_.lock_wait = 0.3;
  options_.keep_going = true;
  const Obstacle obstacle(options_.connection, "u_2.children");
  const Report report = run();
  EXPECT_EQ(report.outcome, Outcome::kFailed);
  EXPECT_THAT(outcomes(report),
              ElementsAre("u_1 ok", StartsWith("u_2 failed: DELETE FROM"), "u_3 ok", "u_4 ok"));
  EXPECT_EQ(rows(2), kFull);
  EXPECT_EQ(rows(4), kEmpty);
}

TEST_F(RunUnitsTest, WaitsForALockThatIsLetGo) {
  make_tenants(1);
  auto obstacle = std::make_unique<Obstacle>(options_.connection, "u_1.children");
  options_.on_diagnostic = [&](std::string_view text) {
    diagnostics_.emplace_back(text);
    obstacle.reset();
  };
  EXPECT_EQ(run().outcome, Outcome::kOk);
  EXPECT_EQ(rows(1), kEmpty);
  EXPECT_THAT(diagnostics_, ElementsAre(HasSubstr("u_1: waiting for pid ")));
}

TEST_F(RunUnitsTest, TwoRunsOnOneSchemaExcludeEachOther) {
  make_tenants(1);
  const auto obstacle = std::make_unique<Obstacle>(options_.connection, "u_1.children");
  options_.lock_wait = 4;
  RunOptions first_options = options_;
  first_options.on_diagnostic = {};
  auto first = std::async(std::launch::async, [this, first_options] {
    Connection own(first_options.connection);
    const Catalog catalog = test_support::catalog_of(own, schemas_);
    return run_units(first_options, catalog, nullptr, request_,
                     choose_scopes(catalog, nullptr, request_));
  });
  while (psql("SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database"
              " WHERE locktype = 'advisory' AND datname = current_database()") == "0") {
  }
  options_.lock_wait = 0.5;
  const Report second = run();
  EXPECT_EQ(second.outcome, Outcome::kFailed);
  ASSERT_THAT(second.database_errors, SizeIs(1));
  EXPECT_EQ(second.database_errors[0].step, "lock schema u_1");
  EXPECT_THAT(second.database_errors[0].message, StartsWith("another run holds schema u_1: pid "));
  EXPECT_EQ(first.get().outcome, Outcome::kFailed);
  EXPECT_EQ(rows(1), kFull);
}

TEST_F(RunUnitsTest, TheSchemasOfPartitionsAreLockedToo) {
  psql(
      "CREATE SCHEMA u_1; CREATE TABLE u_1.p (id int) PARTITION BY LIST (id); CREATE SCHEMA v;"
      "CREATE SCHEMA u_2; CREATE TABLE u_2.p1 PARTITION OF u_1.p DEFAULT;"
      "CREATE TABLE u_1.t (id int); INSERT INTO u_1.t VALUES (1)");
  const Catalog catalog = test_support::catalog_of(connection(), schemas_);
  std::vector<Scope> units = choose_scopes(catalog, nullptr, request_);
  ASSERT_THAT(units, SizeIs(2));
  units.pop_back();
  EXPECT_THAT(units[0].partition_schemas, ElementsAre("u_2"));
  options_.lock_wait = 0.3;
  Connection other(options_.connection);
  std::optional<Transaction> holder(std::in_place, other, Access::kReadWrite);
  const std::vector<std::string> held = {"u_2"};
  lock_schemas(*holder, held, 0, {});
  EXPECT_THAT(outcomes(run_units(options_, catalog, nullptr, request_, units)),
              ElementsAre(HasSubstr("another run holds schema u_2: pid ")));
  holder.reset();
  EXPECT_THAT(outcomes(run_units(options_, catalog, nullptr, request_, units)),
              ElementsAre("u_1 ok"));
}

TEST_F(RunUnitsTest, TriesAgainAfterADeadlock) {
  make_tenants(1);
  Connection other({options_.connection.dbname, "pytest"});
  auto transaction = std::make_unique<Transaction>(other, Access::kReadWrite);
  transaction->execute("SET LOCAL deadlock_timeout = '60s'", "");
  transaction->query("UPDATE u_1.parents SET note = 'x' WHERE id = 1", "");
  auto run_finished = std::async(std::launch::async, [this] { return run(); });
  const std::string waiting =
      "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname ="
      " current_database()";
  while (psql(waiting) == "0") {
  }
  // It has deleted the children and waits for a parent; now we wait for a child.
  transaction->query("UPDATE u_1.children SET parent = 2 WHERE id = 1", "");
  transaction->commit();
  transaction.reset();
  EXPECT_EQ(run_finished.get().outcome, Outcome::kOk);
  EXPECT_EQ(rows(1), kEmpty);
  EXPECT_THAT(diagnostics_, Contains("u_1: deadlock detected (SQLSTATE 40P01), trying again"));
}

TEST_F(RunUnitsTest, ALostConnectionLeavesTheSchemaAsItWas) {
  make_tenants(3);
  options_.keep_going = true;
  const Obstacle obstacle(options_.connection, "u_2.children");
  auto run_finished = std::async(std::launch::async, [this] { return run(); });
  const std::string waiting =
      " FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
  while (psql("SELECT count(*)" + waiting) == "0") {
  }
  psql("SELECT pg_terminate_backend(pid)" + waiting);
  const Report report = run_finished.get();
  EXPECT_THAT(outcomes(report),
              ElementsAre("u_1 ok",
                          "u_2 failed: DELETE FROM u_2.children: terminating connection due to"
                          " administrator command (SQLSTATE 57P01)",
                          "u_3 ok"));
  EXPECT_EQ(rows(2), kFull);
  EXPECT_EQ(rows(3), kEmpty);
}

TEST_F(RunUnitsTest, AStatementTimeoutOfTheRoleIsHeard) {
  make_tenants(1);
  const std::string slow = role("slow");
  psql("ALTER ROLE " + slow + " SET statement_timeout = '900ms'; GRANT ALL ON SCHEMA u_1 TO " +
       slow + "; ALTER TABLE u_1.parents OWNER TO " + slow +
       "; ALTER TABLE u_1.children OWNER TO " + slow);
  const Obstacle obstacle(options_.connection, "u_1.children");
  options_.connection = options(slow);
  const Report report = run();
  ASSERT_THAT(report.database_errors, SizeIs(1));
  EXPECT_EQ(report.database_errors[0].sqlstate, "57014");
  EXPECT_EQ(report.database_errors[0].message, "canceling statement due to statement timeout");
  EXPECT_EQ(report.database_errors[0].step, "DELETE FROM u_1.children");
  EXPECT_EQ(rows(1), kFull);
}

TEST_F(RunUnitsTest, AnOwnerGetsPastRowSecurityThatIsForced) {
  const std::string owner = role("owner");
  psql("CREATE SCHEMA u_1 AUTHORIZATION " + owner + "; SET ROLE " + owner +
       "; CREATE TABLE u_1.t (id serial, tenant text); INSERT INTO u_1.t (tenant) VALUES ('a');"
       "ALTER TABLE u_1.t ENABLE ROW LEVEL SECURITY; ALTER TABLE u_1.t FORCE ROW LEVEL SECURITY;"
       "CREATE POLICY own ON u_1.t USING (tenant = current_setting('app.tenant', true))");
  Connection owners(options(owner));
  const Catalog catalog = test_support::catalog_of(owners, schemas_);
  options_.connection = options(owner);
  const Report report =
      run_units(options_, catalog, nullptr, request_, choose_scopes(catalog, nullptr, request_));
  EXPECT_EQ(report.outcome, Outcome::kOk) << outcomes(report).front();
  EXPECT_EQ(report.schemas.at(0).tables.at(0).removed, 1);
  EXPECT_EQ(psql("SELECT count(*) FROM u_1.t"), "0");
  EXPECT_EQ(values("SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid ="
                   " 'u_1.t'::regclass"),
            "true|true");
}

TEST_F(RunUnitsTest, ATableThatChangedSinceTheCatalogWasReadIsLeftAlone) {
  psql(
      "CREATE SCHEMA u_1; CREATE TABLE u_1.t (id int PRIMARY KEY);"
      "CREATE TABLE u_1.p (id int PRIMARY KEY) PARTITION BY LIST (id);"
      "CREATE TABLE u_1.p1 PARTITION OF u_1.p FOR VALUES IN (1);"
      "INSERT INTO u_1.t VALUES (1); INSERT INTO u_1.p VALUES (1);"
      "CREATE SCHEMA other; CREATE TABLE other.x (id int); CREATE TABLE other.two (id int NOT "
      "NULL);"
      "CREATE FUNCTION other.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"
      "INSERT INTO other.x VALUES (1); INSERT INTO other.two VALUES (2)");
  struct Case {
    const char* change;
    const char* undo;
    const char* message;
  };
  const Case cases[] = {
      {"ALTER TABLE other.x ADD FOREIGN KEY (id) REFERENCES u_1.t ON DELETE CASCADE",
       "ALTER TABLE other.x DROP CONSTRAINT x_id_fkey", "u_1.t: the foreign keys to it changed"},
      {"CREATE TRIGGER t AFTER DELETE ON u_1.t EXECUTE FUNCTION other.f()",
       "DROP TRIGGER t ON u_1.t", "u_1.t: its triggers changed"},
      {"CREATE TRIGGER t AFTER DELETE ON u_1.p1 EXECUTE FUNCTION other.f()",
       "DROP TRIGGER t ON u_1.p1", "u_1.p1: its triggers changed"},
      {"CREATE RULE r AS ON DELETE TO u_1.t DO ALSO DELETE FROM other.x", "DROP RULE r ON u_1.t",
       "u_1.t: its rules changed"},
      {"ALTER TABLE u_1.t ENABLE ROW LEVEL SECURITY",
       "ALTER TABLE u_1.t DISABLE ROW LEVEL SECURITY", "u_1.t: its row security changed"},
      {"ALTER TABLE other.two ADD PRIMARY KEY (id);"
       "ALTER TABLE u_1.p ATTACH PARTITION other.two FOR VALUES IN (2)",
       "ALTER TABLE u_1.p DETACH PARTITION other.two", "u_1.p: its partitions changed"},
      {"ALTER TABLE u_1.t RENAME TO old; CREATE TABLE u_1.t (id int)",
       "DROP TABLE u_1.t; ALTER TABLE u_1.old RENAME TO t", "u_1.t: its name changed"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.change);
    const Catalog catalog = test_support::catalog_of(connection(), schemas_);
    const auto units = choose_scopes(catalog, nullptr, request_);
    psql(c.change);
    const Report report = run_units(options_, catalog, nullptr, request_, units);
    EXPECT_THAT(outcomes(report), ElementsAre(HasSubstr(c.message)));
    EXPECT_THAT(report.database_errors, SizeIs(1));
    psql(c.undo);
    EXPECT_EQ(values("SELECT (SELECT count(*) FROM u_1.t), (SELECT count(*) FROM u_1.p),"
                     " (SELECT count(*) FROM other.x), (SELECT count(*) FROM other.two)"),
              "1|1|1|1");
  }
  EXPECT_THAT(outcomes(run()), ElementsAre("u_1 ok"));
}

TEST_F(RunUnitsTest, EveryKindOfTableIsFoundUnchanged) {
  psql(
      "CREATE SCHEMA u_1; CREATE FUNCTION u_1.f() RETURNS trigger LANGUAGE plpgsql"
      " AS 'BEGIN RETURN NULL; END';"
      "CREATE TABLE u_1.a (id int PRIMARY KEY, x int, UNIQUE (id, x),"
      " FOREIGN KEY (id, x) REFERENCES u_1.a (id, x) ON DELETE SET NULL DEFERRABLE);"
      "CREATE TABLE u_1.p (id int PRIMARY KEY, a int REFERENCES u_1.a ON UPDATE SET DEFAULT)"
      " PARTITION BY LIST (id);"
      "CREATE TABLE u_1.p1 PARTITION OF u_1.p FOR VALUES IN (1) PARTITION BY LIST (id);"
      "CREATE TABLE u_1.p11 PARTITION OF u_1.p1 DEFAULT;"
      "CREATE TABLE u_1.c (p int REFERENCES u_1.p ON DELETE CASCADE);"
      "CREATE TABLE u_1.\"Odd . name\" () INHERITS (u_1.c);"
      "CREATE TRIGGER t AFTER INSERT OR UPDATE OF id ON u_1.p FOR EACH ROW EXECUTE FUNCTION "
      "u_1.f();"
      "CREATE CONSTRAINT TRIGGER k AFTER DELETE ON u_1.a FOR EACH ROW EXECUTE FUNCTION u_1.f();"
      "CREATE TRIGGER s BEFORE TRUNCATE ON u_1.a EXECUTE FUNCTION u_1.f();"
      "ALTER TABLE u_1.a DISABLE TRIGGER k;"
      "CREATE RULE r AS ON INSERT TO u_1.c DO INSTEAD NOTHING;"
      "ALTER TABLE u_1.c ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY");
  EXPECT_THAT(outcomes(run()), ElementsAre("u_1 ok"));
}

TEST_F(RunUnitsTest, FaultsOfManySchemasAreReportedOnceBeforeAnyChange) {
  make_tenants(3);
  for (int i = 2; i <= 3; ++i) {
    const std::string u = "u_" + std::to_string(i);
    psql("CREATE TABLE " + u + ".kept (parent int REFERENCES " + u + ".parents);" + "INSERT INTO " +
         u + ".kept VALUES (1)");
  }
  request_.tables.exclude = {"kept"};
  try {
    run();
    FAIL();
  } catch (const InputError& error) {
    ASSERT_THAT(error.faults(), SizeIs(1));
    EXPECT_THAT(error.faults()[0].what, HasSubstr("(likewise in u_3)"));
  }
  EXPECT_EQ(rows(1), kFull);
}

class ApplyUnitsTest : public RunUnitsTest {
 protected:
  ApplyUnitsTest() {
    request_.seed = request_.verify = true;
    options_.on_planned = [this](uint64_t rows) { planned_ += rows; };
    options_.on_rows = [this](int64_t rows) { loaded_ += rows; };
    options_.on_pass = [this](std::string_view pass, size_t schemas) {
      passes_.push_back(std::string(pass) + " " + std::to_string(schemas));
    };
    options_.on_schemas = [this](size_t schemas) { done_ += schemas; };
  }

  Report apply(const std::string& dataset) {
    const Dataset declared = parse_dataset(dataset, "d.json");
    const Catalog catalog = test_support::catalog_of(connection(), schemas_);
    const auto units = choose_scopes(catalog, &declared, request_);
    return run_units(options_, catalog, &declared, request_, units);
  }

  std::vector<std::string> differences(const Report& report) {
    std::vector<std::string> lines;
    for (const Difference& difference : report.differences) lines.push_back(to_string(difference));
    return lines;
  }

  // What a line of progress is made of.
  uint64_t planned_ = 0;
  int64_t loaded_ = 0;
  std::vector<std::string> passes_;
  size_t done_ = 0;
};

constexpr const char* kTwoEach = R"({
  "dataset": "two-each", "schemas": ["u_*"],
  "tables": {
    "parents": { "rows": 2, "columns": { "note": "new" } },
    "children": { "per": "parents", "rows": 2 }
  }
})";
constexpr const char* kTwoEachFilled = "2|4|false";

TEST_F(ApplyUnitsTest, TellsHowFarItHasCome) {
  make_tenants(3);
  options_.jobs = 2;
  EXPECT_EQ(apply(kTwoEach).outcome, Outcome::kOk);
  EXPECT_EQ(planned_, 18U);
  EXPECT_EQ(loaded_, 18);
  EXPECT_THAT(passes_, ElementsAre("planning 3", " 3"));
  EXPECT_EQ(done_, 6U) << "three in each pass";
}

// What a trigger raises the first time only.
constexpr const char* kOnceRaised =
    "CREATE SEQUENCE public.attempts;"
    "CREATE FUNCTION public.raise_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    "  IF nextval('public.attempts') = 1 THEN RAISE EXCEPTION 'not now' USING ERRCODE = '%s'; END "
    "IF;"
    "  RETURN NULL; END $$;"
    "CREATE TRIGGER once AFTER INSERT ON u_1.children EXECUTE FUNCTION public.raise_once()";

TEST_F(ApplyUnitsTest, WhatIsTriedAgainCountsOnce) {
  make_tenants(1);
  psql(std::regex_replace(kOnceRaised, std::regex("%s"), "40P01"));
  EXPECT_EQ(apply(kTwoEach).outcome, Outcome::kOk);
  EXPECT_THAT(diagnostics_, Contains("u_1: not now (SQLSTATE 40P01), trying again"));
  EXPECT_EQ(planned_, 6U);
  EXPECT_EQ(loaded_, 6);
  EXPECT_EQ(done_, 1U);
}

TEST_F(ApplyUnitsTest, WhatIsRolledBackDoesNotCount) {
  make_tenants(2);
  psql(std::regex_replace(kOnceRaised, std::regex("%s"), "P0001"));
  options_.keep_going = true;
  EXPECT_EQ(apply(kTwoEach).outcome, Outcome::kFailed);
  EXPECT_EQ(planned_, 12U);
  EXPECT_EQ(loaded_, 6);
}

TEST_F(ApplyUnitsTest, ClearsSeedsAndVerifies) {
  make_tenants(3);
  options_.jobs = 2;
  for (int time = 0; time < 2; ++time) {
    const Report report = apply(kTwoEach);
    EXPECT_EQ(report.outcome, Outcome::kOk) << outcomes(report).front();
    EXPECT_THAT(differences(report), IsEmpty());
    for (int i = 1; i <= 3; ++i) EXPECT_EQ(rows(i), kTwoEachFilled);
    EXPECT_EQ(psql("SELECT nextval('u_2.children_id_seq')"), "5");
    psql("ALTER SEQUENCE u_2.children_id_seq RESTART WITH 5");
    for (const TableReport& table : report.schemas.at(0).tables) {
      EXPECT_EQ(table.seeded, table.expected) << table.table;
      EXPECT_EQ(table.seeded, table.actual) << table.table;
    }
    EXPECT_FALSE(report.schemas.at(0).checks.empty());
  }
  EXPECT_EQ(loaded_, 2U * 3U * 6U);
}

TEST_F(ApplyUnitsTest, ADifferenceRollsItsSchemaBackAndStopsTheOthers) {
  make_tenants(3);
  psql(
      "CREATE FUNCTION public.spoil() RETURNS trigger LANGUAGE plpgsql AS"
      " $$BEGIN NEW.note = 'spoilt'; RETURN NEW; END$$;"
      "CREATE TRIGGER spoil BEFORE INSERT ON u_2.parents FOR EACH ROW EXECUTE FUNCTION"
      " public.spoil()");
  const std::string dataset = R"({
    "dataset": "d", "schemas": ["u_*"],
    "tables": { "parents": { "rows": 2, "columns": { "note": "new" } }, "children": { "rows": 0 } },
    "expect": { "parents": { "by": { "note": { "new": 2 } } } }
  })";
  const Report report = apply(dataset);
  EXPECT_EQ(report.outcome, Outcome::kDifferences);
  EXPECT_THAT(differences(report),
              ElementsAre("u_2.parents (note = new): expected 2 rows, found 0 rows"));
  EXPECT_THAT(
      outcomes(report),
      ElementsAre("u_1 ok", "u_2 differences",
                  "u_3 not started: because of u_2; --keep-going runs the others all the same"));
  EXPECT_EQ(report.schemas.at(1).tables.at(0).removed, std::nullopt);
  EXPECT_EQ(report.schemas.at(1).tables.at(0).seeded, std::nullopt);
  EXPECT_EQ(rows(1), "2|0|false");
  EXPECT_EQ(rows(2), kFull);
  EXPECT_EQ(rows(3), kFull);

  options_.keep_going = true;
  EXPECT_THAT(outcomes(apply(dataset)), ElementsAre("u_1 ok", "u_2 differences", "u_3 ok"));
  EXPECT_EQ(rows(2), kFull);
  EXPECT_EQ(rows(3), "2|0|false");
}

TEST_F(ApplyUnitsTest, AnImpossibleDatasetChangesNothingAnywhere) {
  make_tenants(3);
  psql("ALTER TABLE u_2.parents DROP COLUMN note; ALTER TABLE u_3.parents DROP COLUMN note");
  try {
    apply(kTwoEach);
    FAIL();
  } catch (const InputError& error) {
    std::vector<std::string> faults;
    for (const Fault& fault : error.faults()) faults.push_back(to_string(fault));
    EXPECT_THAT(faults, Contains(HasSubstr("\"note\"")));
  }
  EXPECT_EQ(rows(1), kFull);
}

TEST_F(ApplyUnitsTest, VerifyFindsWhatChangedSince) {
  make_tenants(2);
  ASSERT_EQ(apply(kTwoEach).outcome, Outcome::kOk);
  request_.clear = request_.seed = false;
  EXPECT_EQ(apply(kTwoEach).outcome, Outcome::kOk);
  psql("DELETE FROM u_2.children WHERE id = 4");
  const Report report = apply(kTwoEach);
  EXPECT_EQ(report.outcome, Outcome::kDifferences);
  EXPECT_THAT(differences(report),
              ElementsAre("u_2.children: expected 4 rows, found 3 rows",
                          "u_2.children (parent = 2): expected 2 rows, found 1 row"));
  EXPECT_THAT(outcomes(report), ElementsAre("u_1 ok", "u_2 differences"));
}

TEST_F(ApplyUnitsTest, TheRowThatTheServerRefusesIsNamed) {
  make_tenants(1);
  psql("ALTER TABLE u_1.parents ADD COLUMN grade int");
  psql(
      "CREATE FUNCTION public.check_grade() RETURNS trigger LANGUAGE plpgsql AS"
      " $$BEGIN IF NEW.grade = 7 THEN RAISE 'no sevens'; END IF; RETURN NEW; END$$;"
      "CREATE TRIGGER check_grade BEFORE INSERT ON u_1.parents FOR EACH ROW EXECUTE FUNCTION"
      " public.check_grade()");
  const Report report = apply(R"({
    "dataset": "d", "schemas": ["u_*"],
    "tables": { "children": { "rows": 0 }, "parents": { "rows": 10,
      "columns": { "grade": { "sequence": { "start": 1 } } } } }
  })");
  ASSERT_THAT(report.database_errors, SizeIs(1));
  EXPECT_EQ(report.database_errors[0].message, "no sevens");
  EXPECT_THAT(report.database_errors[0].context, StartsWith("row 7 of 10 (id = 7)"));
  EXPECT_EQ(rows(1), kFull);
}

// Schemas that are alike ask the same of the server: it is asked for one of them.
TEST_F(ApplyUnitsTest, WrittenValuesAreAskedAboutOnce) {
  make_tenants(4);
  for (const char* tenant : {"u_1", "u_2", "u_3", "u_4"}) {
    psql(
        fmt::format("ALTER TABLE {}.parents ADD COLUMN net inet CHECK (masklen(net) > 8)", tenant));
  }
  psql("ALTER TABLE u_3.parents ADD CHECK (masklen(net) < 30)");
  std::vector<std::string> asked;
  options_.connection.on_step = [&](std::string_view step) {
    if (step.find("parents") != step.npos &&
        (step.starts_with("read values of ") || step.starts_with("ask the checks of "))) {
      asked.emplace_back(step);
    }
  };
  const auto dataset = [](const char* net) {
    return fmt::format(R"({{ "dataset": "d", "schemas": ["u_*"], "tables": {{
      "children": {{ "rows": 0 }}, "parents": {{ "rows": [{{ "net": "{}" }}] }} }} }})",
                       net);
  };
  const Report report = apply(dataset("10.1.0.0/16"));
  EXPECT_EQ(report.outcome, Outcome::kOk);
  // And of the one that has another check.
  EXPECT_THAT(asked, testing::UnorderedElementsAre("read values of u_1.parents.net",
                                                   "ask the checks of u_1.parents",
                                                   "ask the checks of u_3.parents"));
  try {
    apply(dataset("10.1.2.3"));
    ADD_FAILURE() << "no fault";
  } catch (const InputError& error) {
    ASSERT_THAT(error.faults(), SizeIs(1));
    EXPECT_THAT(to_string(error.faults()[0]),
                HasSubstr("is refused by the check parents_net_check1"));
  }
}

}  // namespace
}  // namespace resow

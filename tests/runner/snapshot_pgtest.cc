// Snapshots on a real PostgreSQL: what was taken comes back, whatever the tables look like by then;
// where it does not, nothing is changed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "fixtures/pattern.h"
#include "fixtures/scope.h"
#include "runner/lock_observer.h"
#include "runner/read_catalog.h"
#include "runner/snapshot/restore_unit.h"
#include "runner/snapshot/snapshot_file.h"
#include "runner/snapshot/write_snapshot.h"
#include "tests/support/pg_test.h"
#include "tests/support/shell.h"

namespace resow::test_support {
namespace {

using ::testing::HasSubstr;

class Snapshot : public PgTest {
 protected:
  std::string file() const { return folder_.path() + "/some.snapshot"; }

  void take(const std::vector<std::string>& schemas = {"s"}, const OnRows& on_rows = {}) {
    write_snapshot(connection(), {schemas, {}}, file(), true, on_rows);
  }

  // Restores all of the file; `meanwhile` runs when it was read and the first transaction began.
  void restore(const std::function<void()>& meanwhile = {}) {
    const SnapshotFile snapshot(file());
    Request request;
    request.clear = true;
    for (const std::string& schema : snapshot.header().schemas) {
      request.schemas.include.push_back(as_pattern(schema));
    }
    const Catalog catalog = catalog_of(snapshot.header().schemas);
    const std::vector<Scope> units = choose_scopes(catalog, nullptr, request);
    const RestoreTask task{snapshot, catalog};
    {
      Transaction transaction(connection(), Access::kReadOnly);
      std::vector<Fault> faults = restore_faults(transaction, task, units);
      if (!faults.empty()) throw InputError(std::move(faults));
    }
    LockObserver observer(options(), [](std::string_view) {});
    RestoreSettings settings;
    settings.connection = options();
    settings.before_change = [&](Transaction&) {
      if (meanwhile) meanwhile();
    };
    for (const Scope& unit : units) restore_unit(connection(), observer, task, unit, settings);
  }

  std::string rows(const std::string& table) const {
    return psql("SELECT string_agg(whole::text, ' ' ORDER BY whole::text) FROM " + table +
                " AS whole");
  }

 private:
  Catalog catalog_of(const std::vector<std::string>& schemas) {
    std::vector<std::string> patterns;
    for (const std::string& schema : schemas) patterns.push_back(as_pattern(schema));
    return test_support::catalog_of(connection(), patterns);
  }

  TemporaryFolder folder_;
};

TEST_F(Snapshot, ColumnsMayStandInAnotherOrder) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.t (a int, gone int, b text, c numeric);"
      "ALTER TABLE s.t DROP gone; INSERT INTO s.t VALUES (1, 'x', 1.50), (2, NULL, 'NaN')");
  take();
  psql(
      "DROP TABLE s.t; CREATE TABLE s.t (c numeric, b text, twice int GENERATED ALWAYS AS (a * 2)"
      " STORED, a int PRIMARY KEY)");
  restore();
  EXPECT_EQ(rows("s.t"), "(1.50,x,2,1) (NaN,,4,2)");
}

TEST_F(Snapshot, RowsGoWhereThePartitionsAreNow) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.m (id int, d int) PARTITION BY RANGE (d);"
      "CREATE TABLE s.m1 PARTITION OF s.m FOR VALUES FROM (0) TO (100);"
      "INSERT INTO s.m SELECT i, i FROM generate_series(0, 99) AS i");
  const std::string before = rows("s.m");
  take();
  psql(
      "DROP TABLE s.m1; CREATE TABLE s.low PARTITION OF s.m FOR VALUES FROM (0) TO (40);"
      "CREATE TABLE s.rest PARTITION OF s.m DEFAULT");
  restore();
  EXPECT_EQ(rows("s.m"), before);
  EXPECT_EQ(psql("SELECT count(*) FROM s.low"), "40");
}

TEST_F(Snapshot, TriggersOfPartitionsDoNotFire) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.m (id int, note text) PARTITION BY LIST (id);"
      "CREATE TABLE s.m1 PARTITION OF s.m DEFAULT; INSERT INTO s.m VALUES (1, 'a'), (2, 'b');"
      "CREATE FUNCTION s.meddle() RETURNS trigger LANGUAGE plpgsql AS"
      " 'BEGIN NEW.note := ''meddled''; RETURN NEW; END';"
      "CREATE TRIGGER meddle BEFORE INSERT ON s.m1 FOR EACH ROW EXECUTE FUNCTION s.meddle();"
      "ALTER TABLE s.m1 ENABLE ALWAYS TRIGGER meddle");
  take();
  psql("DELETE FROM s.m WHERE id = 1");
  restore();
  EXPECT_EQ(rows("s.m"), "(1,a) (2,b)");
  EXPECT_EQ(psql("SELECT tgenabled FROM pg_trigger WHERE tgname = 'meddle'"), "A");
}

TEST_F(Snapshot, WhatTheServerRefusesChangesNothing) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.a (id serial PRIMARY KEY, n int);"
      "CREATE TABLE s.b (id int PRIMARY KEY REFERENCES s.a);"
      "INSERT INTO s.a (n) VALUES (1), (NULL), (3); INSERT INTO s.b VALUES (1), (3)");
  take();
  psql(
      "TRUNCATE s.a, s.b; INSERT INTO s.a VALUES (70, 7); INSERT INTO s.b VALUES (70);"
      "SELECT setval('s.a_id_seq', 70); ALTER TABLE s.a ALTER n SET NOT NULL");
  try {
    restore();
    FAIL() << "a NULL came into a column that forbids it";
  } catch (const DatabaseError& error) {
    EXPECT_EQ(error.sqlstate, "23502");
    EXPECT_EQ(error.step, "COPY s.a");
  }
  EXPECT_EQ(rows("s.a"), "(70,7)");
  EXPECT_EQ(rows("s.b"), "(70)");
  EXPECT_EQ(psql("SELECT last_value FROM s.a_id_seq"), "70");
  EXPECT_EQ(psql("SELECT count(*) FROM pg_constraint WHERE contype = 'f'"), "1");
}

TEST_F(Snapshot, SchemasThatReferToEachOtherChangeTogether) {
  psql(
      "CREATE SCHEMA s; CREATE SCHEMA t; CREATE TABLE s.a (id int PRIMARY KEY);"
      "CREATE TABLE t.b (a int REFERENCES s.a, n int); INSERT INTO s.a VALUES (1), (2);"
      "INSERT INTO t.b VALUES (1, 1), (2, 2)");
  take({"s", "t"});
  psql("DELETE FROM t.b WHERE a = 1; DELETE FROM s.a WHERE id = 1");
  restore();
  EXPECT_EQ(rows("s.a") + " " + rows("t.b"), "(1) (2) (1,1) (2,2)");

  psql(
      "DELETE FROM t.b WHERE a = 1; DELETE FROM s.a WHERE id = 1;"
      "ALTER TABLE t.b ADD CHECK (n = 2)");
  EXPECT_THROW(restore(), DatabaseError);
  EXPECT_EQ(rows("s.a") + " " + rows("t.b"), "(2) (2,2)");
}

TEST_F(Snapshot, AFileThatChangesWhileItIsRestoredChangesNothing) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.a (id serial, t text); INSERT INTO s.a (t) SELECT "
      "md5(i::text)"
      " FROM generate_series(1, 1000) AS i");
  take();
  psql("TRUNCATE s.a; INSERT INTO s.a (t) VALUES ('here')");
  const auto damage = [&] {
    std::fstream stream(file(), std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(-300, std::ios::end);
    stream << "not what was there";
  };
  try {
    restore(damage);
    FAIL() << "damaged rows were taken";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("some.snapshot"));
  }
  EXPECT_EQ(rows("s.a"), "(1001,here)");
}

TEST_F(Snapshot, HoldsOneMoment) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.a (id int); CREATE TABLE s.b (id int);"
      "INSERT INTO s.a VALUES (1); INSERT INTO s.b VALUES (1)");
  bool first = true;
  take({"s"}, [&](int64_t) {
    if (!first) return;
    first = false;
    psql("INSERT INTO s.a VALUES (2); INSERT INTO s.b VALUES (2)");
    EXPECT_THROW(psql("SET lock_timeout = '50ms'; TRUNCATE s.b"), std::runtime_error);
    EXPECT_THROW(psql("SET lock_timeout = '50ms'; ALTER TABLE s.b ADD n int"), std::runtime_error);
  });
  EXPECT_FALSE(first);
  restore();
  EXPECT_EQ(rows("s.a") + rows("s.b"), "(1)(1)");
}

TEST_F(Snapshot, SequencesStandWhereTheyStood) {
  psql(
      "CREATE SCHEMA s; CREATE SEQUENCE s.never; CREATE SEQUENCE s.down START 7 INCREMENT -2"
      " MAXVALUE 10; SELECT setval('s.down', 3, false); CREATE SEQUENCE s.drawn;"
      "SELECT nextval('s.drawn')");
  const std::string query =
      "SELECT n.last_value, n.is_called, d.last_value, d.is_called, r.last_value, r.is_called"
      " FROM s.never AS n, s.down AS d, s.drawn AS r";
  const std::string before = values(query);
  take();
  psql("SELECT nextval('s.never'), nextval('s.down'), setval('s.drawn', 99)");
  restore();
  EXPECT_EQ(values(query), before);
}

TEST_F(Snapshot, NamesAreTakenAsTheyAre) {
  const std::string name = "od*d \"q?\\";
  const std::string quoted = "\"od*d \"\"q?\\\"";
  psql("CREATE SCHEMA " + quoted + "; CREATE TABLE " + quoted + ".t (a int); INSERT INTO " +
       quoted +
       ".t VALUES (1); CREATE SCHEMA \"odd \"\"q_\\\"; CREATE TABLE \"odd \"\"q_\\\".t (a int)");
  write_snapshot(connection(), {{as_pattern(name)}, {}}, file(), true, {});
  ASSERT_EQ(SnapshotFile(file()).header().schemas, std::vector<std::string>{name});
  psql("TRUNCATE " + quoted + ".t; INSERT INTO \"odd \"\"q_\\\".t VALUES (5)");
  restore();
  EXPECT_EQ(rows(quoted + ".t"), "(1)");
  EXPECT_EQ(rows("\"odd \"\"q_\\\".t"), "(5)");
}

}  // namespace
}  // namespace resow::test_support

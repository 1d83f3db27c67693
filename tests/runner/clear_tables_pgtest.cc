#include <gmock/gmock.h>

#include "runner/clear_tables.h"
#include "tests/support/pg_test.h"

namespace resow {
namespace {

using test_support::relation;
using ::testing::ElementsAre;

class ClearTablesTest : public test_support::PgTest {
 protected:
  // Clears these tables of schema s in this order and commits.
  std::vector<int64_t> clear(const std::vector<std::pair<std::string, ClearStrategy>>& steps,
                             Plan plan = {}) {
    return clear_as(connection(), steps, std::move(plan));
  }

  std::vector<int64_t> clear_as(Connection& user,
                                const std::vector<std::pair<std::string, ClearStrategy>>& steps,
                                Plan plan = {}) {
    const Catalog catalog = test_support::catalog_of(user, {"s"});
    Transaction transaction(user, Access::kReadWrite);
    if (plan.defer_constraints) transaction.execute("SET CONSTRAINTS ALL DEFERRED", "defer");
    for (const auto& [name, strategy] : steps) {
      ClearStep step;
      step.relation = relation(catalog, "s", name);
      step.strategy = strategy;
      if (strategy != ClearStrategy::kSkip) {
        step.rows = std::stoll(psql("SELECT count(*) FROM ONLY s.\"" + name + "\""));
      }
      if (const auto off = disabled_.find(name); off != disabled_.end()) {
        step.disable_triggers = off->second;
      }
      plan.clear.push_back(step);
      plan.scope.clear.push_back(step.relation);
    }
    std::vector<int64_t> removed = clear_tables(transaction, catalog, plan);
    transaction.commit();
    return removed;
  }

  // The error that clearing ends with; nothing must have changed then.
  template <class Error = DatabaseError>
  Error failure(const std::vector<std::pair<std::string, ClearStrategy>>& steps) {
    try {
      clear(steps);
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "nothing was thrown";
    return Error("");
  }

  std::map<std::string, std::vector<std::string>> disabled_;
};

constexpr ClearStrategy kDelete = ClearStrategy::kDelete;
constexpr ClearStrategy kTruncate = ClearStrategy::kTruncate;
constexpr ClearStrategy kSkip = ClearStrategy::kSkip;

constexpr const char* kFamily =
    "CREATE SCHEMA s; CREATE TABLE s.batches (id int PRIMARY KEY);"
    "CREATE TABLE s.jobs (id int PRIMARY KEY, batch int REFERENCES s.batches);"
    "CREATE TABLE s.tasks (id int PRIMARY KEY, job int REFERENCES s.jobs);"
    "INSERT INTO s.batches VALUES (1), (2); INSERT INTO s.jobs VALUES (1, 1), (2, 1), (3, 2);"
    "INSERT INTO s.tasks VALUES (1, 1), (2, 2), (3, 3), (4, 3);";
constexpr const char* kCounts =
    "SELECT (SELECT count(*) FROM s.tasks), (SELECT count(*) FROM s.jobs),"
    " (SELECT count(*) FROM s.batches)";

TEST_F(ClearTablesTest, DeletesChildrenFirst) {
  psql(kFamily);
  EXPECT_THAT(clear({{"tasks", kDelete}, {"jobs", kDelete}, {"batches", kDelete}}),
              ElementsAre(4, 3, 2));
  EXPECT_EQ(values(kCounts), "0|0|0");
}

TEST_F(ClearTablesTest, TruncatesTogetherAndNeverCascades) {
  psql(kFamily);
  EXPECT_THAT(clear({{"tasks", kTruncate}, {"jobs", kTruncate}, {"batches", kTruncate}}),
              ElementsAre(4, 3, 2));
  EXPECT_EQ(values(kCounts), "0|0|0");

  psql("INSERT INTO s.batches VALUES (1); INSERT INTO s.jobs VALUES (1, 1)");
  const DatabaseError error = failure({{"batches", kTruncate}});
  EXPECT_EQ(error.sqlstate, "0A000");
  EXPECT_EQ(error.step, "TRUNCATE s.batches");
  EXPECT_EQ(values(kCounts), "0|1|1");
}

TEST_F(ClearTablesTest, TruncatesWhatThePlanSaysAndNothingElse) {
  // Nothing in tasks, but a foreign key: TRUNCATE of jobs has to name it, and the plan knows that.
  psql(std::string(kFamily) + "DELETE FROM s.tasks");
  const DatabaseError error =
      failure({{"tasks", kSkip}, {"jobs", kTruncate}, {"batches", kDelete}});
  EXPECT_EQ(error.sqlstate, "0A000");
  EXPECT_EQ(error.step, "TRUNCATE s.jobs");
  EXPECT_THAT(clear({{"tasks", kTruncate}, {"jobs", kTruncate}, {"batches", kDelete}}),
              ElementsAre(0, 3, 2));
  EXPECT_EQ(values(kCounts), "0|0|0");
}

TEST_F(ClearTablesTest, NamesTheTableWhoseRowsAreReferredTo) {
  psql(kFamily);
  const DatabaseError error = failure({{"batches", kDelete}});
  EXPECT_EQ(error.sqlstate, "23503");
  EXPECT_EQ(error.step, "DELETE FROM s.batches");
  EXPECT_EQ(error.schema, "s");
  EXPECT_EQ(error.constraint, "jobs_batch_fkey");
  EXPECT_EQ(values(kCounts), "4|3|2");
}

TEST_F(ClearTablesTest, LeavesInheritanceChildrenAlone) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.parent (x int); CREATE TABLE s.child () INHERITS (s.parent);"
      "INSERT INTO s.parent VALUES (1), (2); INSERT INTO s.child VALUES (3)");
  for (const ClearStrategy strategy : {kDelete, kTruncate}) {
    EXPECT_THAT(clear({{"parent", strategy}}), ElementsAre(2));
    EXPECT_EQ(values("SELECT (SELECT count(*) FROM ONLY s.parent), (SELECT count(*) FROM s.child)"),
              "0|1");
    psql("INSERT INTO s.parent VALUES (1), (2)");
  }
}

TEST_F(ClearTablesTest, ClearsPartitionsWithTheirRoot) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.root (k int) PARTITION BY RANGE (k);"
      "CREATE TABLE s.low PARTITION OF s.root FOR VALUES FROM (0) TO (10);"
      "CREATE TABLE s.high PARTITION OF s.root FOR VALUES FROM (10) TO (20)");
  for (const ClearStrategy strategy : {kDelete, kTruncate}) {
    psql("INSERT INTO s.root SELECT generate_series(0, 19)");
    clear({{"root", strategy}});
    EXPECT_EQ(psql("SELECT count(*) FROM s.root"), "0");
  }
}

TEST_F(ClearTablesTest, ClearsWhatIsNotEmptyAnyMore) {
  psql("CREATE SCHEMA s; CREATE TABLE s.t (x int); INSERT INTO s.t VALUES (1)");
  EXPECT_THAT(clear({{"t", kSkip}}), ElementsAre(0));
  EXPECT_EQ(psql("SELECT count(*) FROM s.t"), "0");
}

TEST_F(ClearTablesTest, FindsARuleThatTurnsDeleteIntoSomethingElse) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.audit (x int); INSERT INTO s.audit VALUES (1), (2);"
      "CREATE RULE keep AS ON DELETE TO s.audit DO INSTEAD NOTHING");
  EXPECT_THAT(clear({{"audit", kDelete}}), ElementsAre(2));
  EXPECT_EQ(psql("SELECT count(*) FROM s.audit"), "0");
}

TEST_F(ClearTablesTest, FindsATriggerThatKeepsRows) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.audit (x int PRIMARY KEY); INSERT INTO s.audit VALUES (1);"
      "CREATE TABLE s.notes (audit int REFERENCES s.audit); INSERT INTO s.notes VALUES (NULL);"
      "CREATE FUNCTION s.keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"
      "CREATE TRIGGER keep BEFORE DELETE ON s.audit FOR EACH ROW EXECUTE FUNCTION s.keep()");
  EXPECT_THAT(clear({{"notes", kDelete}, {"audit", kDelete}}), ElementsAre(1, 1));
  EXPECT_EQ(psql("SELECT count(*) FROM s.audit"), "0");
}

TEST_F(ClearTablesTest, NamesTheTableThatCannotBeCleared) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.audit (x int PRIMARY KEY);"
      "INSERT INTO s.audit SELECT generate_series(1, 1500);"
      "CREATE TABLE s.stays (audit int REFERENCES s.audit);"
      "CREATE RULE keep AS ON DELETE TO s.audit DO INSTEAD NOTHING;"
      "CREATE TABLE s.log (x int); INSERT INTO s.log VALUES (1);"
      "CREATE FUNCTION s.keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"
      "CREATE TRIGGER frozen BEFORE DELETE ON s.log FOR EACH ROW EXECUTE FUNCTION s.keep();"
      "CREATE FUNCTION s.never() RETURNS trigger LANGUAGE plpgsql AS"
      " $$BEGIN RAISE 'not this table'; END$$;"
      "CREATE TRIGGER never BEFORE TRUNCATE ON s.log EXECUTE FUNCTION s.never()");
  const auto audit = failure<StillThere>({{"audit", kDelete}});
  EXPECT_STREQ(audit.what(),
               "s.audit: 1,500 rows are still there after DELETE: rule \"keep\" changes what DELETE"
               " does");
  EXPECT_EQ(audit.detail, "s.stays refers to it and stays, so TRUNCATE is not possible");
  EXPECT_EQ(audit.table, "audit");
  const auto log = failure<StillThere>({{"log", kDelete}});
  EXPECT_STREQ(
      log.what(),
      "s.log: 1 row is still there after DELETE: trigger \"frozen\" (s.keep) keeps rows from"
      " going");
  EXPECT_EQ(log.detail, "trigger never on s.log fires on TRUNCATE");
  EXPECT_EQ(psql("SELECT count(*) FROM s.audit"), "1500");
}

TEST_F(ClearTablesTest, ClearsTablesThatTriggersFillMeanwhile) {
  psql(std::string(kFamily) +
       "CREATE TABLE s.log (id serial, what text);"
       "CREATE FUNCTION s.note() RETURNS trigger LANGUAGE plpgsql AS"
       " $$BEGIN INSERT INTO s.log (what) VALUES ('gone'); RETURN NULL; END$$;"
       "CREATE TRIGGER note AFTER DELETE ON s.tasks FOR EACH ROW EXECUTE FUNCTION s.note()");
  clear({{"log", kSkip}, {"tasks", kDelete}, {"jobs", kDelete}, {"batches", kDelete}});
  EXPECT_EQ(psql("SELECT count(*) FROM s.log"), "0");
  EXPECT_EQ(values("SELECT last_value, is_called FROM s.log_id_seq"), "1|false");
}

TEST_F(ClearTablesTest, SwitchesTriggersOffAndBackToWhatTheyWere) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.t (x int); INSERT INTO s.t VALUES (1);"
      "CREATE FUNCTION s.never() RETURNS trigger LANGUAGE plpgsql AS"
      " $$BEGIN RAISE 'append only'; END$$;"
      "CREATE TRIGGER a_origin BEFORE DELETE ON s.t EXECUTE FUNCTION s.never();"
      "CREATE TRIGGER b_always BEFORE DELETE ON s.t EXECUTE FUNCTION s.never();"
      "CREATE TRIGGER c_replica BEFORE DELETE ON s.t EXECUTE FUNCTION s.never();"
      "CREATE TRIGGER d_off BEFORE DELETE ON s.t EXECUTE FUNCTION s.never();"
      "ALTER TABLE s.t ENABLE ALWAYS TRIGGER b_always;"
      "ALTER TABLE s.t ENABLE REPLICA TRIGGER c_replica; ALTER TABLE s.t DISABLE TRIGGER d_off");
  const std::string states =
      "SELECT string_agg(tgname || '=' || tgenabled::text, ' ' ORDER BY tgname) FROM pg_trigger "
      "WHERE NOT"
      " tgisinternal";
  const std::string before = psql(states);
  EXPECT_EQ(before, "a_origin=O b_always=A c_replica=R d_off=D");
  const DatabaseError error = failure({{"t", kDelete}});
  EXPECT_STREQ(error.what(), "append only");
  EXPECT_EQ(error.step, "DELETE FROM s.t");
  EXPECT_EQ(error.table, "t");

  disabled_["t"] = {"a_origin", "b_always", "c_replica", "d_off"};
  EXPECT_THAT(clear({{"t", kDelete}}), ElementsAre(1));
  EXPECT_EQ(psql(states), before);
}

TEST_F(ClearTablesTest, SwitchesTheTriggersOfPartitionsOffToo) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.root (k int) PARTITION BY RANGE (k);"
      "CREATE TABLE s.low PARTITION OF s.root FOR VALUES FROM (0) TO (10);"
      "CREATE TABLE s.high PARTITION OF s.root FOR VALUES FROM (10) TO (20);"
      "INSERT INTO s.root VALUES (1), (11);"
      "CREATE FUNCTION s.never() RETURNS trigger LANGUAGE plpgsql AS"
      " $$BEGIN RAISE 'append only'; END$$;"
      "CREATE TRIGGER never AFTER DELETE ON s.root FOR EACH ROW EXECUTE FUNCTION s.never();"
      "ALTER TABLE s.high ENABLE ALWAYS TRIGGER never");
  const std::string states =
      "SELECT string_agg(tgrelid::regclass || '=' || tgenabled::text, ' ' ORDER BY tgrelid) FROM"
      " pg_trigger WHERE tgname = 'never'";
  const std::string before = psql(states);
  disabled_["root"] = {"never"};
  clear({{"root", kDelete}});
  EXPECT_EQ(psql("SELECT count(*) FROM s.root"), "0");
  EXPECT_EQ(psql(states), before);
}

TEST_F(ClearTablesTest, ClearsACycleOfDeferredKeys) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.a (id int PRIMARY KEY, b int NOT NULL);"
      "CREATE TABLE s.b (id int PRIMARY KEY, a int NOT NULL REFERENCES s.a DEFERRABLE);"
      "ALTER TABLE s.a ADD FOREIGN KEY (b) REFERENCES s.b DEFERRABLE;"
      "CREATE TABLE s.t (x int); INSERT INTO s.t VALUES (1);"
      "CREATE FUNCTION s.never() RETURNS trigger LANGUAGE plpgsql AS"
      " $$BEGIN RAISE 'append only'; END$$;"
      "CREATE TRIGGER never BEFORE DELETE ON s.a EXECUTE FUNCTION s.never();"
      "BEGIN; SET CONSTRAINTS ALL DEFERRED; INSERT INTO s.a VALUES (1, 1);"
      "INSERT INTO s.b VALUES (1, 1); COMMIT");
  disabled_["a"] = {"never"};
  Plan plan;
  plan.defer_constraints = true;
  EXPECT_THAT(clear({{"a", kDelete}, {"b", kDelete}, {"t", kTruncate}}, plan),
              ElementsAre(1, 1, 1));
  EXPECT_EQ(psql("SELECT tgenabled FROM pg_trigger WHERE tgname = 'never'"), "O");
}

TEST_F(ClearTablesTest, NamesTheTableThatTheRoleMayNotClear) {
  const std::string reader = role("reader");
  psql(std::string(kFamily) + "GRANT USAGE ON SCHEMA s TO " + reader +
       "; GRANT SELECT ON ALL TABLES IN SCHEMA s TO " + reader + "; GRANT DELETE ON s.tasks TO " +
       reader);
  Connection user(options(reader));
  try {
    clear_as(user, {{"tasks", kDelete}, {"jobs", kDelete}});
    FAIL();
  } catch (const DatabaseError& error) {
    EXPECT_EQ(error.sqlstate, "42501");
    EXPECT_STREQ(error.what(), "permission denied for table jobs");
    EXPECT_EQ(error.step, "DELETE FROM s.jobs");
    EXPECT_EQ(error.schema + "." + error.table, "s.jobs");
  }
  EXPECT_EQ(values(kCounts), "4|3|2");
}

TEST_F(ClearTablesTest, TakesAnyName) {
  psql(R"(CREATE SCHEMA s; CREATE TABLE s."SELECT; é'" ("x y" int);)"
       R"(INSERT INTO s."SELECT; é'" VALUES (1);)"
       R"(CREATE FUNCTION s.never() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'no'; END$$;)"
       R"(CREATE TRIGGER "a ;b" BEFORE DELETE ON s."SELECT; é'" EXECUTE FUNCTION s.never())");
  disabled_["SELECT; é'"] = {"a ;b"};
  EXPECT_THAT(clear({{"SELECT; é'", kDelete}}), ElementsAre(1));
}

}  // namespace
}  // namespace resow

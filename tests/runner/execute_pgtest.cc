#include <gmock/gmock.h>

#include "runner/execute.h"
#include "runner/patch_rows.h"
#include "runner/set_sequences.h"
#include "tests/support/pg_test.h"
#include "tests/support/programs.h"

namespace resow {
namespace {

using test_support::column;
using test_support::integers;
using test_support::load_all;
using test_support::relation;
using test_support::table_program;
using test_support::texts;

class ExecuteTest : public test_support::PgTest {
 protected:
  SchemaReport run(const Catalog& catalog, const Plan& plan) {
    Transaction transaction(connection(), Access::kReadWrite);
    SchemaReport report = execute(transaction, catalog, plan, {});
    transaction.commit();
    return report;
  }

  template <class Body>
  DatabaseError failure(Body&& body) {
    try {
      body();
    } catch (const DatabaseError& error) {
      return error;
    }
    ADD_FAILURE() << "nothing was thrown";
    return DatabaseError("");
  }

  Oid sequence(const Catalog& catalog, const std::string& name) {
    for (const auto& [oid, sequence] : catalog.sequences) {
      if (sequence.name == name) return oid;
    }
    ADD_FAILURE() << "no sequence " << name;
    return 0;
  }
};

TEST_F(ExecuteTest, PlansChecksOfForeignKeysOnceAndNothingElse) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.seen (event text, setting text);"
      "CREATE FUNCTION s.note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
      " INSERT INTO s.seen VALUES (TG_OP, current_setting('plan_cache_mode')); RETURN NULL; END $$;"
      "CREATE TABLE s.a (id int); INSERT INTO s.a VALUES (7);"
      "CREATE TRIGGER t AFTER INSERT OR DELETE ON s.a EXECUTE FUNCTION s.note()");
  const Catalog catalog = this->catalog();
  Plan plan;
  plan.scope.schemas = {"s"};
  plan.clear = {{relation(catalog, "s", "a"), 1, ClearStrategy::kDelete, "1 row", {}}};
  plan.program = {{table_program("a", 1, {integers("id")})}};
  plan.load = {load_all(catalog, plan.program, 0)};
  Transaction transaction(connection(), Access::kReadWrite);
  execute(transaction, catalog, plan, {});
  EXPECT_EQ(transaction.query("SHOW plan_cache_mode", "asking").text(0, 0), "auto");
  transaction.commit();
  EXPECT_EQ(values("SELECT * FROM s.seen"), "DELETE|force_generic_plan, INSERT|force_generic_plan");
}

TEST_F(ExecuteTest, ClearsLoadsAndSetsSequences) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.a (id serial PRIMARY KEY, name text);"
      "CREATE TABLE s.b (id serial PRIMARY KEY, a int REFERENCES s.a);"
      "CREATE TABLE s.kept (x int); INSERT INTO s.a (name) VALUES ('old'), ('older');"
      "INSERT INTO s.b (a) VALUES (1)");
  const Catalog catalog = this->catalog();
  const size_t a = relation(catalog, "s", "a");
  const size_t b = relation(catalog, "s", "b");
  Plan plan;
  plan.scope.schemas = {"s"};
  plan.scope.preserved = {{relation(catalog, "s", "kept"), "excluded by -T"}};
  plan.clear = {{b, 1, ClearStrategy::kDelete, "1 row", {}},
                {a, 2, ClearStrategy::kDelete, "2 rows", {}}};
  plan.program = {{table_program("a", 3, {integers("id"), texts("name", {"new"})})}};
  plan.load = {load_all(catalog, plan.program, 0)};
  plan.sequences = {{sequence(catalog, "a_id_seq"), 4, size_t{0}},
                    {sequence(catalog, "b_id_seq"), 1, std::nullopt}};
  const SchemaReport report = run(catalog, plan);

  EXPECT_EQ(values("SELECT * FROM s.a"), "1|new, 2|new, 3|new");
  EXPECT_EQ(psql("SELECT nextval('s.a_id_seq')"), "4");
  EXPECT_EQ(psql("SELECT nextval('s.b_id_seq')"), "1");
  EXPECT_EQ(report.schema, "s");
  ASSERT_EQ(report.tables.size(), 2U);
  EXPECT_EQ(report.tables[0].table, "b");
  EXPECT_EQ(report.tables[0].removed, 1);
  EXPECT_EQ(report.tables[0].seeded, std::nullopt);
  EXPECT_EQ(report.tables[0].strategy, "delete");
  EXPECT_EQ(report.tables[1].table, "a");
  EXPECT_EQ(report.tables[1].removed, 2);
  EXPECT_EQ(report.tables[1].seeded, 3);
  EXPECT_EQ(report.preserved,
            (std::vector<std::pair<std::string, std::string>>{{"s.kept", "excluded by -T"}}));
}

TEST_F(ExecuteTest, PatchesTheColumnsThatCloseACycle) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.team (id int PRIMARY KEY, lead text);"
      "CREATE TABLE s.person (name varchar(20) PRIMARY KEY, team int NOT NULL REFERENCES s.team);"
      "ALTER TABLE s.team ADD FOREIGN KEY (lead) REFERENCES s.person");
  const Catalog catalog = this->catalog();
  Plan plan;
  plan.program = {
      {table_program("team", 10'000, {integers("id"), texts("lead", {"bo", std::nullopt, "al"})}),
       table_program("person", 2, {texts("name", {"al", "bo"}), integers("team")})}};
  plan.load = {load_all(catalog, plan.program, 0), load_all(catalog, plan.program, 1)};
  const size_t team = relation(catalog, "s", "team");
  plan.load[0].patched = {column(catalog, team, "lead")};
  plan.patch = {{team, 0, {column(catalog, team, "lead")}, {column(catalog, team, "id")}}};
  run(catalog, plan);
  EXPECT_EQ(psql("SELECT count(*) FROM s.team WHERE lead IS DISTINCT FROM"
                 " (ARRAY['bo', NULL, 'al'])[(id - 1) % 3 + 1]"),
            "0");
}

TEST_F(ExecuteTest, PatchesByKeysOfAnyType) {
  psql(R"(CREATE SCHEMA s; CREATE TYPE s.kind AS ENUM ('a', 'b"\');)"
       R"(CREATE TABLE s.t (k s.kind, u uuid, d timestamptz, next s.kind, PRIMARY KEY (k, u, d)))");
  const Catalog catalog = this->catalog();
  const std::string uuid = "6f1c1a4e-3a5b-4c64-9d1f-0123456789ab";
  Plan plan;
  plan.program = {{table_program(
      "t", 2,
      {texts("k", {"a", "b\"\\"}, ValueKind::kLiteral), texts("u", {uuid}, ValueKind::kUuid),
       texts("d", {"2026-01-19T12:00:00Z"}, ValueKind::kTimestamp),
       texts("next", {"b\"\\", "a"}, ValueKind::kLiteral)})}};
  plan.load = {load_all(catalog, plan.program, 0)};
  plan.load[0].patched = {4};
  plan.patch = {{relation(catalog, "s", "t"), 0, {4}, {1, 2, 3}}};
  run(catalog, plan);
  EXPECT_EQ(psql("SELECT string_agg(k || '>' || next, ' ' ORDER BY k) FROM s.t"),
            "a>b\"\\ b\"\\>a");
}

TEST_F(ExecuteTest, SaysWhenARowIsNotFoundAgain) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.t (id int PRIMARY KEY, up int REFERENCES s.t);"
      "CREATE FUNCTION s.shift() RETURNS trigger LANGUAGE plpgsql AS"
      " $$BEGIN NEW.id = NEW.id + 100; RETURN NEW; END$$;"
      "CREATE TRIGGER shift BEFORE INSERT ON s.t FOR EACH ROW EXECUTE FUNCTION s.shift()");
  const Catalog catalog = this->catalog();
  Plan plan;
  plan.program = {{table_program("t", 3, {integers("id"), integers("up", 101)})}};
  plan.load = {load_all(catalog, plan.program, 0)};
  plan.load[0].patched = {2};
  plan.patch = {{relation(catalog, "s", "t"), 0, {2}, {1}}};
  const DatabaseError error = failure([&] { run(catalog, plan); });
  EXPECT_STREQ(error.what(), "0 of 3 rows were found again to complete a cycle of foreign keys");
  EXPECT_EQ(error.step, "UPDATE s.t");
}

TEST_F(ExecuteTest, ReportsDeferredFaultsBeforeCommit) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.a (id int PRIMARY KEY);"
      "CREATE TABLE s.b (a int REFERENCES s.a DEFERRABLE INITIALLY DEFERRED)");
  const Catalog catalog = this->catalog();
  Plan plan;
  plan.program = {{table_program("b", 2, {integers("a")})}};
  plan.load = {load_all(catalog, plan.program, 0)};
  const DatabaseError error = failure([&] { run(catalog, plan); });
  EXPECT_EQ(error.sqlstate, "23503");
  EXPECT_EQ(error.step, "check deferred constraints");
  EXPECT_EQ(error.table, "b");
  EXPECT_EQ(error.constraint, "b_a_fkey");
  EXPECT_EQ(psql("SELECT count(*) FROM s.b"), "0");
}

TEST_F(ExecuteTest, LoadsACycleOfDeferredKeys) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.a (id int PRIMARY KEY, b int NOT NULL);"
      "CREATE TABLE s.b (id int PRIMARY KEY, a int NOT NULL REFERENCES s.a DEFERRABLE);"
      "ALTER TABLE s.a ADD FOREIGN KEY (b) REFERENCES s.b DEFERRABLE");
  const Catalog catalog = this->catalog();
  Plan plan;
  plan.defer_constraints = true;
  plan.program = {{table_program("a", 5, {integers("id"), integers("b")}),
                   table_program("b", 5, {integers("id"), integers("a")})}};
  plan.load = {load_all(catalog, plan.program, 0), load_all(catalog, plan.program, 1)};
  run(catalog, plan);
  EXPECT_EQ(values("SELECT (SELECT count(*) FROM s.a), (SELECT count(*) FROM s.b)"), "5|5");
}

TEST_F(ExecuteTest, LeavesNothingBehindUnlessCommitted) {
  psql("CREATE SCHEMA s; CREATE TABLE s.t (id serial); INSERT INTO s.t DEFAULT VALUES");
  const Catalog catalog = this->catalog();
  Plan plan;
  plan.clear = {{relation(catalog, "s", "t"), 1, ClearStrategy::kTruncate, "", {}}};
  plan.program = {{table_program("t", 3, {integers("id", 50)})}};
  plan.load = {load_all(catalog, plan.program, 0)};
  plan.sequences = {{sequence(catalog, "t_id_seq"), 53, std::nullopt}};
  {
    Transaction transaction(connection(), Access::kReadWrite);
    execute(transaction, catalog, plan, {});
  }
  EXPECT_EQ(values("SELECT * FROM s.t"), "1");
  EXPECT_EQ(values("SELECT last_value, is_called FROM s.t_id_seq"), "1|true");
}

TEST_F(ExecuteTest, NamesASequenceThatTheRoleDoesNotOwn) {
  const std::string other = role("other");
  psql(
      "CREATE SCHEMA s; CREATE SEQUENCE s.q; CREATE TABLE s.t (id int DEFAULT nextval('s.q'));"
      "GRANT USAGE ON SCHEMA s TO " +
      other + "; GRANT ALL ON s.t, s.q TO " + other);
  const Catalog catalog = this->catalog();
  Connection user(options(other));
  Transaction transaction(user, Access::kReadWrite);
  const std::vector<SequenceStep> steps = {{sequence(catalog, "q"), 5, std::nullopt}};
  const DatabaseError error = failure([&] { set_sequences(transaction, catalog, steps); });
  EXPECT_EQ(error.sqlstate, "42501");
  EXPECT_STREQ(error.what(), "must be owner of sequence q");
  EXPECT_EQ(error.step, "set the sequence s.q");
}

}  // namespace
}  // namespace resow

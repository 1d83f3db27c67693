#include <gmock/gmock.h>

#include "runner/verify.h"
#include "runner/verify_children.h"
#include "runner/verify_counts.h"
#include "tests/support/pg_test.h"
#include "tests/support/programs.h"

namespace resow {
namespace {

using test_support::integers;
using test_support::relation;
using test_support::table_program;
using test_support::texts;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class VerifyTest : public test_support::PgTest {
 protected:
  using What = decltype(Expectation::what);

  // An expectation about a table of schema s; of none where there is no such table.
  void expect(const std::string& table, What what, Place place = "") {
    expectations_.push_back({std::nullopt, "s", table, std::move(what), std::move(place)});
  }
  void expect_sql(const std::string& sql, Literal value, const std::string& schema = "s") {
    expectations_.push_back(
        {std::nullopt, schema, "", expected::Sql{"check", sql, value, 1, ""}, ""});
  }

  Verification verify_all(Access access = Access::kReadOnly, Program program = {}) {
    const Catalog catalog = this->catalog();
    Plan plan;
    plan.program = std::move(program);
    plan.expectations = expectations_;
    for (Expectation& expectation : plan.expectations) {
      if (!expectation.table.empty()) {
        expectation.relation = catalog.find(expectation.schema, expectation.table);
      }
    }
    Transaction transaction(connection(), access);
    return verify(transaction, catalog, plan);
  }

  std::vector<std::string> differences(Access access = Access::kReadOnly, Program program = {}) {
    std::vector<std::string> lines;
    for (const Difference& d : verify_all(access, std::move(program)).differences) {
      lines.push_back(to_string(d));
    }
    expectations_.clear();
    return lines;
  }

  std::vector<Expectation> expectations_;
};

Literal number(const std::string& text) { return {Literal::What::kNumber, text, {}}; }
Literal string(const std::string& text) { return {Literal::What::kString, text, {}}; }
const Literal kNull{Literal::What::kNull, "", {}};

constexpr const char* kJobs =
    "CREATE SCHEMA s; CREATE TYPE s.state AS ENUM ('pending', 'running', 'done');"
    "CREATE TABLE s.batches (id int PRIMARY KEY);"
    "CREATE TABLE s.jobs (id serial PRIMARY KEY, batch int REFERENCES s.batches, status s.state,"
    " price numeric(10, 2), day date, ok boolean, code char(5));"
    "INSERT INTO s.batches VALUES (1), (2), (3);"
    "INSERT INTO s.jobs (batch, status, price, day, ok, code) VALUES"
    " (1, 'pending', 1, '2026-01-19', true, 'a'), (1, 'pending', 2.5, '2026-01-19', true, 'ab'),"
    " (2, 'done', 2.5, NULL, false, NULL);";

TEST_F(VerifyTest, ComparesRows) {
  psql(kJobs);
  expect("jobs", expected::Rows{3, 3});
  expect("jobs", expected::Rows{1, 3});
  expect("batches", expected::Rows{3, 3});
  EXPECT_THAT(differences(), IsEmpty());

  expect("jobs", expected::Rows{4, 4}, "d.json#/expect/jobs/rows");
  expect("batches", expected::Rows{1000, 2000});
  expect("nothing", expected::Rows{1, 1});
  const Verification result = verify_all();
  EXPECT_THAT(
      result.differences,
      ElementsAre(Difference{"s", "jobs", "", "4 rows", "3 rows", "d.json#/expect/jobs/rows"},
                  Difference{"s", "batches", "", "1,000 to 2,000 rows", "3 rows", ""},
                  Difference{"s", "nothing", "", "1 row", "no such table", ""}));
  EXPECT_THAT(result.actual_rows, SizeIs(2));
  ASSERT_THAT(result.checks, SizeIs(3));
  EXPECT_EQ(result.checks[0].what, "rows");
  EXPECT_EQ(result.checks[0].table, "jobs");
  EXPECT_THAT(result.checks[0].differences, SizeIs(1));
}

TEST_F(VerifyTest, CountsInheritanceChildrenApart) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.parent (x int); CREATE TABLE s.child () INHERITS (s.parent);"
      "INSERT INTO s.parent VALUES (1); INSERT INTO s.child VALUES (2)");
  expect("parent", expected::Rows{1, 1});
  expect("parent", expected::RowsBy{"x", {{"1", 1}, {"2", 0}}});
  EXPECT_THAT(differences(), IsEmpty());
}

TEST_F(VerifyTest, ComparesRowsByTheValuesOfAColumn) {
  psql(kJobs);
  expect("jobs", expected::RowsBy{"status", {{"pending", 2}, {"running", 0}}});
  expect("jobs", expected::RowsBy{"status", {{"pending", 2}, {"done", 1}}});
  expect("jobs", expected::RowsBy{"price", {{"2.5", 2}, {"1.0", 1}}});  // 2.50, 1.00
  expect("jobs", expected::RowsBy{"day", {{"2026-1-19", 2}, {std::nullopt, 1}}});
  expect("jobs", expected::RowsBy{"ok", {{"true", 2}, {"f", 1}}});
  expect("jobs", expected::RowsBy{"code", {{"a", 1}, {"ab   ", 1}, {std::nullopt, 1}}});
  EXPECT_THAT(differences(), IsEmpty());

  expect("jobs", expected::RowsBy{"status", {{"pending", 1}, {"running", 2}}});
  expect("jobs", expected::RowsBy{"day", {{std::nullopt, 3}}});
  expect("jobs", expected::RowsBy{"colour", {{"red", 1}}});
  expect("nothing", expected::RowsBy{"colour", {{"red", 1}}});
  EXPECT_THAT(differences(),
              ElementsAre("s.jobs (status = pending): expected 1 row, found 2 rows",
                          "s.jobs (status = running): expected 2 rows, found 0 rows",
                          "s.jobs (day is NULL): expected 3 rows, found 1 row",
                          "s.jobs (column colour): expected present, found absent",
                          "s.nothing (column colour): expected present, found no such table"));
}

TEST_F(VerifyTest, NamesValuesThatTheTypeDoesNotHave) {
  psql(kJobs);
  expect("jobs", expected::RowsBy{"status", {{"pending", 2}, {"runing", 0}}});
  expect("jobs", expected::RowsBy{"ok", {{"true", 2}, {"maybe", 1}}});
  EXPECT_THAT(differences(),
              ElementsAre("s.jobs (status = runing): expected 0 rows, found no such value: invalid "
                          "input value for enum s.state: \"runing\"",
                          "s.jobs (ok = maybe): expected 1 row, found no such value: invalid input "
                          "syntax for type boolean: \"maybe\""));
}

TEST_F(VerifyTest, BreaksRowsDownByTheColumnsThatAreExpected) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.t (x int);"
      "INSERT INTO s.t SELECT 100 + g FROM generate_series(1, 50) g; INSERT INTO s.t VALUES (101)");
  expect("t", expected::RowsBy{"x", {{"150", 1}, {"7", 0}}});
  const Verification result = verify_all();
  EXPECT_THAT(result.differences, IsEmpty());
  ASSERT_THAT(result.breakdowns, SizeIs(1));
  const Breakdown& breakdown = result.breakdowns[0].second;
  EXPECT_EQ(breakdown.column, "x");
  ASSERT_GE(breakdown.counts.size(), 10U);
  EXPECT_LE(breakdown.counts.size(), 25U);  // not all 50
  EXPECT_EQ(breakdown.counts[0], (std::pair<std::optional<std::string>, int64_t>("150", 1)));
  EXPECT_EQ(breakdown.counts[1], (std::pair<std::optional<std::string>, int64_t>("7", 0)));
  EXPECT_EQ(breakdown.counts[2], (std::pair<std::optional<std::string>, int64_t>("101", 2)));
}

// batches 1..n with two jobs each.
Program two_each(uint64_t parents) {
  TableProgram jobs = table_program("jobs", 0, {});
  jobs.parent = 0;
  jobs.shape = RowShape(parents, 1, FixedCount{2});
  jobs.columns = {integers("id"), test_support::parent_column("batch", 0)};
  return {{table_program("batches", parents, {integers("id")}), jobs}};
}

TEST_F(VerifyTest, ComparesTheRowsOfEachParent) {
  psql(kJobs);
  const Catalog catalog = this->catalog();
  const expected::RowsPerParent per{relation(catalog, "s", "batches"), 0, 0, 1};
  expect("jobs", per, "");
  EXPECT_THAT(differences(Access::kReadOnly, two_each(3)),
              ElementsAre("s.jobs (batch = 2): expected 2 rows, found 1 row",
                          "s.jobs (batch = 3): expected 2 rows, found 0 rows"));
  psql("INSERT INTO s.jobs (batch) VALUES (2), (3), (3)");
  expect("jobs", per);
  EXPECT_THAT(differences(Access::kReadOnly, two_each(3)), IsEmpty());

  expect("jobs", per);
  const auto many = differences(Access::kReadOnly, two_each(1003));
  ASSERT_THAT(many, SizeIs(21));
  EXPECT_EQ(many[0], "s.jobs (batch = 4): expected 2 rows, found 0 rows");
  EXPECT_EQ(many[20],
            "s.jobs (jobs_batch_fkey): expected as planned, found 980 more parents with other"
            " counts");
}

TEST_F(VerifyTest, ComparesHistogramsOfManyParents) {
  psql(kJobs);
  const Catalog catalog = this->catalog();
  Plan plan;
  plan.program = two_each(3);
  plan.expectations = {{relation(catalog, "s", "jobs"), "s", "jobs",
                        expected::RowsPerParent{relation(catalog, "s", "batches"), 0, 0, 1}, ""}};
  const auto compare = [&] {
    Findings findings(1);
    Transaction transaction(connection(), Access::kReadOnly);
    check_rows_per_parent(transaction, catalog, plan, {}, findings, 2);
    std::vector<std::string> lines;
    for (const Difference& d : findings[0]) lines.push_back(to_string(d));
    return lines;
  };
  EXPECT_THAT(compare(),
              ElementsAre("s.jobs (jobs_batch_fkey with 1 row each): expected 0 parents, found 1"
                          " parent",
                          "s.jobs (jobs_batch_fkey with 2 rows each): expected 3 parents, found 1"
                          " parent"));
  psql("INSERT INTO s.jobs (batch) VALUES (2), (3), (3), (NULL)");
  EXPECT_THAT(compare(), IsEmpty());
}

TEST_F(VerifyTest, ComparesParentsByKeysOfAnyType) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.p (a numeric(10, 2), b char(4), PRIMARY KEY (a, b));"
      "CREATE TABLE s.c (a numeric(10, 2), b char(4), FOREIGN KEY (a, b) REFERENCES s.p);"
      "INSERT INTO s.p VALUES (1, 'x'), (2, 'y'); INSERT INTO s.c VALUES (1, 'x'), (1, NULL)");
  const Catalog catalog = this->catalog();
  TableProgram children = table_program("c", 0, {});
  children.shape = RowShape(2, 1, FixedCount{1});
  children.parent = 0;
  const Program program{{table_program("p", 2, {integers("a"), texts("b", {"x", "y"})}), children}};
  expect("c", expected::RowsPerParent{relation(catalog, "s", "p"), 0, 0, 1});
  EXPECT_THAT(differences(Access::kReadOnly, program),
              ElementsAre("s.c (a = 2, b = y): expected 1 row, found 0 rows"));
}

TEST_F(VerifyTest, FindsColumnsPresentAndAbsent) {
  psql(kJobs);
  expect("jobs", expected::ColumnPresence{"status", true});
  expect("jobs", expected::ColumnPresence{"batch_id", false});
  expect("nothing", expected::ColumnPresence{"batch_id", false});
  EXPECT_THAT(differences(), IsEmpty());
  expect("jobs", expected::ColumnPresence{"status", false});
  expect("jobs", expected::ColumnPresence{"batch_id", true});
  expect("nothing", expected::ColumnPresence{"batch_id", true});
  EXPECT_THAT(differences(),
              ElementsAre("s.jobs (column status): expected absent, found present",
                          "s.jobs (column batch_id): expected present, found absent",
                          "s.nothing (column batch_id): expected present, found no such table"));
}

TEST_F(VerifyTest, FindsTablesPresentAndAbsent) {
  psql(kJobs);
  psql("CREATE VIEW s.shown AS SELECT 1 AS x");
  expect("jobs", expected::TablePresence{true});
  expect("shown", expected::TablePresence{true});
  expect("nothing", expected::TablePresence{false});
  EXPECT_THAT(differences(), IsEmpty());
  expect("jobs", expected::TablePresence{false});
  expect("nothing", expected::TablePresence{true});
  EXPECT_THAT(differences(), ElementsAre("s.jobs (table): expected absent, found present",
                                         "s.nothing (table): expected present, found absent"));
}

TEST_F(VerifyTest, FindsIndexesPresentAndAbsent) {
  psql(kJobs);
  psql(
      "CREATE INDEX \"Ix, {1}\" ON s.jobs (code); CREATE INDEX ix_batches ON s.batches ((id + 1));"
      "CREATE TABLE s.parts (id int) PARTITION BY RANGE (id);"
      "CREATE INDEX ix_parts ON s.parts (id)");
  expect("jobs", expected::IndexPresence{"jobs_pkey", true});
  expect("jobs", expected::IndexPresence{"Ix, {1}", true});
  expect("jobs", expected::IndexPresence{"ix_batches", false});
  expect("batches", expected::IndexPresence{"ix_batches", true});
  expect("parts", expected::IndexPresence{"ix_parts", true});
  expect("nothing", expected::IndexPresence{"ix", false});
  EXPECT_THAT(differences(), IsEmpty());
  psql("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 's.ix_batches'::regclass");
  expect("jobs", expected::IndexPresence{"Ix, {1}", false});
  expect("jobs", expected::IndexPresence{"ix_batches", true});
  expect("batches", expected::IndexPresence{"ix_batches", true});
  expect("batches", expected::IndexPresence{"ix_batches", false});
  expect("nothing", expected::IndexPresence{"ix", true});
  EXPECT_THAT(
      differences(),
      ElementsAre("s.jobs (index Ix, {1}): expected absent, found present",
                  "s.jobs (index ix_batches): expected present, found absent",
                  "s.batches (index ix_batches): expected present, found present, but invalid",
                  "s.batches (index ix_batches): expected absent, found present, but invalid",
                  "s.nothing (index ix): expected present, found no such table"));
}

TEST_F(VerifyTest, ComparesMigrationRevisions) {
  psql("CREATE SCHEMA s");
  const auto revision = [&](std::vector<std::string> heads) {
    expectations_.push_back({std::nullopt, "s", "", expected::Revision{std::move(heads)}, ""});
    return differences();
  };
  EXPECT_THAT(
      revision({"a1"}),
      ElementsAre("s (migration revision): expected a1, found no table of a migration tool"));
  psql(
      "CREATE TABLE public.alembic_version (version_num text); "
      "INSERT INTO public.alembic_version VALUES ('a1')");
  EXPECT_THAT(revision({"a1"}), IsEmpty());
  EXPECT_THAT(revision({"b2"}), ElementsAre("s (migration revision): expected b2, found a1 in"
                                            " public.alembic_version"));
  psql("CREATE TABLE s.alembic_version (version_num text)");
  EXPECT_THAT(revision({"a1"}), ElementsAre("s (migration revision): expected a1, found no row"));
  psql("INSERT INTO s.alembic_version VALUES ('b2'), ('a1')");
  EXPECT_THAT(revision({"a1", "b2"}), IsEmpty());
  EXPECT_THAT(revision({"a1"}), ElementsAre("s (migration revision): expected a1, found a1, b2"));
  EXPECT_THAT(revision({"a1", "c3"}),
              ElementsAre("s (migration revision): expected a1, c3, found a1, b2"));
  psql(
      "CREATE TABLE s.schema_migrations (version text); INSERT INTO s.schema_migrations VALUES "
      "('7')");
  EXPECT_THAT(revision({"7"}), IsEmpty());
  EXPECT_THAT(revision({"8"}), ElementsAre("s (migration revision): expected 8, found a1, b2 in"
                                           " s.alembic_version; 7 in s.schema_migrations"));
}

TEST_F(VerifyTest, FindsOrphansOfEveryForeignKey) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.p (a int, b int, PRIMARY KEY (a, b), UNIQUE (b));"
      "CREATE TABLE s.simple (a int, b int); CREATE TABLE s.full_ (a int, b int);"
      "INSERT INTO s.p VALUES (1, 1);"
      "INSERT INTO s.simple VALUES (1, 1), (1, NULL), (NULL, NULL), (7, 1), (8, 2);"
      "INSERT INTO s.full_ VALUES (1, 1), (NULL, NULL), (1, NULL), (9, 9);"
      "ALTER TABLE s.simple ADD CONSTRAINT simple_ab FOREIGN KEY (a, b) REFERENCES s.p NOT VALID,"
      " ADD CONSTRAINT simple_b FOREIGN KEY (b) REFERENCES s.p (b) NOT VALID;"
      "ALTER TABLE s.full_ ADD CONSTRAINT full_ab FOREIGN KEY (a, b) REFERENCES s.p MATCH FULL"
      " NOT VALID");
  expect("simple", expected::NoOrphans{});
  expect("full_", expected::NoOrphans{});
  expect("p", expected::NoOrphans{});
  expect("nothing", expected::NoOrphans{});
  EXPECT_THAT(
      differences(),
      ElementsAre(
          "s.simple (orphans of simple_ab): expected 0 rows, found 2 rows, such as a = 7, b = 1",
          "s.simple (orphans of simple_b): expected 0 rows, found 1 row, such as b = 2",
          "s.full_ (orphans of full_ab): expected 0 rows, found 2 rows, such as a = 1, b = NULL",
          "s.nothing: expected no orphans, found no such table"));
}

TEST_F(VerifyTest, LooksForOrphansWithTheKeysOwnOperators) {
  psql(
      "CREATE SCHEMA ext; CREATE EXTENSION citext SCHEMA ext; CREATE SCHEMA s;"
      "CREATE TABLE s.p (name ext.citext PRIMARY KEY);"
      "CREATE TABLE s.c (name ext.citext REFERENCES s.p, n bigint);"
      "CREATE TABLE s.q (n int PRIMARY KEY); ALTER TABLE s.c ADD FOREIGN KEY (n) REFERENCES s.q;"
      "INSERT INTO s.p VALUES ('Alice'); INSERT INTO s.q VALUES (1);"
      "INSERT INTO s.c VALUES ('ALICE', 1)");
  expect("c", expected::NoOrphans{});
  EXPECT_THAT(differences(), IsEmpty());
}

TEST_F(VerifyTest, FindsSequencesThatWouldGiveUsedValues) {
  psql(
      "CREATE SCHEMA s; CREATE SEQUENCE s.down INCREMENT -2;"
      "CREATE TABLE s.t (a serial, b serial, c serial, d int DEFAULT nextval('s.down'));"
      "INSERT INTO s.t VALUES (5, 5, 5, -5); SELECT setval('s.t_a_seq', 5);"
      "SELECT setval('s.t_b_seq', 6, false); SELECT setval('s.down', -3)");
  const Catalog catalog = this->catalog();
  const Relation& t = catalog.relations[relation(catalog, "s", "t")];
  for (const char* name : {"a", "b", "c", "d"}) {
    const Column& column = *t.column(name);
    expect("t", expected::SequenceBeyond{column.number, *column.sequence});
  }
  EXPECT_THAT(differences(),
              ElementsAre("s.t (sequence s.t_c_seq): expected next value above 5, the greatest c,"
                          " found next value 1",
                          "s.t (sequence s.down): expected next value below -5, the least d, found"
                          " next value -5"));
  psql("TRUNCATE s.t");
  expect("t", expected::SequenceBeyond{t.column("c")->number, *t.column("c")->sequence});
  EXPECT_THAT(differences(), IsEmpty());
}

TEST_F(VerifyTest, RunsSqlWithTheSchemaInItsPath) {
  psql(kJobs);
  psql("CREATE TABLE public.revision (v text); INSERT INTO public.revision VALUES ('8c51')");
  for (const Access access : {Access::kReadOnly, Access::kReadWrite}) {
    expect_sql("SELECT count(*) FROM jobs", number("3"));
    expect_sql("SELECT v FROM revision -- the migration tool's", string("8c51"));
    expect_sql("SELECT max(price) FROM jobs", number("2.5"));
    expect_sql("SELECT max(day) FROM jobs", string("2026-1-19"));
    expect_sql("SELECT bool_and(ok) FROM jobs", {Literal::What::kBoolean, "false", {}});
    expect_sql("SELECT day FROM jobs WHERE id = 3", kNull);
    expect_sql("VALUES (1)", number("1"));
    expect_sql("TABLE revision", string("8c51"));
    expect_sql("SELECT '{\"b\": 1, \"a\": 2}'::jsonb",
               {Literal::What::kObject, "{\"a\":2,\"b\":1}", {}});
    expect_sql("WITH w AS (SELECT 1 AS x) SELECT x FROM w", number("1"));
    EXPECT_THAT(differences(access), IsEmpty());
  }
}

TEST_F(VerifyTest, ReportsWhatSqlGivesInstead) {
  psql(kJobs);
  struct Case {
    const char* sql;
    Literal value;
    const char* difference;
  };
  const Case cases[] = {
      {"SELECT 4", number("3"), "expected 3, found 4"},
      {"SELECT 'b'", string("a"), "expected a, found b"},
      {"SELECT NULL::int", number("3"), "expected 3, found NULL"},
      {"SELECT 3", kNull, "expected NULL, found 3"},
      {"SELECT 3", string("three"), "expected three, found 3"},
      {"SELECT 1, 2", number("1"), "found the query gives 2 columns, not one"},
      {"SELECT id FROM jobs", number("1"), "found the query gives 3 rows, not one"},
      {"SELECT id FROM jobs WHERE false", number("1"), "found the query gives 0 rows, not one"},
      {"SELECT count(*) FROM jbos", number("1"),
       "found the query fails: relation \"jbos\" does not exist (SQLSTATE 42P01)"},
  };
  for (const Case& c : cases) {
    for (const Access access : {Access::kReadOnly, Access::kReadWrite}) {
      expect_sql(c.sql, c.value);
      EXPECT_THAT(differences(access), ElementsAre(HasSubstr(c.difference))) << c.sql;
    }
  }
  EXPECT_EQ(psql("SELECT count(*) FROM s.jobs"), "3");
}

TEST_F(VerifyTest, WhatCannotBeRunIsAFault) {
  psql(kJobs);
  for (const char* sql : {"SELEC 1", "DELETE FROM jobs RETURNING 1", "SELECT 1; SELECT 1",
                          "SELECT 1) AS q; DROP TABLE jobs; SELECT * FROM (SELECT 1",
                          "WITH d AS (DELETE FROM jobs RETURNING 1) SELECT 1", "SELECT 1/0",
                          "SELECT nextval('jobs_id_seq')"}) {
    expect_sql(sql, number("1"));
    for (const Access access : {Access::kReadOnly, Access::kReadWrite}) {
      EXPECT_THROW(differences(access), InputError) << sql;
    }
  }
  EXPECT_EQ(psql("SELECT count(*) FROM s.jobs"), "3");
}

TEST_F(VerifyTest, SqlCanNeitherWriteNorLeaveASetting) {
  psql(kJobs);
  psql(
      "CREATE FUNCTION s.sneak() RETURNS int LANGUAGE plpgsql AS"
      " $$BEGIN DELETE FROM s.jobs; RETURN 1; END$$");
  expect_sql("SELECT sneak()", number("1"));
  expect_sql("SELECT set_config('search_path', 'elsewhere', false)", string("elsewhere"));
  const Catalog catalog = this->catalog();
  Plan plan;
  plan.expectations = expectations_;
  Transaction transaction(connection(), Access::kReadWrite);
  try {
    verify(transaction, catalog, plan);
    FAIL() << "it wrote";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("read-only transaction"));
  }
  EXPECT_EQ(transaction.query("SELECT pg_catalog.current_setting('search_path')", "").text(0, 0),
            "pg_catalog, pg_temp");
  transaction.query("DELETE FROM s.jobs", "still writable");
}

TEST_F(VerifyTest, KeepsTheOrderOfTheExpectations) {
  psql(kJobs);
  expect_sql("SELECT 1", number("2"));
  expect("jobs", expected::RowsBy{"ok", {{"true", 9}}});
  expect("jobs", expected::Rows{9, 9});
  expect("jobs", expected::ColumnPresence{"no", true});
  EXPECT_THAT(differences(), ElementsAre(HasSubstr("check"), HasSubstr("ok = true"),
                                         HasSubstr("9 rows"), HasSubstr("column no")));
}

TEST_F(VerifyTest, TakesAnyName) {
  psql(R"(CREATE SCHEMA s; CREATE TABLE s."p '" ("a ""b" serial PRIMARY KEY);)"
       R"(CREATE TABLE s."SELECT; é" ("x y" int REFERENCES s."p '", "z'" text);)"
       R"(INSERT INTO s."p '" DEFAULT VALUES; INSERT INTO s."SELECT; é" VALUES (1, 'it''s \ "'))");
  const Catalog catalog = this->catalog();
  const Relation& parent = catalog.relations[relation(catalog, "s", "p '")];
  expect("SELECT; é", expected::Rows{1, 1});
  expect("SELECT; é", expected::RowsBy{"z'", {{"it's \\ \"", 1}}});
  expect("SELECT; é", expected::NoOrphans{});
  expect("SELECT; é", expected::RowsPerParent{relation(catalog, "s", "p '"), 0, 0, 1});
  expect("p '", expected::SequenceBeyond{1, parent.columns[0].sequence.value()});
  TableProgram children = table_program("SELECT; é", 0, {});
  children.shape = RowShape(1, 1, FixedCount{1});
  const Program program{{table_program("p '", 1, {integers("a \"b")}), children}};
  EXPECT_THAT(differences(Access::kReadOnly, program), IsEmpty());
}

}  // namespace
}  // namespace resow

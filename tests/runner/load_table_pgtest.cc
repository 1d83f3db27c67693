#include <gmock/gmock.h>

#include "runner/load_table.h"
#include "tests/support/pg_test.h"
#include "tests/support/programs.h"

namespace resow {
namespace {

using test_support::integers;
using test_support::load_all;
using test_support::table_program;
using test_support::texts;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class LoadTableTest : public test_support::PgTest {
 protected:
  void load(const Program& program, const OnRows& on_rows = {}) {
    const Catalog catalog = this->catalog();
    Transaction transaction(connection(), Access::kReadWrite);
    for (size_t table = 0; table < program.tables.size(); ++table) {
      load_table(transaction, catalog, program, load_all(catalog, program, table), Freeze::kNo,
                 on_rows);
    }
    transaction.commit();
  }

  DatabaseError failure(const Program& program) {
    try {
      load(program);
    } catch (const DatabaseError& error) {
      return error;
    }
    ADD_FAILURE() << "nothing was thrown";
    return DatabaseError("");
  }
};

TEST_F(LoadTableTest, SendsEveryRowOnce) {
  psql("CREATE SCHEMA s; CREATE TABLE s.t (id int, name text)");
  uint64_t told = 0;
  int calls = 0;
  load({{table_program("t", 20'000, {integers("id"), texts("name", {"a", std::nullopt, "c"})})}},
       [&](uint64_t rows) {
         told += rows;
         ++calls;
       });
  EXPECT_EQ(values("SELECT count(*), count(DISTINCT id), min(id), max(id), count(name) FROM s.t"),
            "20000|20000|1|20000|13333");
  EXPECT_EQ(psql("SELECT count(*) FROM s.t WHERE name IS DISTINCT FROM"
                 " (ARRAY['a', NULL, 'c'])[(id - 1) % 3 + 1]"),
            "0");
  EXPECT_EQ(told, 20'000U);
  EXPECT_GT(calls, 2);
}

TEST_F(LoadTableTest, SendsAnyText) {
  psql("CREATE SCHEMA s; CREATE TABLE s.t (id int, name text)");
  const std::vector<Constant> all = {"",         "\\N",          "\\.",      "a\tb\nc\rd\\e",
                                     "\b\f\v",   "\u00e9\u6f22", "'\";$1--", "NULL",
                                     "\x01\x7f", std::nullopt};
  load({{table_program("t", all.size(), {integers("id", 0), texts("name", all)})}});
  for (size_t i = 0; i < all.size(); ++i) {
    const std::string where = " FROM s.t WHERE id = " + std::to_string(i);
    EXPECT_EQ(psql("SELECT name IS NULL" + where), all[i] ? "f" : "t") << i;
    EXPECT_EQ(psql("SELECT name" + where), all[i].value_or("")) << i;
  }
}

TEST_F(LoadTableTest, SendsTheColumnsThatCloseACycleAsNull) {
  psql("CREATE SCHEMA s; CREATE TABLE s.t (id int, a int, b text)");
  const Catalog catalog = this->catalog();
  const Program program{
      {table_program("t", 3, {integers("id"), integers("a"), texts("b", {"x"})})}};
  LoadStep step = load_all(catalog, program, 0);
  step.patched = {2, 3};
  Transaction transaction(connection(), Access::kReadWrite);
  load_table(transaction, catalog, program, step, Freeze::kNo, {});
  transaction.commit();
  EXPECT_EQ(values("SELECT * FROM s.t"), "1||, 2||, 3||");
}

TEST_F(LoadTableTest, FillsATableFromItsDefaultsAlone) {
  psql("CREATE SCHEMA s; CREATE TABLE s.t (id serial, x text DEFAULT 'd')");
  load({{table_program("t", 3, {})}});
  EXPECT_EQ(values("SELECT * FROM s.t"), "1|d, 2|d, 3|d");
}

TEST_F(LoadTableTest, FillsPartitionsAndIdentityColumns) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.t (id int GENERATED ALWAYS AS IDENTITY, k int,"
      " twice int GENERATED ALWAYS AS (k * 2) STORED);"
      "CREATE TABLE s.p (k int) PARTITION BY RANGE (k);"
      "CREATE TABLE s.low PARTITION OF s.p FOR VALUES FROM (0) TO (3);"
      "CREATE TABLE s.high PARTITION OF s.p FOR VALUES FROM (3) TO (10)");
  load({{table_program("t", 2, {integers("id", 100), integers("k")}),
         table_program("p", 5, {integers("k")})}});
  EXPECT_EQ(values("SELECT * FROM s.t"), "100|1|2, 101|2|4");
  EXPECT_EQ(values("SELECT (SELECT count(*) FROM s.low), (SELECT count(*) FROM s.high)"), "2|3");
}

TEST_F(LoadTableTest, NamesTheRowThatIsRefused) {
  psql(
      "CREATE SCHEMA s; CREATE TYPE s.state AS ENUM ('new', 'done');"
      "CREATE TABLE s.t (id int PRIMARY KEY, status s.state, n int CHECK (n < 10000),"
      " code text UNIQUE)");
  const auto states = texts("status", {"new", "done", "nwe"}, ValueKind::kLiteral);
  DatabaseError error = failure({{table_program("t", 9, {integers("id", 7), states})}});
  EXPECT_EQ(error.sqlstate, "22P02");
  EXPECT_STREQ(error.what(), "invalid input value for enum s.state: \"nwe\"");
  EXPECT_EQ(error.step, "COPY s.t");
  EXPECT_EQ(error.schema + "." + error.table + "." + error.column, "s.t.status");
  EXPECT_THAT(error.context, StartsWith("row 3 of 9 (id = 9, status = nwe)\n"));

  // Beyond the first batch.
  error = failure({{table_program("t", 20'000, {integers("id"), integers("n")})}});
  EXPECT_EQ(error.sqlstate, "23514");
  EXPECT_EQ(error.constraint, "t_n_check");
  EXPECT_THAT(error.context, StartsWith("row 10,000 of 20,000 (id = 10000, n = 10000)\n"));

  error = failure({{table_program("t", 20, {integers("id"), texts("code", {"a", "b"})})}});
  EXPECT_EQ(error.sqlstate, "23505");
  EXPECT_THAT(error.context, StartsWith("row 3 of 20 (id = 3, code = a)\n"));
  EXPECT_EQ(psql("SELECT count(*) FROM s.t"), "0");
}

TEST_F(LoadTableTest, SendsTextWhereATypeHasNoBinaryForm) {
  psql(
      "CREATE SCHEMA s; CREATE TYPE s.state AS ENUM ('new', 'done');"
      "CREATE TABLE s.t (id int PRIMARY KEY, status s.state, span interval, list int[])");
  const auto states = texts("status", {"new", "done"}, ValueKind::kLiteral);
  const auto spans = texts("span", {"1 day", "2 days", "many"}, ValueKind::kLiteral);
  const auto lists = texts("list", {"{1,2}", "{}"}, ValueKind::kLiteral);
  load({{table_program("t", 2, {integers("id"), states, spans, lists})}});
  EXPECT_EQ(values("SELECT * FROM s.t"), "1|new|1 day|[1,2], 2|done|2 days|[]");
  const DatabaseError error =
      failure({{table_program("t", 3, {integers("id", 3), states, spans, lists})}});
  EXPECT_EQ(error.sqlstate, "22007");
  EXPECT_THAT(error.context, StartsWith("row 3 of 3 (id = 5, span = many)\n"));
}

// Binary COPY has no text that the server could refuse: we do, in its words.
TEST_F(LoadTableTest, NamesTheNumberThatHasNoRoom) {
  psql("CREATE SCHEMA s; CREATE TABLE s.t (id int PRIMARY KEY, n smallint, d numeric(4, 2))");
  DatabaseError error =
      failure({{table_program("t", 20'000, {integers("id"), integers("n", 20'000)})}});
  EXPECT_EQ(error.sqlstate, "22003");
  EXPECT_STREQ(error.what(), "value \"32768\" is out of range for type smallint");
  EXPECT_EQ(error.schema + "." + error.table + "." + error.column, "s.t.n");
  EXPECT_EQ(error.step, "COPY s.t");
  EXPECT_THAT(error.context, StartsWith("row 12,769 of 20,000 (id = 12769, n = 32768)\n"));

  error = failure({{table_program("t", 9, {integers("id"), integers("d", 95)})}});
  EXPECT_EQ(error.sqlstate, "22003");
  EXPECT_THAT(error.context, StartsWith("row 6 of 9 (id = 6, d = 100)\n"));
  EXPECT_EQ(psql("SELECT count(*) FROM s.t"), "0");
}

TEST_F(LoadTableTest, NamesTheKeyThatHasNoParent) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.parent (id int PRIMARY KEY);"
      "CREATE TABLE s.child (parent int REFERENCES s.parent)");
  const DatabaseError error = failure({{table_program("parent", 2, {integers("id")}),
                                        table_program("child", 3, {integers("parent")})}});
  EXPECT_EQ(error.sqlstate, "23503");
  EXPECT_EQ(error.step, "COPY s.child");
  EXPECT_EQ(error.detail, "Key (parent)=(3) is not present in table \"parent\".");
  EXPECT_EQ(error.constraint, "child_parent_fkey");
}

TEST_F(LoadTableTest, FindsATriggerThatKeepsRowsOut) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.t (id int);"
      "CREATE FUNCTION s.odd() RETURNS trigger LANGUAGE plpgsql AS"
      " $$BEGIN IF NEW.id % 2 = 1 THEN RETURN NEW; END IF; RETURN NULL; END$$;"
      "CREATE TRIGGER only_odd BEFORE INSERT ON s.t FOR EACH ROW EXECUTE FUNCTION s.odd()");
  const DatabaseError error = failure({{table_program("t", 5, {integers("id")})}});
  EXPECT_STREQ(error.what(), "3 of 5 rows came in: a trigger keeps rows out, \"only_odd\" (s.odd)");
  EXPECT_EQ(error.step, "COPY s.t");
  EXPECT_EQ(psql("SELECT count(*) FROM s.t"), "0");
}

TEST_F(LoadTableTest, SaysWhatATriggerObjectsTo) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.t (id int PRIMARY KEY);"
      "CREATE FUNCTION s.small() RETURNS trigger LANGUAGE plpgsql AS"
      " $$BEGIN IF NEW.id > 2 THEN RAISE 'too large'; END IF; RETURN NEW; END$$;"
      "CREATE TRIGGER small BEFORE INSERT ON s.t FOR EACH ROW EXECUTE FUNCTION s.small()");
  const DatabaseError error = failure({{table_program("t", 5, {integers("id")})}});
  EXPECT_STREQ(error.what(), "too large");
  EXPECT_EQ(error.table, "t");
  EXPECT_THAT(error.context, StartsWith("row 3 of 5 (id = 3)\n"));
  EXPECT_THAT(error.context, HasSubstr("PL/pgSQL function s.small()"));
}

TEST_F(LoadTableTest, TakesAnyName) {
  psql(R"(CREATE SCHEMA s; CREATE TABLE s."a, line 3; ""é" ("SELECT" int PRIMARY KEY,)"
       R"( "x: ,y" int CHECK ("x: ,y" < 3)))");
  load({{table_program("a, line 3; \"é", 2, {integers("SELECT"), integers("x: ,y")})}});
  EXPECT_EQ(psql(R"(SELECT count(*) FROM s."a, line 3; ""é")"), "2");
  const DatabaseError error =
      failure({{table_program("a, line 3; \"é", 9, {integers("SELECT", 5), integers("x: ,y")})}});
  EXPECT_THAT(error.context, StartsWith("row 3 of 9 (SELECT = 7, x: ,y = 3)\n"));
}

}  // namespace
}  // namespace resow

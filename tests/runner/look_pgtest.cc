#include <gmock/gmock.h>

#include "runner/look.h"
#include "tests/support/pg_test.h"

namespace resow {
namespace {

using test_support::relation;
using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

class LookTest : public test_support::PgTest {
 protected:
  State look_at(const Catalog& catalog, const Scope& scope, Access access = Access::kReadOnly) {
    Transaction transaction(connection(), access);
    return look(transaction, catalog, scope);
  }
};

std::vector<std::string> texts(const ExistingKeys& keys, size_t column) {
  std::vector<std::string> result;
  for (const Constant& value : *keys.values.at(column)) result.push_back(value.value_or("NULL"));
  return result;
}

TEST_F(LookTest, CountsRowsExactlyAndKnowsEmptyTables) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.never (x int); CREATE TABLE s.emptied (x int);"
      "CREATE TABLE s.some (x int); INSERT INTO s.emptied SELECT generate_series(1, 1000);"
      "DELETE FROM s.emptied; INSERT INTO s.some SELECT generate_series(1, 1234)");
  const Catalog catalog = this->catalog();
  Scope scope;
  const size_t never = relation(catalog, "s", "never");
  const size_t emptied = relation(catalog, "s", "emptied");
  const size_t some = relation(catalog, "s", "some");
  scope.clear = {never, emptied};
  scope.seed = {some};
  const State state = look_at(catalog, scope);
  EXPECT_THAT(state.rows, UnorderedElementsAre(Pair(never, 0), Pair(emptied, 0), Pair(some, 1234)));
}

TEST_F(LookTest, CountsPartitionsWithTheirRootAndInheritanceChildrenApart) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.root (k int, b text) PARTITION BY RANGE (k);"
      "CREATE TABLE s.low PARTITION OF s.root FOR VALUES FROM (0) TO (10) PARTITION BY LIST (b);"
      "CREATE TABLE s.low_a PARTITION OF s.low FOR VALUES IN ('a');"
      "CREATE TABLE s.high PARTITION OF s.root FOR VALUES FROM (10) TO (20);"
      "CREATE TABLE s.empty_root (k int) PARTITION BY RANGE (k);"
      "CREATE TABLE s.parent (x int); CREATE TABLE s.child () INHERITS (s.parent);"
      "INSERT INTO s.root VALUES (1, 'a'), (2, 'a'), (11, 'b');"
      "INSERT INTO s.parent VALUES (1); INSERT INTO s.child VALUES (2), (3)");
  const Catalog catalog = this->catalog();
  Scope scope;
  const size_t root = relation(catalog, "s", "root");
  const size_t empty_root = relation(catalog, "s", "empty_root");
  const size_t parent = relation(catalog, "s", "parent");
  const size_t child = relation(catalog, "s", "child");
  scope.clear = {root, empty_root, parent, child};
  const State state = look_at(catalog, scope);
  EXPECT_THAT(state.rows, UnorderedElementsAre(Pair(root, 3), Pair(empty_root, 0), Pair(parent, 1),
                                               Pair(child, 2)));
}

TEST_F(LookTest, ReadsWhereSequencesStand) {
  psql(
      "CREATE SCHEMA s; CREATE SEQUENCE s.shared START 100;"
      "CREATE TABLE s.a (id serial, other int DEFAULT nextval('s.shared'));"
      "CREATE TABLE s.b (id int GENERATED ALWAYS AS IDENTITY);"
      "INSERT INTO s.a DEFAULT VALUES; INSERT INTO s.a DEFAULT VALUES;"
      "ALTER SEQUENCE s.b_id_seq RESTART WITH 7");
  const Catalog catalog = this->catalog();
  Scope scope;
  scope.clear = {relation(catalog, "s", "a"), relation(catalog, "s", "b")};
  const State state = look_at(catalog, scope);
  std::vector<std::string> found;
  for (const auto& [oid, sequence] : state.sequences) {
    found.push_back(catalog.sequences.at(oid).name + " " + std::to_string(sequence.last_value) +
                    (sequence.is_called ? " called" : ""));
  }
  EXPECT_THAT(
      found, testing::UnorderedElementsAre("a_id_seq 2 called", "shared 101 called", "b_id_seq 7"));
}

TEST_F(LookTest, CountsRowsThatWouldDangle) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.parent (a int, b int, PRIMARY KEY (a, b));"
      "CREATE TABLE s.kept (x int, y int, FOREIGN KEY (x, y) REFERENCES s.parent);"
      "CREATE TABLE s.bare (x int, y int, FOREIGN KEY (x, y) REFERENCES s.parent);"
      "INSERT INTO s.parent VALUES (1, 1);"
      "INSERT INTO s.kept VALUES (1, 1), (1, NULL), (NULL, NULL), (1, 1)");
  const Catalog catalog = this->catalog();
  Scope scope;
  scope.clear = {relation(catalog, "s", "parent")};
  const size_t kept = relation(catalog, "s", "kept");
  const size_t bare = relation(catalog, "s", "bare");
  scope.dangling = {{kept, 0}, {bare, 0}};
  EXPECT_THAT(look_at(catalog, scope).dangling,
              UnorderedElementsAre(Pair(Pair(kept, size_t{0}), 2), Pair(Pair(bare, size_t{0}), 0)));
}

TEST_F(LookTest, ReadsTheKeysOfParentsInOrder) {
  psql(
      "CREATE SCHEMA s;"
      "CREATE TABLE s.parent (id int PRIMARY KEY, code text, n int, UNIQUE (code, n));"
      "CREATE TABLE s.child (p int REFERENCES s.parent, code text, n int,"
      " FOREIGN KEY (code, n) REFERENCES s.parent (code, n));"
      "INSERT INTO s.parent VALUES (10, 'b', 2), (9, 'B', 1), (-1, '\u00e9', 3), (3, NULL, 4)");
  const Catalog catalog = this->catalog();
  Scope scope;
  const size_t child = relation(catalog, "s", "child");
  scope.seed = {child};
  scope.existing_parents = {{child, 0}, {child, 1}};
  const State state = look_at(catalog, scope);
  for (size_t i = 0; i < 2; ++i) {
    const ExistingKeys& keys = state.existing.at({child, i});
    if (catalog.relations[child].foreign_keys[i].columns.size() == 1) {
      EXPECT_EQ(keys.rows, 4U);
      EXPECT_THAT(texts(keys, 0), ElementsAre("-1", "3", "9", "10"));
    } else {
      EXPECT_EQ(keys.rows, 3U);  // without the row whose key holds a NULL
      EXPECT_THAT(texts(keys, 0), ElementsAre("B", "b", "\u00e9"));  // whatever the collation
      EXPECT_THAT(texts(keys, 1), ElementsAre("1", "2", "3"));
    }
  }
  scope.clear = {relation(catalog, "s", "parent")};
  EXPECT_EQ(look_at(catalog, scope).existing.at({child, 0}).rows, 0U);
}

TEST_F(LookTest, ReadsNoMoreKeysThanTheLimit) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.parent (id int PRIMARY KEY);"
      "CREATE TABLE s.child (p int REFERENCES s.parent);"
      "INSERT INTO s.parent SELECT generate_series(100010, 1, -1)");
  const Catalog catalog = this->catalog();
  Scope scope;
  const size_t child = relation(catalog, "s", "child");
  scope.seed = {child};
  scope.existing_parents = {{child, 0}};
  const ExistingKeys keys = look_at(catalog, scope).existing.at({child, 0});
  EXPECT_EQ(keys.rows, kExistingKeysLimit);
  EXPECT_EQ(keys.values.at(0)->front(), "1");
  EXPECT_EQ(keys.values.at(0)->back(), "100000");
}

TEST_F(LookTest, FindsHowFarTheColumnsOfSequencesReach) {
  psql(
      "CREATE SCHEMA s; CREATE SEQUENCE s.down INCREMENT -1;"
      "CREATE TABLE s.up (id serial, name text);"
      "CREATE TABLE s.fall (id int DEFAULT nextval('s.down'));"
      "CREATE TABLE s.none (id serial); CREATE TABLE s.goes (id serial);"
      "INSERT INTO s.up VALUES (5), (70), (9); INSERT INTO s.fall VALUES (-5), (-70);"
      "INSERT INTO s.goes VALUES (3)");
  const Catalog catalog = this->catalog();
  Scope scope;
  const size_t up = relation(catalog, "s", "up");
  const size_t fall = relation(catalog, "s", "fall");
  const size_t none = relation(catalog, "s", "none");
  scope.seed = {up, fall, none};
  scope.clear = {relation(catalog, "s", "goes")};
  scope.greatest = {{up, 1}, {fall, 1}, {none, 1}};
  EXPECT_THAT(look_at(catalog, scope).greatest,
              UnorderedElementsAre(Pair(Pair(up, ColumnNumber{1}), 70),
                                   Pair(Pair(fall, ColumnNumber{1}), -70)));
}

TEST_F(LookTest, EstimatesWhereRowSecurityHidesRows) {
  const std::string owner = role("owner");
  psql("CREATE SCHEMA s AUTHORIZATION " + owner + "; SET ROLE " + owner +
       "; CREATE TABLE s.hidden (x int);"
       "INSERT INTO s.hidden SELECT generate_series(1, 50); ANALYZE s.hidden;"
       "CREATE TABLE s.bare (x int); ALTER TABLE s.hidden ENABLE ROW LEVEL SECURITY;"
       "ALTER TABLE s.hidden FORCE ROW LEVEL SECURITY; ALTER TABLE s.bare ENABLE ROW LEVEL"
       " SECURITY; ALTER TABLE s.bare FORCE ROW LEVEL SECURITY");
  Connection owners(options(owner));
  const Catalog catalog = test_support::catalog_of(owners, {"s"});
  Scope scope;
  const size_t hidden = relation(catalog, "s", "hidden");
  const size_t bare = relation(catalog, "s", "bare");
  scope.clear = {hidden, bare};
  Transaction transaction(owners, Access::kReadOnly);
  EXPECT_THAT(look(transaction, catalog, scope).rows,
              UnorderedElementsAre(Pair(hidden, 50), Pair(bare, 0)));
}

TEST_F(LookTest, TakesAnyName) {
  psql(
      R"(CREATE SCHEMA "a ""b; c"; CREATE TABLE "a ""b; c"."SELECT é" ("x y" int PRIMARY KEY);)"
      R"(CREATE TABLE "a ""b; c"."drop'" ("i.d" serial, "$1" int REFERENCES "a ""b; c"."SELECT é");)"
      R"(INSERT INTO "a ""b; c"."SELECT é" VALUES (4), (2);)"
      R"(INSERT INTO "a ""b; c"."drop'" ("$1") VALUES (4))");
  const Catalog catalog = this->catalog({"a*"});
  Scope scope;
  const size_t parent = relation(catalog, "a \"b; c", "SELECT é");
  const size_t child = relation(catalog, "a \"b; c", "drop'");
  scope.seed = {child};
  scope.existing_parents = {{child, 0}};
  scope.dangling = {{child, 0}};
  scope.greatest = {{child, 1}};
  const State state = look_at(catalog, scope);
  EXPECT_EQ(state.rows.at(child), 1);
  EXPECT_EQ(state.sequences.size(), 1U);
  EXPECT_EQ(state.greatest.at({child, 1}), 1);
  EXPECT_EQ(state.dangling.at({child, 0}), 1);
  EXPECT_THAT(texts(state.existing.at({child, 0}), 0), ElementsAre("2", "4"));
  EXPECT_EQ(state.rows.count(parent), 0U);
}

TEST_F(LookTest, NamesATableThatIsGone) {
  psql("CREATE SCHEMA s; CREATE TABLE s.a (x int); CREATE TABLE s.b (x int)");
  const Catalog catalog = this->catalog();
  psql("DROP TABLE s.b");
  Scope scope;
  scope.schemas = {"s"};
  scope.clear = {relation(catalog, "s", "a"), relation(catalog, "s", "b")};
  try {
    look_at(catalog, scope);
    FAIL();
  } catch (const DatabaseError& error) {
    EXPECT_STREQ(error.what(), "table s.b is gone since the catalog was read");
    EXPECT_EQ(error.sqlstate, "42P01");
    EXPECT_EQ(error.step, "look at the tables of s");
    EXPECT_EQ(error.table, "b");
  }
}

}  // namespace
}  // namespace resow

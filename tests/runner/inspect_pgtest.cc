#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "fixtures/catalog_json.h"
#include "runner/commands/inspect.h"
#include "runner/render_catalog_json.h"
#include "runner/render_inspection.h"
#include "tests/support/database_error.h"
#include "tests/support/pg_test.h"

namespace resow {
namespace {

class InspectTest : public test_support::PgTest {
 protected:
  Inspection inspect_schemas(const std::vector<std::string>& schemas) {
    return inspect(connection(), {{schemas, {}}});
  }
  static const TableFacts& facts(const Inspection& inspection, std::string_view schema,
                                 std::string_view name) {
    return inspection.facts.at(test_support::relation(inspection.catalog, schema, name));
  }
};

TEST_F(InspectTest, SmallTablesAreCountedAndLargeOnesEstimated) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.empty (id int); CREATE TABLE s.emptied (id int);"
      "INSERT INTO s.emptied SELECT generate_series(1, 100); DELETE FROM s.emptied;"
      "CREATE TABLE s.small (id int); INSERT INTO s.small SELECT generate_series(1, 168);"
      "CREATE TABLE s.large (id int, t text);"
      "INSERT INTO s.large SELECT n, repeat('x', 500) FROM generate_series(1, 20000) n;"
      "CREATE TABLE s.parent (id int); INSERT INTO s.parent VALUES (1);"
      "CREATE TABLE s.child () INHERITS (s.parent); INSERT INTO s.child VALUES (2), (3);"
      "ANALYZE s.large; CREATE MATERIALIZED VIEW s.m AS SELECT 1 WITH NO DATA;"
      "CREATE VIEW s.v AS SELECT 1");
  const Inspection found = inspect_schemas({"s"});
  const struct {
    const char* name;
    int64_t rows;
    bool exact;
  } cases[] = {{"empty", 0, true},      {"emptied", 0, true}, {"small", 168, true},
               {"large", 20000, false}, {"parent", 1, true},  {"child", 2, true}};
  for (const auto& c : cases) {
    EXPECT_EQ(facts(found, "s", c.name).rows, c.rows) << c.name;
    EXPECT_EQ(facts(found, "s", c.name).exact, c.exact) << c.name;
  }
  EXPECT_EQ(facts(found, "s", "empty").bytes, 0);
  EXPECT_EQ(std::to_string(facts(found, "s", "large").bytes),
            psql("SELECT pg_total_relation_size('s.large')"));
  EXPECT_FALSE(found.facts.contains(test_support::relation(found.catalog, "s", "v")));
}

TEST_F(InspectTest, APartitionedTableHasWhatItsPartitionsHave) {
  psql(
      "CREATE SCHEMA s; CREATE SCHEMA parts;"
      "CREATE TABLE s.root (id int, k int) PARTITION BY LIST (k);"
      "CREATE TABLE s.one PARTITION OF s.root FOR VALUES IN (1);"
      "CREATE TABLE s.two PARTITION OF s.root FOR VALUES IN (2) PARTITION BY HASH (id);"
      "CREATE TABLE parts.two_0 PARTITION OF s.two FOR VALUES WITH (MODULUS 1, REMAINDER 0);"
      "INSERT INTO s.root SELECT n, 1 + n % 2 FROM generate_series(1, 5) n");
  const Inspection found = inspect_schemas({"s"});
  EXPECT_EQ(facts(found, "s", "root").rows, 5);
  EXPECT_TRUE(facts(found, "s", "root").exact);
  EXPECT_EQ(facts(found, "s", "one").rows, 2);
  EXPECT_EQ(facts(found, "s", "two").rows, 3);
  EXPECT_EQ(facts(found, "s", "root").bytes, 2 * 8192);
  // In order there is the root alone; from the partitions' own schema, what stands there.
  EXPECT_EQ(found.order.parents_first.size(), 1u);
  EXPECT_EQ(inspect_schemas({"parts"}).order.parents_first.size(), 1u);
}

TEST_F(InspectTest, WhatTheRoleMayNotReadIsUnknown) {
  const std::string reader = role("reader");
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.secret (id int); INSERT INTO s.secret VALUES (1);"
      "CREATE TABLE s.hidden (id int); INSERT INTO s.hidden VALUES (1), (2); ANALYZE s.hidden;"
      "ALTER TABLE s.hidden ENABLE ROW LEVEL SECURITY;"
      "GRANT USAGE ON SCHEMA s TO " +
      reader + "; GRANT SELECT ON s.hidden TO " + reader);
  Connection connection(options(reader));
  const Inspection found = inspect(connection, {{{"s"}, {}}});
  EXPECT_EQ(facts(found, "s", "secret").rows, std::nullopt);
  EXPECT_EQ(facts(found, "s", "hidden").rows, 2);
  EXPECT_FALSE(facts(found, "s", "hidden").exact);
}

TEST_F(InspectTest, TheStructureAloneTouchesNoTable) {
  psql("CREATE SCHEMA s; CREATE TABLE s.a (id int PRIMARY KEY); INSERT INTO s.a VALUES (1)");
  Connection locker(options());
  Transaction lock(locker, Access::kReadWrite);
  lock.execute("LOCK s.a", "lock");
  const Inspection found = inspect(connection(), {{{"s"}, {}}, true});
  EXPECT_FALSE(found.measured);
  EXPECT_TRUE(found.facts.empty());
  EXPECT_EQ(found.order.parents_first.size(), 1u);
}

TEST_F(InspectTest, APatternThatMatchesNothingIsAFault) {
  psql("CREATE SCHEMA user_1; CREATE SCHEMA user_2");
  try {
    inspect_schemas({"user_*", "usr_1", "zzz*"});
    ADD_FAILURE() << "no fault";
  } catch (const InputError& error) {
    ASSERT_EQ(error.faults().size(), 2u);
    EXPECT_EQ(to_string(error.faults()[0]),
              "-n: no schema matches \"usr_1\"; did you mean \"user_1\"?");
    EXPECT_THAT(to_string(error.faults()[1]),
                testing::StartsWith("-n: no schema matches \"zzz*\"; the database has "));
  }
  const Selection all_but{{}, {"user_2", "usr_1", "pg_*"}};
  try {
    inspect(connection(), {all_but, true});
    ADD_FAILURE() << "no fault";
  } catch (const InputError& error) {
    ASSERT_EQ(error.faults().size(), 1u);
    EXPECT_EQ(to_string(error.faults()[0]),
              "-N: no schema matches \"usr_1\"; did you mean \"user_1\"?");
  }
}

TEST_F(InspectTest, TablesAreChosenByPattern) {
  psql(
      "CREATE SCHEMA s; CREATE SCHEMA other; CREATE TABLE s.users (id int PRIMARY KEY);"
      "CREATE TABLE s.orders (id int PRIMARY KEY, user_id int REFERENCES s.users);"
      "CREATE TABLE s.order_items (order_id int REFERENCES s.orders);"
      "CREATE TABLE s.notes (id int); CREATE VIEW s.all_notes AS TABLE s.notes;"
      "CREATE VIEW s.order_ids AS SELECT id FROM s.orders; CREATE TABLE other.users (id int);"
      "INSERT INTO s.users VALUES (1); INSERT INTO s.orders VALUES (1, 1), (2, 1)");
  const Selection schemas{{"s", "other"}, {}};
  const Inspection found = inspect(connection(), {schemas, false, {{"order*"}, {"order_items"}}});
  const size_t orders = test_support::relation(found.catalog, "s", "orders");
  EXPECT_THAT(found.order.parents_first, testing::ElementsAre(orders));
  EXPECT_EQ(facts(found, "s", "orders").rows, 2);
  for (const auto& [relation, fact] : found.facts) {
    EXPECT_TRUE(found.catalog.relations[relation].selected)
        << found.catalog.relations[relation].name;
  }
  const std::string text = render_inspection(found, {});
  EXPECT_THAT(text, testing::HasSubstr("s: 1 table, 2 rows"));
  EXPECT_THAT(text, testing::HasSubstr("user_id -> users"));
  EXPECT_THAT(text, testing::HasSubstr("also order_ids (view)\n"));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("other")));

  // What others read as a catalog holds what the chosen ones refer to as well.
  std::string json;
  render_catalog_json(found, [&](std::string_view part) { json += part; });
  const Catalog saved = parse_catalog(json, "saved.json");
  std::vector<std::string> names;
  for (const Relation& relation : saved.relations) names.push_back(display_name(relation));
  EXPECT_THAT(names, testing::UnorderedElementsAre("s.order_ids", "s.orders", "s.users"));

  try {
    inspect(connection(), {schemas, true, {{"order*", "ordrs", "s.users"}, {"x.*"}}});
    ADD_FAILURE() << "no fault";
  } catch (const InputError& error) {
    ASSERT_EQ(error.faults().size(), 2u);
    EXPECT_EQ(to_string(error.faults()[0]),
              "-t: no table matches \"ordrs\"; did you mean \"orders\"?");
    EXPECT_EQ(to_string(error.faults()[1]), "-T: no table matches \"x.*\"");
  }
}

// The locks of one transaction are not enough for all of them.
TEST_F(InspectTest, ManyTablesTakeFewLocksAtATime) {
  psql(
      "DO $$ BEGIN FOR i IN 1..30 LOOP EXECUTE format('CREATE SCHEMA many_%s', i);"
      "FOR t IN 1..20 LOOP EXECUTE format('CREATE TABLE many_%s.t_%s AS SELECT 1 AS one', i, t);"
      "END LOOP; END LOOP; END $$");
  const Inspection found = inspect_schemas({"many_*"});
  ASSERT_EQ(found.facts.size(), 600u);
  for (const auto& [relation, fact] : found.facts) EXPECT_EQ(fact.rows, 1);
}

}  // namespace
}  // namespace resow

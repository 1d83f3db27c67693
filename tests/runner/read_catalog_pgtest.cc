#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <stdexcept>

#include "fixtures/catalog_json.h"
#include "runner/read_catalog.h"
#include "runner/render_catalog_json.h"
#include "tests/support/same_catalog.h"
#include "tests/support/test_database.h"

namespace resow {
namespace {

using test_support::TestDatabase;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr const char* kShop = "Shop; \"ü\"";

std::string file(const std::string& name) {
  std::ifstream in(std::string(RESOW_SOURCE_DIR) + "/tests/runner/sql/" + name);
  if (!in) throw std::runtime_error("no file " + name);
  return {std::istreambuf_iterator<char>(in), {}};
}

Catalog read(const std::string& conninfo, const Selection& schemas,
             CatalogDetail detail = CatalogDetail::kAll) {
  Connection connection({.dbname = conninfo});
  Transaction transaction(connection, Access::kReadOnly);
  return read_catalog(transaction, schemas, detail);
}

// One database for all, since nothing changes it.
class CatalogTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    database_ = new TestDatabase;
    database_->psql(file("every_kind.sql"));
    catalog_ = new Catalog(read(database_->conninfo(), {{kShop}, {}}));
  }
  static void TearDownTestSuite() {
    delete catalog_;
    delete database_;
  }

  static const Catalog& catalog() { return *catalog_; }
  static const Relation& relation(std::string_view name, std::string_view schema = kShop) {
    const auto found = catalog().find(schema, name);
    if (!found) throw std::runtime_error("no relation " + std::string(name));
    return catalog().relations[*found];
  }
  static const Column& column(std::string_view table, std::string_view name) {
    const Column* found = relation(table).column(name);
    if (found == nullptr) throw std::runtime_error("no column " + std::string(name));
    return *found;
  }
  static const Type& type(std::string_view table, std::string_view name) {
    return catalog().types.at(column(table, name).type);
  }
  static const UniqueKey& unique_key(std::string_view table, std::string_view name) {
    for (const UniqueKey& key : relation(table).unique_keys) {
      if (key.name == name) return key;
    }
    throw std::runtime_error("no unique key " + std::string(name));
  }
  static const ForeignKey& foreign_key(std::string_view table, std::string_view name) {
    for (const ForeignKey& key : relation(table).foreign_keys) {
      if (key.name == name) return key;
    }
    throw std::runtime_error("no foreign key " + std::string(name));
  }
  static std::string name_of(size_t index) { return display_name(catalog().relations[index]); }
  static std::vector<std::string> names(const std::vector<size_t>& indexes) {
    std::vector<std::string> found;
    for (const size_t index : indexes) found.push_back(name_of(index));
    return found;
  }

  static TestDatabase* database_;
  static Catalog* catalog_;
};
TestDatabase* CatalogTest::database_ = nullptr;
Catalog* CatalogTest::catalog_ = nullptr;

TEST_F(CatalogTest, KnowsWhereItIs) {
  EXPECT_EQ(catalog().database, database_->name());
  EXPECT_EQ(catalog().user, database_->psql("SELECT current_user"));
  EXPECT_EQ(std::to_string(catalog().server_version), database_->psql("SHOW server_version_num"));
  EXPECT_THAT(catalog().schemas, ElementsAre(kShop));
  EXPECT_THAT(catalog().other_schemas, ElementsAre("other", "parts", "public"));
}

TEST_F(CatalogTest, HoldsTheSelectedSchemaAndWhatLeadsToIt) {
  std::vector<std::string> others;
  for (const Relation& each : catalog().relations) {
    EXPECT_EQ(each.selected, each.schema == kShop) << display_name(each);
    if (!each.selected) others.push_back(display_name(each));
  }
  EXPECT_THAT(others, ElementsAre("other.holds_the_root", "other.referenced", "other.referencing",
                                  "parts.events_2025_rest"));
  EXPECT_TRUE(std::is_sorted(catalog().relations.begin(), catalog().relations.end(),
                             [](const Relation& a, const Relation& b) {
                               return a.schema != b.schema ? natural_less(a.schema, b.schema)
                                                           : a.name < b.name;
                             }));
}

TEST_F(CatalogTest, RelationsOfEveryKind) {
  const struct {
    const char* name;
    RelationKind kind;
  } cases[] = {
      {"Columns", RelationKind::kTable},
      {"events", RelationKind::kPartitionedTable},
      {"events_2025", RelationKind::kPartitionedTable},
      {"events_2025_a", RelationKind::kTable},
      {"a_view", RelationKind::kView},
      {"a_matview", RelationKind::kMaterializedView},
      {"a_file", RelationKind::kForeignTable},
      {"unlogged", RelationKind::kTable},
  };
  for (const auto& c : cases) EXPECT_EQ(relation(c.name).kind, c.kind) << c.name;
  EXPECT_TRUE(relation("unlogged").unlogged);
  EXPECT_FALSE(relation("Columns").unlogged);
  EXPECT_THAT(relation("no_columns").columns, IsEmpty());
  EXPECT_EQ(relation("members").extension, "file_fdw");
  EXPECT_EQ(relation("keys").extension, std::nullopt);
  EXPECT_EQ(relation("parents").estimated_rows, 300);
  EXPECT_EQ(relation("children").estimated_rows, -1);
  EXPECT_EQ(relation("Columns").comment, "columns; of every sort");
  EXPECT_TRUE(relation("watched").row_security);
  EXPECT_TRUE(relation("watched").force_row_security);
  EXPECT_FALSE(relation("keys").row_security);
}

TEST_F(CatalogTest, Columns) {
  const struct {
    const char* name;
    ColumnNumber number;
    const char* type;
    bool not_null;
    std::optional<std::string> expression;
    const char* collation;
  } cases[] = {
      {"id", 1, "bigint", true, std::nullopt, ""},
      {"by_default", 2, "integer", true, std::nullopt, ""},
      {"counted", 3, "smallint", true,
       "nextval('\"Shop; \"\"ü\"\"\".\"Columns_counted_seq\"'::regclass)", ""},
      {"shared", 5, "integer", false, "nextval('\"Shop; \"\"ü\"\"\".\"Shared Seq\"'::regclass)",
       ""},
      {"order", 6, "text", true, "'a''b'::text", ""},
      {"doubled", 7, "bigint", false, "(shared * 2)", ""},
      {"short", 8, "character varying(50)", false, std::nullopt, "C"},
      {"amount", 9, "numeric(10,2)", false, "0", ""},
      {"at", 10, "timestamp(3) with time zone", false, "now()", ""},
      {"mood", 11, "\"Shop; \"\"ü\"\"\".mood", false, "'glad'::\"Shop; \"\"ü\"\"\".mood", ""},
      {"moods", 12, "\"Shop; \"\"ü\"\"\".mood[]", false, std::nullopt, ""},
      {"little", 13, "\"Shop; \"\"ü\"\"\".small", false, std::nullopt, ""},
      {"codes", 14, "\"Shop; \"\"ü\"\"\".code[]", false, std::nullopt, ""},
      {"place", 15, "\"Shop; \"\"ü\"\"\".point3", false, std::nullopt, ""},
      {"period", 16, "\"Shop; \"\"ü\"\"\".span", false, std::nullopt, ""},
      {"days", 17, "int4range", false, std::nullopt, ""},
  };
  ASSERT_EQ(relation("Columns").columns.size(), std::size(cases));
  for (size_t i = 0; i < std::size(cases); ++i) {
    const auto& c = cases[i];
    SCOPED_TRACE(c.name);
    const Column& found = relation("Columns").columns[i];
    EXPECT_EQ(found.name, c.name);
    EXPECT_EQ(found.number, c.number);
    EXPECT_EQ(found.type_name, c.type);
    EXPECT_EQ(found.not_null, c.not_null);
    EXPECT_EQ(found.default_expression, c.expression);
    EXPECT_EQ(found.collation, c.collation);
    EXPECT_EQ(found.generated, found.name == "doubled");
  }
  EXPECT_EQ(column("Columns", "id").identity, Identity::kAlways);
  EXPECT_EQ(column("Columns", "by_default").identity, Identity::kByDefault);
  EXPECT_EQ(column("Columns", "counted").identity, Identity::kNone);
  EXPECT_EQ(column("Columns", "short").comment, "DEPRECATED: see \"order\"");
  EXPECT_EQ(column("Columns", "amount").typmod, ((10 << 16) | 2) + 4);
}

TEST_F(CatalogTest, SequencesOfColumns) {
  const auto sequence_of = [&](const char* table, const char* name) {
    const auto oid = column(table, name).sequence;
    return oid ? catalog().sequences.at(*oid) : Sequence{};
  };
  const Sequence identity = sequence_of("Columns", "id");
  EXPECT_EQ(identity.name, "Columns_id_seq");
  EXPECT_EQ(identity.schema, kShop);
  EXPECT_EQ(identity.start, 5);
  EXPECT_EQ(identity.increment, 2);
  EXPECT_TRUE(identity.owned);
  EXPECT_TRUE(identity.may_alter);
  const Sequence counted = sequence_of("Columns", "counted");
  EXPECT_EQ(counted.name, "Columns_counted_seq");
  EXPECT_EQ(counted.maximum, 32767);
  EXPECT_TRUE(counted.owned);
  const Sequence shared = sequence_of("Columns", "shared");
  EXPECT_EQ(shared.name, "Shared Seq");
  EXPECT_EQ(shared.start, 100);
  EXPECT_EQ(shared.increment, -5);
  EXPECT_EQ(shared.minimum, -1000);
  EXPECT_EQ(shared.maximum, 100);
  EXPECT_TRUE(shared.cycle);
  EXPECT_FALSE(shared.owned);
  EXPECT_EQ(sequence_of("sequences", "own").name, "Shared Seq");
  EXPECT_EQ(sequence_of("sequences", "owner_only").name, "sequences_owner_only");
  EXPECT_EQ(column("Columns", "order").sequence, std::nullopt);
  std::vector<std::string> all;
  for (const auto& [oid, sequence] : catalog().sequences) all.push_back(sequence.name);
  EXPECT_THAT(all, UnorderedElementsAre("Columns_id_seq", "Columns_by_default_seq",
                                        "Columns_counted_seq", "Shared Seq", "sequences_own",
                                        "sequences_owner_only", "events_id_seq"));
}

TEST_F(CatalogTest, TypesAndWhatTheyAreMadeOf) {
  const Type& mood = type("Columns", "mood");
  EXPECT_EQ(mood.kind, TypeKind::kEnum);
  EXPECT_EQ(mood.schema, kShop);
  EXPECT_THAT(mood.labels,
              ElementsAre("first", "glad", "with space", "qu\"ote", "co,mma", "NULL", "{}"));
  EXPECT_EQ(type("Columns", "moods").kind, TypeKind::kArray);
  EXPECT_EQ(type("Columns", "moods").element, mood.oid);

  const Type& small = type("Columns", "little");
  EXPECT_EQ(small.kind, TypeKind::kDomain);
  ASSERT_EQ(small.checks.size(), 2u);
  EXPECT_EQ(small.checks[0].name, "below_hundred");
  EXPECT_EQ(small.checks[0].expression, "((VALUE)::integer < 100)");
  EXPECT_TRUE(small.checks[0].validated);
  EXPECT_FALSE(small.checks[1].validated);
  EXPECT_FALSE(small.not_null);
  const Type& positive = catalog().types.at(small.base);
  EXPECT_EQ(positive.name, "positive");
  EXPECT_TRUE(positive.not_null);
  EXPECT_EQ(positive.default_expression, "7");
  EXPECT_EQ(positive.checks.at(0).expression, "(VALUE > 0)");
  EXPECT_EQ(catalog().types.at(positive.base).name, "int4");

  const Type& code = catalog().types.at(type("Columns", "codes").element);
  EXPECT_EQ(code.name, "code");
  EXPECT_EQ(code.typmod, 12 + 4);
  EXPECT_EQ(catalog().types.at(code.base).name, "varchar");

  const Type& point = type("Columns", "place");
  EXPECT_EQ(point.kind, TypeKind::kComposite);
  ASSERT_EQ(point.attributes.size(), 3u);
  EXPECT_EQ(point.attributes[0].name, "x");
  EXPECT_EQ(point.attributes[1].name, "y y");
  EXPECT_EQ(point.attributes[1].typmod, ((6 << 16) | 2) + 4);
  const Type& numerics = catalog().types.at(point.attributes[1].type);
  EXPECT_EQ(numerics.kind, TypeKind::kArray);
  EXPECT_EQ(catalog().types.at(numerics.element).name, "numeric");
  EXPECT_EQ(point.attributes[2].type, mood.oid);

  EXPECT_EQ(type("Columns", "period").kind, TypeKind::kRange);
  EXPECT_EQ(catalog().types.at(type("Columns", "period").element).name, "int8");
  EXPECT_EQ(catalog().types.at(type("Columns", "days").element).name, "int4");
  EXPECT_EQ(type("Columns", "at").kind, TypeKind::kBase);
  EXPECT_EQ(type("Columns", "at").category, 'D');
  // Every type that one of these names is there.
  for (const auto& [oid, each] : catalog().types) {
    EXPECT_EQ(oid, each.oid);
    EXPECT_TRUE(each.element == 0 || catalog().types.contains(each.element)) << each.name;
    EXPECT_TRUE(each.base == 0 || catalog().types.contains(each.base)) << each.name;
    for (const TypeAttribute& attribute : each.attributes) {
      EXPECT_TRUE(catalog().types.contains(attribute.type)) << each.name << "." << attribute.name;
    }
  }
}

TEST_F(CatalogTest, UniqueKeys) {
  std::vector<std::string> names;
  for (const UniqueKey& key : relation("keys").unique_keys) names.push_back(key.name);
  EXPECT_THAT(names, ElementsAre("keys pk", "a_c", "late", "lower_c", "partial"));
  const UniqueKey& primary = unique_key("keys", "keys pk");
  EXPECT_EQ(relation("keys").primary_key(), &primary);
  EXPECT_TRUE(primary.primary);
  EXPECT_THAT(primary.columns, ElementsAre(2, 1));
  EXPECT_NE(primary.constraint, 0u);
  EXPECT_TRUE(primary.valid);
  EXPECT_THAT(unique_key("keys", "a_c").columns, ElementsAre(1, 3));  // not what INCLUDE adds
  EXPECT_FALSE(unique_key("keys", "a_c").deferrable);
  EXPECT_TRUE(unique_key("keys", "late").deferrable);
  EXPECT_TRUE(unique_key("keys", "late").deferred);
  const UniqueKey& lower = unique_key("keys", "lower_c");
  EXPECT_THAT(lower.columns, ElementsAre(0, 1, 0));
  EXPECT_THAT(lower.expressions, ElementsAre("lower(c)", "((b + 1))"));
  EXPECT_EQ(lower.constraint, 0u);
  EXPECT_EQ(lower.definition,
            "CREATE UNIQUE INDEX lower_c ON \"Shop; \"\"ü\"\"\".keys USING btree (lower(c), a, "
            "((b + 1)))");
  EXPECT_EQ(unique_key("keys", "partial").predicate, "(d > 0)");
  EXPECT_EQ(primary.predicate, std::nullopt);
  EXPECT_THAT(relation("keys").index_prefixes,
              ElementsAre(ElementsAre(0, 1, 0), ElementsAre(1, 3), ElementsAre(2, 1),
                          ElementsAre(3, 2), ElementsAre(4)));
}

TEST_F(CatalogTest, NullsNotDistinct) {
  if (catalog().server_version < 150000) {
    EXPECT_FALSE(unique_key("keys", "a_c").nulls_not_distinct);
    return;
  }
  TestDatabase database;
  database.psql(
      "CREATE SCHEMA s; CREATE TABLE s.t (a int UNIQUE NULLS NOT DISTINCT, b int UNIQUE)");
  const Catalog read_again = read(database.conninfo(), {{"s"}, {}});
  EXPECT_TRUE(read_again.relations.at(0).unique_keys.at(0).nulls_not_distinct);
  EXPECT_FALSE(read_again.relations.at(0).unique_keys.at(1).nulls_not_distinct);
}

TEST_F(CatalogTest, ForeignKeys) {
  std::vector<std::string> names;
  for (const ForeignKey& key : relation("children").foreign_keys) names.push_back(key.name);
  EXPECT_THAT(names, ElementsAre("a_code", "m_full", "n_not_valid", "up", "z_parent"));

  const ForeignKey& parent = foreign_key("children", "z_parent");
  EXPECT_EQ(name_of(parent.referenced), "\"Shop; \"\"ü\"\"\".parents");
  EXPECT_THAT(parent.columns, ElementsAre(2));
  EXPECT_THAT(parent.referenced_columns, ElementsAre(1));
  EXPECT_EQ(parent.on_delete, ForeignKeyAction::kCascade);
  EXPECT_EQ(parent.on_update, ForeignKeyAction::kSetNull);
  EXPECT_FALSE(parent.deferrable || parent.deferred || parent.match_full || parent.inherited);
  EXPECT_TRUE(parent.validated);

  EXPECT_THAT(foreign_key("children", "a_code").referenced_columns, ElementsAre(2));
  EXPECT_TRUE(foreign_key("children", "a_code").deferrable);
  EXPECT_FALSE(foreign_key("children", "a_code").deferred);

  const ForeignKey& full = foreign_key("children", "m_full");
  EXPECT_TRUE(full.match_full);
  EXPECT_THAT(full.columns, ElementsAre(5, 4));
  EXPECT_THAT(full.referenced_columns, ElementsAre(4, 3));
  EXPECT_EQ(full.on_delete, ForeignKeyAction::kNoAction);

  const ForeignKey& up = foreign_key("children", "up");
  EXPECT_EQ(&catalog().relations[up.referenced], &relation("children"));
  EXPECT_TRUE(up.deferred);
  EXPECT_EQ(up.on_delete, ForeignKeyAction::kSetDefault);
  EXPECT_EQ(up.on_update, ForeignKeyAction::kRestrict);
  EXPECT_FALSE(foreign_key("children", "n_not_valid").validated);
}

TEST_F(CatalogTest, ForeignKeysThatCrossSchemas) {
  EXPECT_EQ(name_of(relation("crossing").foreign_keys.at(0).referenced), "other.referenced");
  EXPECT_THAT(names(relation("parents").referenced_by),
              ElementsAre("\"Shop; \"\"ü\"\"\".children", "\"Shop; \"\"ü\"\"\".events",
                          "\"Shop; \"\"ü\"\"\".events_2025", "\"Shop; \"\"ü\"\"\".events_2025_a",
                          "other.referencing", "parts.events_2025_rest"));
  // What is only led to has its columns and keys as well.
  EXPECT_EQ(relation("referencing", "other").columns.size(), 2u);
  EXPECT_NE(relation("referenced", "other").primary_key(), nullptr);
  EXPECT_THAT(names(relation("referenced", "other").referenced_by),
              ElementsAre("\"Shop; \"\"ü\"\"\".crossing"));
}

TEST_F(CatalogTest, PartitionsAndTheirKeys) {
  EXPECT_EQ(relation("events").partition_key, "RANGE (at)");
  EXPECT_EQ(relation("events_2025").partition_key, "LIST (kind)");
  EXPECT_EQ(relation("hashed").partition_key, "HASH (id)");
  EXPECT_EQ(relation("keys").partition_key, std::nullopt);
  EXPECT_EQ(relation("events_2025").partition_bound,
            "FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')");
  EXPECT_EQ(relation("events_2025_a").partition_bound, "FOR VALUES IN ('a', 'b')");
  EXPECT_EQ(relation("events_2025_rest", "parts").partition_bound, "DEFAULT");
  EXPECT_EQ(relation("hashed_1").partition_bound, "FOR VALUES WITH (modulus 2, remainder 1)");
  EXPECT_EQ(relation("events").partition_of, std::nullopt);
  EXPECT_EQ(relation("events_2025").partition_of, catalog().find(kShop, "events"));
  EXPECT_EQ(relation("events_2025_rest", "parts").partition_of,
            catalog().find(kShop, "events_2025"));
  EXPECT_EQ(relation("part_of_other").partition_of, catalog().find("other", "holds_the_root"));
  EXPECT_THAT(relation("events_2025").inherits, IsEmpty());
  EXPECT_FALSE(relation("events").has_inheritors);

  EXPECT_FALSE(relation("events").foreign_keys.at(0).inherited);
  ASSERT_EQ(relation("events_2025_a").foreign_keys.size(), 1u);
  EXPECT_TRUE(relation("events_2025_a").foreign_keys[0].inherited);
  // One key, to the root: not one more for each partition.
  ASSERT_EQ(relation("to_hashed").foreign_keys.size(), 1u);
  EXPECT_EQ(name_of(relation("to_hashed").foreign_keys[0].referenced),
            "\"Shop; \"\"ü\"\"\".hashed");
  EXPECT_THAT(relation("hashed_0").referenced_by, IsEmpty());
}

TEST_F(CatalogTest, Inheritance) {
  EXPECT_THAT(names(relation("cats").inherits),
              ElementsAre("\"Shop; \"\"ü\"\"\".pets", "\"Shop; \"\"ü\"\"\".animals"));
  EXPECT_TRUE(relation("animals").has_inheritors);
  EXPECT_FALSE(relation("cats").has_inheritors);
  EXPECT_EQ(relation("cats").partition_of, std::nullopt);
}

TEST_F(CatalogTest, ChecksAndExclusions) {
  std::vector<std::string> checks;
  for (const Check& check : relation("checks").checks) {
    checks.push_back(check.name + ": " + check.expression + (check.validated ? "" : " not valid") +
                     (check.no_inherit ? " no inherit" : ""));
  }
  EXPECT_THAT(checks,
              ElementsAre("both_of: ((a < 10) OR (b = 'x;y'::text))",
                          "positive: (a > 0) no inherit", "unproven: (b <> ''::text) not valid"));
  EXPECT_THAT(relation("checks").checks[0].columns, UnorderedElementsAre(1, 2));
  EXPECT_EQ(relation("same_check").checks.at(0).expression, "(a > 0)");
  EXPECT_EQ(relation("renamed_check").checks.at(0).expression, "(q > 0)");

  ASSERT_EQ(relation("checks").exclusions.size(), 1u);
  const Exclusion& exclusion = relation("checks").exclusions[0];
  EXPECT_EQ(exclusion.name, "no_overlap");
  EXPECT_EQ(exclusion.definition,
            "EXCLUDE USING gist (a WITH =, during WITH &&) WHERE ((b IS NULL))");
  EXPECT_THAT(exclusion.columns, ElementsAre(1, 3));
  EXPECT_FALSE(exclusion.deferrable);
  EXPECT_THAT(relation("checks").unique_keys, IsEmpty());
}

TEST_F(CatalogTest, TriggersAndRules) {
  const std::vector<Trigger>& triggers = relation("watched").triggers;
  ASSERT_EQ(triggers.size(), 3u);
  EXPECT_EQ(triggers[0].name, "a_truncate");
  EXPECT_TRUE(triggers[0].on_truncate);
  EXPECT_FALSE(triggers[0].on_delete || triggers[0].for_each_row || triggers[0].before);
  EXPECT_EQ(triggers[0].enabled, 'A');
  EXPECT_EQ(triggers[1].name, "b audit");
  EXPECT_EQ(triggers[1].function, std::string(kShop) + ".Do; it");
  EXPECT_TRUE(triggers[1].on_delete && triggers[1].on_update && triggers[1].before &&
              triggers[1].for_each_row);
  EXPECT_FALSE(triggers[1].on_insert || triggers[1].constraint);
  EXPECT_EQ(triggers[1].enabled, 'D');
  EXPECT_EQ(triggers[2].name, "later");
  EXPECT_TRUE(triggers[2].constraint && triggers[2].on_insert);
  // Those that enforce foreign keys are the server's own.
  EXPECT_THAT(relation("children").triggers, IsEmpty());

  const std::vector<Rule>& rules = relation("watched").rules;
  ASSERT_EQ(rules.size(), 2u);
  EXPECT_EQ(rules[0].name, "also");
  EXPECT_EQ(rules[0].event, '2');
  EXPECT_FALSE(rules[0].instead);
  EXPECT_EQ(rules[1].name, "keep");
  EXPECT_EQ(rules[1].event, '4');
  EXPECT_TRUE(rules[1].instead);
  EXPECT_EQ(rules[1].enabled, 'O');
  EXPECT_THAT(relation("a_view").rules, IsEmpty());
}

// What clearing needs is the same in both details; what it does not need is not read.
TEST_F(CatalogTest, ClearingKnowsTheSameOfWhatItNeeds) {
  const Catalog clearing = read(database_->conninfo(), {{kShop}, {}}, CatalogDetail::kClearing);
  ASSERT_EQ(clearing.relations.size(), catalog().relations.size());
  for (size_t i = 0; i < clearing.relations.size(); ++i) {
    const Relation &a = clearing.relations[i], &b = catalog().relations[i];
    SCOPED_TRACE(display_name(b));
    EXPECT_EQ(a.oid, b.oid);
    EXPECT_EQ(a.kind, b.kind);
    EXPECT_EQ(a.extension, b.extension);
    EXPECT_EQ(a.partition_of, b.partition_of);
    EXPECT_EQ(a.inherits, b.inherits);
    EXPECT_EQ(a.referenced_by, b.referenced_by);
    EXPECT_EQ(a.index_prefixes, b.index_prefixes);
    EXPECT_EQ(a.triggers.size(), b.triggers.size());
    EXPECT_EQ(a.rules.size(), b.rules.size());
    ASSERT_EQ(a.columns.size(), b.columns.size());
    for (size_t k = 0; k < a.columns.size(); ++k) {
      EXPECT_EQ(a.columns[k].name, b.columns[k].name);
      EXPECT_EQ(a.columns[k].type, b.columns[k].type);
      EXPECT_EQ(a.columns[k].sequence, b.columns[k].sequence);
      EXPECT_EQ(a.columns[k].not_null, b.columns[k].not_null);
    }
    ASSERT_EQ(a.unique_keys.size(), b.unique_keys.size());
    for (size_t k = 0; k < a.unique_keys.size(); ++k) {
      EXPECT_EQ(a.unique_keys[k].columns, b.unique_keys[k].columns);
      EXPECT_EQ(a.unique_keys[k].constraint, b.unique_keys[k].constraint);
      EXPECT_EQ(a.unique_keys[k].predicate.has_value(), b.unique_keys[k].predicate.has_value());
    }
    ASSERT_EQ(a.foreign_keys.size(), b.foreign_keys.size());
    for (size_t k = 0; k < a.foreign_keys.size(); ++k) {
      EXPECT_EQ(a.foreign_keys[k].oid, b.foreign_keys[k].oid);
    }
  }
  EXPECT_EQ(clearing.sequences.size(), catalog().sequences.size());
  EXPECT_THAT(clearing.types, IsEmpty());
}

// The standard's view of the same things, as a second opinion.
TEST_F(CatalogTest, AgreesWithTheInformationSchema) {
  std::ostringstream columns, nullable, keys, references;
  for (const Relation& each : catalog().relations) {
    if (!each.selected || each.kind == RelationKind::kMaterializedView) continue;
    for (const Column& c : each.columns) {
      columns << each.name << '.' << c.name << (c.not_null ? " NO\n" : " YES\n");
    }
  }
  const std::string schema = "'Shop; \"ü\"'";
  std::set<std::string> ours, theirs;
  std::string line;
  for (std::istringstream in(columns.str()); std::getline(in, line);) ours.insert(line);
  std::istringstream in(database_->psql(
      "SELECT string_agg(table_name || '.' || column_name || ' ' || is_nullable, E'\\n') "
      "FROM information_schema.columns WHERE table_schema = " +
      schema));
  while (std::getline(in, line)) theirs.insert(line);
  // The standard also counts the NOT NULL of a domain.
  ours.erase("Columns.little YES");
  theirs.erase("Columns.little YES");
  theirs.erase("Columns.little NO");
  EXPECT_EQ(ours, theirs);

  size_t foreign = 0, unique = 0;
  for (const Relation& each : catalog().relations) {
    if (!each.selected) continue;
    foreign += each.foreign_keys.size();
    for (const UniqueKey& key : each.unique_keys) unique += key.constraint != 0 ? 1 : 0;
  }
  const auto count = [&](const char* kind) {
    return database_->psql(
        "SELECT count(*) FROM information_schema.table_constraints "
        "WHERE table_schema = " +
        schema + " AND constraint_type IN (" + kind + ")");
  };
  EXPECT_EQ(std::to_string(unique), count("'PRIMARY KEY', 'UNIQUE'"));
  // It counts a foreign key to a partitioned table again for each partition (2 of hashed).
  EXPECT_EQ(std::to_string(foreign + 2), count("'FOREIGN KEY'"));
}

TEST_F(CatalogTest, PatternsChooseSchemas) {
  const struct {
    Selection selection;
    std::vector<std::string> schemas;
  } cases[] = {
      {{{}, {}}, {kShop, "other", "parts", "public"}},
      {{{"p*"}, {}}, {"parts", "public"}},
      {{{"*"}, {"p*", "Shop*"}}, {"other"}},
      {{{"nothing"}, {}}, {}},
      {{{"pg_catalog", "information_schema", "pg_*"}, {}}, {}},
  };
  for (const auto& c : cases) {
    const Catalog found = read(database_->conninfo(), c.selection, CatalogDetail::kClearing);
    EXPECT_EQ(found.schemas, c.schemas);
  }
}

// The extension's tables are there, marked; its own schema is not.
TEST(CatalogOfExtensionTest, ItsSchemaIsNotTheUsers) {
  TestDatabase database;
  database.psql(
      "CREATE EXTENSION pg_stat_statements; CREATE SCHEMA theirs; CREATE SCHEMA ours;"
      "ALTER EXTENSION pg_stat_statements ADD SCHEMA theirs; CREATE TABLE theirs.t (a int);"
      "CREATE TABLE ours.t (a int)");
  const Catalog catalog = read(database.conninfo(), {});
  EXPECT_THAT(catalog.schemas, ElementsAre("ours", "public"));
  for (const Relation& relation : catalog.relations) {
    EXPECT_NE(relation.schema, "theirs");
    EXPECT_EQ(relation.extension.has_value(), relation.schema == "public") << relation.name;
  }
}

TEST(CatalogOfManyTest, SchemasComeInNaturalOrderAndSharedNamesDoNotConfuse) {
  TestDatabase database;
  std::string sql;
  for (const int i : {1, 2, 10, 11, 100}) {
    const std::string schema = "user_" + std::to_string(i);
    sql += "CREATE SCHEMA " + schema + "; CREATE TABLE " + schema + ".a (id int PRIMARY KEY);" +
           "CREATE TABLE " + schema + ".b (a_id int CONSTRAINT fk REFERENCES " + schema + ".a);";
  }
  for (int i = 0; i < 30; ++i) sql += "CREATE SCHEMA more_" + std::to_string(i) + ";";
  database.psql(sql);
  const Catalog catalog = read(database.conninfo(), {{"user_*"}, {}});
  EXPECT_THAT(catalog.schemas, ElementsAre("user_1", "user_2", "user_10", "user_11", "user_100"));
  ASSERT_EQ(catalog.relations.size(), 10u);
  for (size_t i = 0; i < catalog.relations.size(); i += 2) {
    EXPECT_EQ(catalog.relations[i].schema, catalog.relations[i + 1].schema);
    ASSERT_EQ(catalog.relations[i + 1].foreign_keys.size(), 1u);
    EXPECT_EQ(catalog.relations[i + 1].foreign_keys[0].referenced, i);
  }
  // Few among many are looked up in another way, with the same result.
  const Catalog one = read(database.conninfo(), {{"user_10"}, {}});
  ASSERT_EQ(one.relations.size(), 2u);
  EXPECT_EQ(one.relations[1].foreign_keys.at(0).name, "fk");
  EXPECT_THAT(one.relations[0].referenced_by, ElementsAre(1));
}

// Few among many schemas, referred to from elsewhere.
TEST(CatalogOfManyTest, FewSchemasStillKnowWhoRefersToThem) {
  TestDatabase database;
  std::string sql;
  for (int i = 0; i < 30; ++i) sql += "CREATE SCHEMA more_" + std::to_string(i) + ";";
  sql +=
      "CREATE SCHEMA one; CREATE TABLE one.parents (id int PRIMARY KEY);"
      "CREATE TABLE more_7.children (p int REFERENCES one.parents);"
      "CREATE TABLE one.h (id int PRIMARY KEY) PARTITION BY HASH (id);"
      "CREATE TABLE more_8.h_0 PARTITION OF one.h FOR VALUES WITH (MODULUS 1, REMAINDER 0);"
      "CREATE TABLE more_9.to_h (h int REFERENCES one.h)";
  database.psql(sql);
  const Catalog catalog = read(database.conninfo(), {{"one"}, {}}, CatalogDetail::kClearing);
  std::vector<std::string> names;
  for (const Relation& relation : catalog.relations) names.push_back(display_name(relation));
  EXPECT_THAT(names,
              ElementsAre("more_7.children", "more_8.h_0", "more_9.to_h", "one.h", "one.parents"));
  EXPECT_EQ(catalog.relations[0].foreign_keys.size(), 1u);
  EXPECT_EQ(catalog.relations[2].foreign_keys.size(), 1u);
}

// Whatever somebody put into the way: into the search_path, into pg_catalog, into a tenant's
// schema.
TEST(HostileCatalogTest, ReadsTheSame) {
  TestDatabase plain, hostile;
  const char* tables =
      "CREATE SCHEMA s; CREATE TABLE s.a (id serial PRIMARY KEY, t text CHECK (t <> ''));"
      "CREATE TABLE s.b (a int REFERENCES s.a DEFAULT 1, d int4range); COMMENT ON TABLE s.a IS 'x'";
  plain.psql(tables);
  hostile.psql(tables);
  hostile.psql(
      "CREATE TABLE s.pg_class (oid int); CREATE TABLE s.pg_attribute (oid int);"
      "CREATE FUNCTION s.unnest(oid[]) RETURNS oid LANGUAGE sql AS 'SELECT 1::oid';"
      "CREATE FUNCTION s.format_type(oid, int) RETURNS text LANGUAGE sql AS 'SELECT 1::text';"
      "CREATE FUNCTION s.no(oid, oid) RETURNS boolean LANGUAGE sql AS 'SELECT false';"
      "CREATE OPERATOR s.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = s.no);"
      "CREATE FUNCTION s.no(oid, text) RETURNS boolean LANGUAGE sql AS 'SELECT false';"
      "CREATE FUNCTION s.no(\"char\", text) RETURNS boolean LANGUAGE sql AS 'SELECT false';"
      "CREATE OPERATOR pg_catalog.= (LEFTARG = oid, RIGHTARG = text, FUNCTION = s.no);"
      "CREATE OPERATOR pg_catalog.= (LEFTARG = \"char\", RIGHTARG = text, FUNCTION = s.no);"
      "CREATE OPERATOR pg_catalog.<> (LEFTARG = oid, RIGHTARG = text, FUNCTION = s.no)");
  hostile.psql("ALTER DATABASE " + hostile.name() + " SET search_path = s, pg_catalog");
  const Catalog a = read(plain.conninfo(), {{"s"}, {}});
  Catalog b = read(hostile.conninfo(), {{"s"}, {}});
  std::erase_if(b.relations, [](const Relation& r) { return r.name.starts_with("pg_"); });
  ASSERT_EQ(a.relations.size(), 2u);
  ASSERT_EQ(b.relations.size(), 2u);
  for (size_t i = 0; i < 2; ++i) {
    const Relation &x = a.relations[i], &y = b.relations[i];
    EXPECT_EQ(x.name, y.name);
    EXPECT_EQ(x.comment, y.comment);
    ASSERT_EQ(x.columns.size(), y.columns.size());
    for (size_t k = 0; k < x.columns.size(); ++k) {
      EXPECT_EQ(x.columns[k].type_name, y.columns[k].type_name);
      EXPECT_EQ(x.columns[k].default_expression, y.columns[k].default_expression);
      EXPECT_EQ(x.columns[k].sequence.has_value(), y.columns[k].sequence.has_value());
    }
    EXPECT_EQ(x.checks.size(), y.checks.size());
    EXPECT_EQ(x.foreign_keys.size(), y.foreign_keys.size());
    EXPECT_EQ(x.unique_keys.size(), y.unique_keys.size());
  }
  EXPECT_EQ(b.relations[0].checks.at(0).expression, "(t <> ''::text)");
}

// What a role may do that owns nothing, little or everything.
class PrivilegesTest : public ::testing::Test {
 protected:
  PrivilegesTest() : role(database.name() + "_role") {
    database.psql("CREATE ROLE " + role + "; CREATE ROLE " + role + "_group; GRANT " + role +
                  "_group TO " + role +
                  "; CREATE SCHEMA s; CREATE SCHEMA hidden; GRANT USAGE ON SCHEMA s TO " + role +
                  "; CREATE TABLE s.granted (id serial); GRANT SELECT, INSERT ON s.granted TO " +
                  role + "; CREATE TABLE s.own (id serial); ALTER TABLE s.own OWNER TO " + role +
                  "; CREATE TABLE s.groups (id int); ALTER TABLE s.groups OWNER TO " + role +
                  "_group"
                  "; CREATE TABLE s.revoked (id int); ALTER TABLE s.revoked OWNER TO " +
                  role + "; REVOKE DELETE ON s.revoked FROM " + role +
                  "; CREATE TABLE s.none (id int)"
                  "; CREATE TABLE hidden.t (id int); GRANT ALL ON hidden.t TO " +
                  role +
                  "; ALTER TABLE s.granted ENABLE ROW LEVEL SECURITY"
                  "; ALTER TABLE s.own ENABLE ROW LEVEL SECURITY"
                  "; ALTER TABLE s.groups ENABLE ROW LEVEL SECURITY"
                  "; ALTER TABLE s.groups FORCE ROW LEVEL SECURITY");
  }
  ~PrivilegesTest() override {
    database.psql("DROP OWNED BY " + role + ", " + role + "_group; DROP ROLE " + role + ", " +
                  role + "_group");
  }
  // "owner select insert update delete truncate", and whether row security applies.
  static std::string words(const Relation& relation) {
    const Privileges& may = relation.privileges;
    std::string text;
    for (const auto& [has, word] :
         {std::pair(may.owner, "owner "), std::pair(may.select, "select "),
          std::pair(may.insert, "insert "), std::pair(may.update, "update "),
          std::pair(may.del, "delete "), std::pair(may.truncate, "truncate "),
          std::pair(relation.row_security_active, "rls ")}) {
      if (has) text += word;
    }
    return text;
  }
  TestDatabase database;
  std::string role;
};

TEST_F(PrivilegesTest, AreThoseOfTheRole) {
  Connection connection({.dbname = database.conninfo()});
  Transaction transaction(connection, Access::kReadWrite);
  transaction.execute("SET LOCAL ROLE " + role, "changing the role");
  const Catalog catalog = read_catalog(transaction, {}, CatalogDetail::kClearing);
  EXPECT_EQ(catalog.user, role);
  std::map<std::string, std::string> found;
  for (const Relation& relation : catalog.relations) {
    found[display_name(relation)] = words(relation);
  }
  const std::map<std::string, std::string> expected = {
      {"hidden.t", ""},
      {"s.granted", "select insert rls "},
      {"s.groups", "owner select insert update delete truncate rls "},
      {"s.none", ""},
      {"s.own", "owner select insert update delete truncate "},
      {"s.revoked", "owner select insert update truncate "},
  };
  EXPECT_EQ(found, expected);
  for (const auto& [oid, sequence] : catalog.sequences) {
    EXPECT_EQ(sequence.may_alter, sequence.name == "own_id_seq") << sequence.name;
  }
}

TEST_F(PrivilegesTest, OfASuperuserAreAll) {
  for (const Relation& relation :
       read(database.conninfo(), {}, CatalogDetail::kClearing).relations) {
    EXPECT_EQ(words(relation), "owner select insert update delete truncate ")
        << display_name(relation);
  }
}

TEST(EmptyCatalogTest, OfADatabaseWithoutTables) {
  TestDatabase database;
  for (const CatalogDetail detail : {CatalogDetail::kClearing, CatalogDetail::kAll}) {
    const Catalog catalog = read(database.conninfo(), {}, detail);
    EXPECT_THAT(catalog.schemas, ElementsAre("public"));
    EXPECT_THAT(catalog.relations, IsEmpty());
  }
}

// Of every kind of thing, all that was read.
TEST_F(CatalogTest, IsTheSameAfterItWasSavedAndReadAgain) {
  Inspection inspection;
  inspection.catalog = catalog();
  std::string text;
  render_catalog_json(inspection, [&](std::string_view part) { text += part; });
  expect_same(catalog(), parse_catalog(text, "catalog.json"));
}

}  // namespace
}  // namespace resow

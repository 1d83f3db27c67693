#include "runner/render_inspection.h"

#include <gtest/gtest.h>

#include <numeric>
#include <string>
#include <vector>

#include "tests/support/catalog_text.h"

namespace resow {
namespace {

// Facts are made up: a table has as many rows as its name is long, in 8 kB for each.
Inspection inspection_of(const std::string& text) {
  Inspection inspection;
  inspection.catalog = catalog_from_text(text);
  inspection.catalog.database = "shop_test";
  inspection.catalog.user = "tester";
  inspection.catalog.server_version = 150020;
  std::vector<size_t> tables;
  for (size_t i = 0; i < inspection.catalog.relations.size(); ++i) {
    const Relation& relation = inspection.catalog.relations[i];
    if (relation.kind == RelationKind::kView || relation.kind == RelationKind::kForeignTable) {
      continue;
    }
    const auto length = static_cast<int64_t>(relation.name.size());
    inspection.facts[i] = {length, true, length * 8192};
    if (!relation.partition_of) tables.push_back(i);
  }
  inspection.measured = true;
  inspection.order = order_by_dependency(inspection.catalog, tables);
  return inspection;
}

// Without the two lines that say where this is and how to read it.
std::string tables_of(const Inspection& inspection) {
  const std::string text = render_inspection(inspection, {});
  return text.substr(text.find('\n', text.find('\n') + 1) + 1);
}

TEST(RenderInspection, TablesInDependencyOrderWithTheirKeys) {
  Inspection inspection = inspection_of(
      "table s.tasks\n id int pk\n job_id int -> jobs.id cascade deferrable\n up int -> tasks.id\n"
      "table s.jobs\n id int pk\n code text\n batch text -> batches.code\n"
      " unique a_code (code, id) where code IS NOT NULL\n"
      "table s.batches unlogged\n id int pk\n code text unique\n trigger audit on delete disabled\n"
      "table s.alembic_version\n version_num text\n"
      "view s.totals\n n int\nforeign s.files\n line text\n"
      "table other.users\n id int pk\n job int -> s.jobs.id");
  inspection.facts[*inspection.catalog.find("s", "tasks")] = {1'234'567, false, 150 << 20};
  inspection.facts[*inspection.catalog.find("s", "alembic_version")].rows.reset();
  EXPECT_EQ(render_inspection(inspection, {}), R"(shop_test, PostgreSQL 15.20, as tester
tables in dependency order: what is referred to comes first

other: 1 table, 5 rows, 40 kB
  table  rows   size  keys  refers to      notes
  users     5  40 kB  id    job -> s.jobs

s: 4 tables, ? rows, 150 MB
  table                  rows    size  keys                                      refers to                                      notes
  alembic_version           ?  120 kB                                                                                           of the migration tool Alembic
  batches                   7   56 kB  id                                                                                       unlogged; trigger audit (disabled)
                                       unique code
  jobs                      4   32 kB  id                                        batch -> batches.code
                                       unique (code, id) where code IS NOT NULL
  tasks            ~1,234,567  150 MB  id                                        job_id -> jobs, on delete cascade, deferrable
                                                                                 up -> tasks (itself)
  also files (foreign table), totals (view)
)");
}

TEST(RenderInspection, QuietSaysALineForEachSchemaAndWhatIsAmiss) {
  Inspection inspection = inspection_of(
      "table s.tasks\n id int pk\n job_id int -> jobs.id\n"
      "table s.jobs\n id int pk\n"
      "table s.batches\n id int pk\n trigger audit on delete disabled\n"
      "table t.a\n id int pk\n b_id int -> b.id\ntable t.b\n id int pk\n a_id int -> a.id\n");
  Catalog& catalog = inspection.catalog;
  catalog.relations[*catalog.find("s", "tasks")].foreign_keys[0].validated = false;
  EXPECT_EQ(render_inspection(inspection, {false, true}), R"(s: 3 tables, 16 rows, 128 kB
  table    rows   size  keys  refers to                  notes
  batches     7  56 kB  id                               trigger audit (disabled)
  tasks       5  40 kB  id    job_id -> jobs, not valid
t: 2 tables, 2 rows, 16 kB
1 cycle of foreign keys
  t.a.b_id -> t.b.a_id -> t.a
)");
}

TEST(RenderInspection, ManySchemasThatAreAlikeAreOne) {
  const char* tenant =
      "table tenant.a\n id int pk\n b_id int -> b.id\ntable tenant.b\n id int pk\n a_id int -> "
      "a.id\n";
  Inspection inspection =
      inspection_of(for_tenants(tenant, {"user_1", "user_2", "user_3", "user_4", "user_10"}) +
                    "table user_5.a\n id int8 pk");
  inspection.facts[*inspection.catalog.find("user_10", "b")].rows = 4096;
  EXPECT_EQ(tables_of(inspection),
            R"(
user_1, user_2 ... user_10 (5 schemas with the same tables): 2 tables each, 4,105 rows, 80 kB
  table   rows     in each   size  keys  refers to  notes
  a          5           1  40 kB  id    b_id -> b
  b      4,100  1 to 4,096  40 kB  id    a_id -> a

user_5: 1 table, 1 row, 8 kB
  table  rows  size  keys  refers to  notes
  a         1  8 kB  id

1 cycle of foreign keys
  user_1.a.b_id -> user_1.b.a_id -> user_1.a
)");
}

TEST(RenderInspection, FewSchemasAreShownOneByOne) {
  const std::string text = render_inspection(
      inspection_of(for_tenants("table tenant.a\n id int pk\n", {"user_1", "user_2"})), {});
  EXPECT_NE(text.find("\nuser_1: 1 table"), std::string::npos) << text;
  EXPECT_NE(text.find("\nuser_2: 1 table"), std::string::npos) << text;
}

TEST(RenderInspection, PartitionsGoWithTheirRoot) {
  Inspection inspection =
      inspection_of("partitioned s.events\n id int\ntable s.e_1 of events\ntable s.e_2 of events");
  inspection.catalog.relations[*inspection.catalog.find("s", "events")].partition_key = "HASH (id)";
  EXPECT_EQ(tables_of(inspection), R"(
s: 1 table, 6 rows, 48 kB
  table   rows   size  keys  refers to  notes
  events     6  48 kB                   2 partitions by HASH (id)
)");
}

TEST(RenderInspection, WithoutRowsAndSizes) {
  Inspection inspection = inspection_of("table s.a\n id int pk");
  inspection.measured = false;
  inspection.facts.clear();
  EXPECT_EQ(tables_of(inspection), R"(
s: 1 table
  table  keys  refers to  notes
  a      id
)");
}

TEST(RenderInspection, NothingIsSaidPlainly) {
  Inspection inspection = inspection_of("schemas s\nothers t");
  EXPECT_EQ(tables_of(inspection), "\ns: no tables\n");
  inspection.catalog.schemas.clear();
  EXPECT_EQ(tables_of(inspection), "no schemas\n");
}

// Names come from outside: they break no line and drive no terminal.
TEST(RenderInspection, NamesAreEscaped) {
  Inspection inspection = inspection_of("table s.a\n id int pk");
  inspection.catalog.relations[0].name = "a\n\x1b[31mb";
  EXPECT_EQ(tables_of(inspection), R"(
s: 1 table, 1 row, 8 kB
  table         rows  size  keys  refers to  notes
  a\n\x1b[31mb     1  8 kB  id
)");
}

}  // namespace
}  // namespace resow

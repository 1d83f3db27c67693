#include "runner/render.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runner/text_table.h"

namespace resow {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TableReport table(const char* schema, const char* name, int64_t removed, int64_t seeded) {
  TableReport report;
  report.schema = schema;
  report.table = name;
  report.removed = removed;
  report.seeded = seeded;
  return report;
}

SchemaReport user(const char* schema, int64_t removed_jobs) {
  SchemaReport report;
  report.schema = schema;
  report.tables = {table(schema, "marketplace_jobs", removed_jobs, 8),
                   table(schema, "batch_jobs", 0, 3)};
  report.tables[0].strategy = removed_jobs > 0 ? "delete" : "skip";
  report.tables[0].why = removed_jobs > 0 ? "DELETE is cheaper below 2,000 rows" : "it is empty";
  report.tables[1].strategy = "skip";
  report.tables[1].why = "it is empty";
  report.preserved = {{"alembic_version", "table of a migration tool (alembic)"}};
  return report;
}

Report preview() {
  Report report;
  report.command = "apply";
  report.outcome = Outcome::kPreview;
  report.database = "shop_test";
  report.schemas = {user("user_1", 1168), user("user_2", 0), user("user_3", 0)};
  report.guard = "database \"shop_test\" may be changed: its name matches *test*";
  report.next_command = "resow apply fresh.json --execute";
  return report;
}

Report verified() {
  Report report;
  report.command = "verify";
  report.outcome = Outcome::kDifferences;
  report.database = "shop_test";
  SchemaReport schema;
  schema.schema = "user_1";
  schema.outcome = Outcome::kDifferences;
  TableReport batches;
  batches.schema = "user_1";
  batches.table = "batch_jobs";
  batches.expected = 3;
  batches.actual = 3;
  batches.by = {{"status", {{"pending", 2}, {"running", 0}, {std::nullopt, 1}}}};
  schema.tables = {batches};
  const Difference difference = {"user_1", "batch_jobs", "status = pending",
                                 "3 rows", "2 rows",     "fresh.json#/expect/batch_jobs/by/status"};
  schema.checks = {{"user_1", "batch_jobs", "rows", {}},
                   {"user_1", "batch_jobs", "rows by status", {difference}},
                   {"user_1", "", "revision #1 <\"a\" & 'b'>", {}}};
  report.schemas = {schema};
  report.differences = {difference};
  report.timings = {{"verify", 0.25}, {"total", 0.5}};
  return report;
}

Report failed() {
  Report report;
  report.command = "seed";
  report.outcome = Outcome::kFailed;
  DatabaseFailure failure;
  failure.message = "null value in column \"a\" violates not-null constraint";
  failure.sqlstate = "23502";
  failure.step = "COPY user_1.batch_jobs";
  failure.schema = "user_1";
  failure.table = "batch_jobs";
  failure.column = "a";
  failure.detail = "Failing row contains (1, null).";
  failure.hint = "Say so.";
  failure.context = "COPY batch_jobs, line 1: \"1\t\\N\"";
  report.database_errors = {failure};
  return report;
}

TEST(RenderText, PreviewNamesEveryTableWithCountsAndTheLineToRun) {
  EXPECT_EQ(render_text(preview(), {}),
            "user_1\n"
            "  table             would remove  would seed  cleared by  note\n"
            "  marketplace_jobs         1,168           8  delete      DELETE is cheaper below "
            "2,000 rows\n"
            "  batch_jobs                   0           3  skip        it is empty\n"
            "  stays: alembic_version (table of a migration tool (alembic))\n"
            "user_2 and user_3 (2 schemas alike)\n"
            "  table             would remove  would seed  cleared by  note\n"
            "  marketplace_jobs             0           8  skip        it is empty\n"
            "  batch_jobs                   0           3  skip        it is empty\n"
            "  stays: alembic_version (table of a migration tool (alembic))\n"
            "apply: preview: 1,168 rows would be removed, 33 rows would be seeded, 3 schemas\n"
            "Nothing was changed.\n"
            "Guard: database \"shop_test\" may be changed: its name matches *test*\n"
            "To do it: resow apply fresh.json --execute\n");
}

TEST(RenderText, VerifySaysWhatWasFoundAndWhatDiffers) {
  EXPECT_EQ(render_text(verified(), {}),
            "user_1\n"
            "  table       expected  found  note\n"
            "  batch_jobs         3      3  status: 2 pending, 0 running, 1 NULL\n"
            "user_1.batch_jobs (status = pending): expected 3 rows, found 2 rows\n"
            "    fresh.json#/expect/batch_jobs/by/status\n"
            "verify: 1 difference: 2 of 3 checks passed, 1 schema, 0.50 s\n");
}

TEST(RenderText, QuietSaysOnlyWhatIsNotAsExpected) {
  Report good = preview();
  good.outcome = Outcome::kOk;
  EXPECT_EQ(render_text(good, {.color = false, .quiet = true}), "");
  EXPECT_THAT(render_text(verified(), {.color = false, .quiet = true}),
              testing::StartsWith("user_1.batch_jobs (status = pending): expected 3 rows"));
}

TEST(RenderText, ColoursOnlyWhenAsked) {
  EXPECT_THAT(render_text(preview(), {}), Not(HasSubstr("\x1b")));
  EXPECT_THAT(render_text(preview(), {.color = true, .quiet = false}),
              HasSubstr("apply: \x1b[33mpreview\x1b[0m: "));
  EXPECT_THAT(render_text(verified(), {.color = true, .quiet = false}),
              HasSubstr("verify: \x1b[31m1 difference\x1b[0m: "));
}

TEST(RenderText, ManySchemasAlikeAreNamedByTheirEnds) {
  Report report = preview();
  report.schemas.clear();
  for (int i = 1; i <= 1000; ++i)
    report.schemas.push_back(user(("user_" + std::to_string(i)).c_str(), 0));
  EXPECT_THAT(
      render_text(report, {}),
      testing::StartsWith("user_1, user_2, user_3, user_4, user_5, user_6, user_7, user_8, user_9, "
                          "user_10, user_11, ... user_1000 (1,000 schemas alike)\n"));
}

TEST(RenderText, NamesCannotDriveTheTerminal) {
  Report report = preview();
  report.schemas.resize(1);
  report.schemas[0].schema = "a\x1b[2Jb\nc";
  report.schemas[0].tables[0].table = "t\x1b]0;x\x07";
  const std::string text = render_text(report, {});
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, HasSubstr("a\\x1b[2Jb\\nc\n"));
}

TEST(RenderText, SchemasThatChangeTogetherNameTheirTablesInFull) {
  Report report = preview();
  report.schemas.resize(1);
  report.schemas[0].schema = "sales, hr";
  report.schemas[0].tables = {table("sales", "orders", 1, 1), table("hr", "people", 1, 1)};
  const std::string text = render_text(report, {});
  EXPECT_THAT(text, HasSubstr("  sales.orders "));
  EXPECT_THAT(text, HasSubstr("  hr.people "));
}

TEST(RenderText, ASchemaThatFailedSaysSo) {
  Report report = verified();
  report.outcome = Outcome::kFailed;
  report.differences.clear();
  report.schemas[0].outcome = Outcome::kFailed;
  report.schemas[0].tables.clear();
  report.schemas[0].checks.clear();
  report.schemas[0].error = "COPY user_1.a: server closed the connection";
  EXPECT_EQ(render_text(report, {}),
            "user_1: failed\n"
            "  COPY user_1.a: server closed the connection\n"
            "verify: failed: 1 schema, 0.50 s\n");
}

TEST(RenderText, SaysWhichSchemasWereChanged) {
  Report report = preview();
  report.outcome = Outcome::kFailed;
  report.schemas[0].outcome = Outcome::kFailed;
  report.schemas[2].outcome = Outcome::kFailed;
  EXPECT_THAT(render_text(report, {}),
              testing::EndsWith("Changed: user_2. Every other schema is as it was.\n"));
  report.schemas[1].outcome = Outcome::kDifferences;
  EXPECT_THAT(render_text(report, {}), testing::EndsWith("Nothing was changed.\n"));
  report.database_errors.emplace_back().in_doubt = true;
  EXPECT_THAT(render_text(report, {}), testing::EndsWith("whether it took effect is not known.\n"));
}

TEST(RenderText, ASchemaWithoutAStepSaysSo) {
  Report report = preview();
  report.schemas.resize(1);
  report.schemas[0] = {};
  report.schemas[0].schema = "public";
  report.schemas[0].outcome = Outcome::kPreview;
  report.schemas[0].text = "public\n";
  EXPECT_THAT(render_text(report, {}), testing::StartsWith("public\n  nothing to do\n"));
}

TEST(RenderText, ThePreviewIsThePlanInWords) {
  Report report = preview();
  for (SchemaReport& schema : report.schemas) {
    schema.outcome = Outcome::kPreview;
    schema.text = schema.schema + "\n  clear, children first\n    batch_jobs  0 rows  skip\n";
  }
  EXPECT_THAT(render_text(report, {}),
              testing::StartsWith("user_1, user_2 and user_3 (3 schemas alike)\n"
                                  "  clear, children first\n    batch_jobs  0 rows  skip\n"
                                  "apply: preview: "));
}

TEST(RenderFailure, SaysWhereWhatAndHowToMend) {
  Report report;
  report.faults = {
      {"d.json#/tables/ordres", "unknown table \"ordres\"", "did you mean \"orders\"?"},
      {"--jobs", "bad", ""}};
  EXPECT_EQ(render_failure(report, {}),
            "resow: d.json#/tables/ordres: unknown table \"ordres\"; did you mean \"orders\"?\n"
            "resow: --jobs: bad\n");
  EXPECT_EQ(render_failure(failed(), {}),
            "resow: COPY user_1.batch_jobs: null value in column \"a\" violates not-null "
            "constraint (SQLSTATE 23502)\n"
            "  table: user_1.batch_jobs\n"
            "  column: a\n"
            "  detail: Failing row contains (1, null).\n"
            "  hint: Say so.\n"
            "  context: COPY batch_jobs, line 1: \"1\\t\\N\"\n");
  report = failed();
  report.database_errors[0].context = "row 7 of 9\nCOPY batch_jobs, line 7\n";
  report.database_errors[0].table = "batch\njobs";
  const std::string text = render_failure(report, {});
  EXPECT_THAT(text,
              testing::HasSubstr("  context: row 7 of 9\n           COPY batch_jobs, line 7\n"));
  EXPECT_THAT(text, testing::HasSubstr("  table: user_1.batch\\njobs\n"));
  EXPECT_EQ(render_failure(Report(), {}), "");
}

TEST(RenderJson, IsOneDocumentWithTheDocumentedKeys) {
  EXPECT_EQ(render_json(verified()), R"({
  "command": "verify",
  "outcome": "differences",
  "database": "shop_test",
  "schemas": [
    {
      "schema": "user_1",
      "outcome": "differences",
      "tables": [
        {
          "table": "batch_jobs",
          "expected": 3,
          "actual": 3,
          "by": [
            {
              "column": "status",
              "counts": [
                {
                  "value": "pending",
                  "rows": 2
                },
                {
                  "value": "running",
                  "rows": 0
                },
                {
                  "value": null,
                  "rows": 1
                }
              ]
            }
          ]
        }
      ],
      "preserved": [],
      "checks": [
        {
          "table": "batch_jobs",
          "check": "rows",
          "passed": true
        },
        {
          "table": "batch_jobs",
          "check": "rows by status",
          "passed": false
        },
        {
          "check": "revision #1 <\"a\" & 'b'>",
          "passed": true
        }
      ]
    }
  ],
  "differences": [
    {
      "schema": "user_1",
      "table": "batch_jobs",
      "key": "status = pending",
      "expected": "3 rows",
      "actual": "2 rows",
      "place": "fresh.json#/expect/batch_jobs/by/status"
    }
  ],
  "faults": [],
  "database_errors": [],
  "timings": {
    "verify": 0.25,
    "total": 0.5
  }
}
)");
}

TEST(RenderJson, EverySchemaIsFoundUnderItsName) {
  Report report = preview();
  report.schemas.resize(1);
  report.schemas[0].schema = "sales, hr";
  report.schemas[0].tables = {table("sales", "orders", 1, 1), table("hr", "people", 2, 2)};
  const std::string document = render_json(report);
  EXPECT_THAT(document, HasSubstr("\"schema\": \"sales\""));
  EXPECT_THAT(document, HasSubstr("\"schema\": \"hr\""));
  EXPECT_THAT(document, HasSubstr("\"unit\": \"sales, hr\""));
}

TEST(RenderJson, BytesThatAreNotUtf8AreReplaced) {
  Report report = preview();
  report.schemas[0].tables[0].table = "caf\xe9";
  EXPECT_THAT(render_json(report), HasSubstr("\"caf\xef\xbf\xbd\""));
}

TEST(RenderJunit, HasATestcaseForEachCheck) {
  Report report = verified();
  report.schemas[0].seconds = 0.25;
  report.schemas[0].checks[0].seconds = 0.0625;
  report.schemas[0].checks[1].seconds = 0.125;
  EXPECT_EQ(
      render_junit(report),
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuites name=\"resow verify\" tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"0\" "
      "time=\"0.500\">\n"
      "  <testsuite name=\"user_1\" tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"0\" "
      "time=\"0.250\">\n"
      "    <testcase classname=\"shop_test.user_1\" name=\"batch_jobs: rows\" time=\"0.062\"/>\n"
      "    <testcase classname=\"shop_test.user_1\" name=\"batch_jobs: rows by status\" "
      "time=\"0.125\">\n"
      "      <failure type=\"difference\" message=\"user_1.batch_jobs (status = pending): "
      "expected 3 rows, found 2 rows\">user_1.batch_jobs (status = pending): expected 3 rows, "
      "found 2 rows [fresh.json#/expect/batch_jobs/by/status]\n</failure>\n"
      "    </testcase>\n"
      "    <testcase classname=\"shop_test.user_1\" name=\"revision #1 &lt;&quot;a&quot; &amp; "
      "'b'&gt;\" time=\"0.000\"/>\n"
      "  </testsuite>\n"
      "</testsuites>\n");
}

TEST(RenderJunit, HoldsOnlyCharactersThatXmlAllows) {
  Report report = failed();
  report.database_errors[0].message =
      "a\x01"
      "b\xff"
      "c\n\xed\xa0\x80 \xf0\x9f\x98\x80 größe";
  EXPECT_THAT(render_junit(report), HasSubstr("a\xef\xbf\xbd"
                                              "b\xef\xbf\xbd"
                                              "c&#10;\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd "
                                              "\xf0\x9f\x98\x80 größe\">"));
}

TEST(RenderJunit, TablesWithoutChecksShareTheSchemasTime) {
  Report report = verified();
  report.outcome = Outcome::kOk;
  report.differences.clear();
  report.schemas[0].seconds = 0.5;
  report.schemas[0].checks.clear();
  report.schemas[0].tables = {table("user_1", "a", 1, 1), table("user_1", "b", 1, 1)};
  EXPECT_THAT(render_junit(report), HasSubstr("name=\"a\" time=\"0.250\"/>"));
}

TEST(RenderJunit, DifferencesWithoutACheckAreFailuresOfTheirOwn) {
  Report report = verified();
  report.schemas[0].checks.clear();
  EXPECT_THAT(render_junit(report), HasSubstr("tests=\"2\" failures=\"1\""));
}

TEST(RenderTap, HasAPointForEachCheck) {
  EXPECT_EQ(render_tap(verified()),
            "TAP version 13\n"
            "1..3\n"
            "ok 1 - user_1.batch_jobs: rows\n"
            "not ok 2 - user_1.batch_jobs: rows by status\n"
            "  ---\n"
            "  message: \"user_1.batch_jobs (status = pending): expected 3 rows, found 2 rows\"\n"
            "  severity: fail\n"
            "  details: |\n"
            "    user_1.batch_jobs (status = pending): expected 3 rows, found 2 rows "
            "[fresh.json#/expect/batch_jobs/by/status]\n"
            "  ...\n"
            "ok 3 - user_1.revision \\#1 <\"a\" & 'b'>\n");
}

TEST(RenderTap, APreviewSkips) {
  Report report = preview();
  report.schemas.resize(1);
  EXPECT_EQ(render_tap(report),
            "TAP version 13\n"
            "1..2\n"
            "ok 1 - user_1.marketplace_jobs # SKIP preview: nothing was changed\n"
            "ok 2 - user_1.batch_jobs # SKIP preview: nothing was changed\n");
}

TEST(RenderTap, AFailureIsAPointThatFailed) {
  EXPECT_EQ(render_tap(failed()),
            "TAP version 13\n"
            "1..1\n"
            "not ok 1 - resow.seed\n"
            "  ---\n"
            "  message: \"COPY user_1.batch_jobs: null value in column \\\"a\\\" violates not-null "
            "constraint\"\n"
            "  severity: error\n"
            "  details: |\n"
            "    SQLSTATE 23502\n"
            "    Failing row contains (1, null).\n"
            "    Say so.\n"
            "    COPY batch_jobs, line 1: \"1\\t\\N\"\n"
            "  ...\n");
}

TEST(Outcome, TheWorstDecides) {
  EXPECT_EQ(worst(Outcome::kOk, Outcome::kDifferences), Outcome::kDifferences);
  EXPECT_EQ(worst(Outcome::kFailed, Outcome::kDifferences), Outcome::kFailed);
  EXPECT_EQ(worst(Outcome::kRefused, Outcome::kFailed), Outcome::kFailed);
}

}  // namespace
}  // namespace resow

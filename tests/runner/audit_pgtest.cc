#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "runner/audit/scan_code.h"
#include "runner/commands/audit.h"
#include "tests/support/pg_test.h"
#include "tests/support/shell.h"

namespace resow {
namespace {

using ::testing::HasSubstr;

class AuditTest : public test_support::PgTest {
 protected:
  Audit audit_of(const std::vector<std::string>& schemas,
                 const std::vector<std::string>& code = {}) {
    AuditOptions options;
    options.schemas = {schemas, {}};
    options.code = code;
    return audit(connection(), options, nullptr).audit;
  }
  static const AuditedTable& table(const Audit& audit, std::string_view name) {
    for (const AuditedTable& found : audit.tables) {
      if (found.table == name) return found;
    }
    throw std::runtime_error("no table " + std::string(name));
  }
  static std::string findings(const Audit& audit) {
    std::string text;
    for (const AuditFinding& finding : audit.findings) {
      text += std::string(to_string(finding.kind)) + ": " + finding.name;
      if (finding.exact) text += *finding.exact ? " (exact)" : " (analyzed)";
      text += "\n";
    }
    return text;
  }
};

TEST_F(AuditTest, WhatDependsOnATable) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.used (id int PRIMARY KEY); CREATE TABLE s.other (id int);"
      "CREATE VIEW s.v AS SELECT id FROM s.used; CREATE MATERIALIZED VIEW s.m AS SELECT id FROM "
      "s.used;"
      "CREATE FUNCTION s.of_row(s.used) RETURNS int LANGUAGE sql AS 'SELECT 1';"
      "CREATE FUNCTION s.by_text() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'DELETE FROM "
      "used'; END $$;"
      "CREATE TABLE s.with_rows (r s.used, rs s.used[]);"
      "ALTER TABLE s.other ENABLE ROW LEVEL SECURITY;"
      "CREATE POLICY p ON s.other USING (EXISTS (SELECT FROM s.used))");
  const Audit found = audit_of({"s"});
  std::string told;
  for (const TableDependent& dependent : table(found, "used").dependents) {
    told += dependent.kind + " " + dependent.name + (dependent.by_text ? " (text)" : "") + "\n";
  }
  EXPECT_EQ(told,
            "column with_rows.r\ncolumn with_rows.rs\nfunction of_row(s.used)\nmaterialized view "
            "m\npolicy of other\nview v\n"
            "function by_text() (text)\n");
}

TEST_F(AuditTest, WhatIsNotHealthy) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.parent (id smallserial PRIMARY KEY, note text);"
      "CREATE TABLE s.child (id int PRIMARY KEY, parent_id smallint REFERENCES s.parent, other_id "
      "smallint REFERENCES s.parent,"
      " partial_id smallint REFERENCES s.parent, amount int, empty text, full_text text);"
      "CREATE INDEX child_other ON s.child (other_id); CREATE INDEX child_other_too ON s.child "
      "(other_id);"
      "CREATE INDEX child_other_amount ON s.child (other_id, amount);"
      "CREATE INDEX child_partial ON s.child (partial_id) WHERE partial_id IS NOT NULL;"
      "INSERT INTO s.parent VALUES (1, 'x'); SELECT setval('s.parent_id_seq', 30000);"
      "INSERT INTO s.child VALUES (1, 1, 1, 1, 1, NULL, 'x'), (2, 1, 1, 1, 1, NULL, NULL);"
      "ALTER TABLE s.child ADD CONSTRAINT loose CHECK (amount > 0) NOT VALID;"
      "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 's.child_partial'::regclass");
  EXPECT_EQ(findings(audit_of({"s"})),
            "foreign key without index: child_parent_id_fkey\n"
            "foreign key without index: child_partial_id_fkey\n"
            "sequence near its end: parent_id_seq\n"
            "invalid index: child_partial\n"
            "constraint not validated: loose\n"
            "column always null: empty (exact)\n"
            "duplicate index: child_other_too\n"
            "redundant index: child_other\n");
  psql("UPDATE pg_index SET indisvalid = true WHERE indexrelid = 's.child_partial'::regclass");
  EXPECT_THAT(findings(audit_of({"s"})), ::testing::Not(HasSubstr("partial")));
}

TEST_F(AuditTest, LargeTablesAreToldByWhatAnalyzeSaw) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.large (id int PRIMARY KEY, t text, empty int);"
      "INSERT INTO s.large SELECT n, repeat('x', 900) FROM generate_series(1, 6000) n");
  EXPECT_EQ(findings(audit_of({"s"})), "");
  psql("ANALYZE s.large");
  const Audit found = audit_of({"s"});
  EXPECT_EQ(findings(found), "column always null: empty (analyzed)\n");
  EXPECT_FALSE(table(found, "large").exact);
}

TEST_F(AuditTest, ARoleThatMayOnlyReadCanAudit) {
  const std::string reader = role("reader");
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.seen (id serial PRIMARY KEY); INSERT INTO s.seen VALUES (1);"
      "CREATE TABLE s.secret (id serial PRIMARY KEY); INSERT INTO s.secret VALUES (1);"
      "CREATE TABLE s.hidden (id int); INSERT INTO s.hidden VALUES (1); ALTER TABLE s.hidden "
      "ENABLE ROW LEVEL SECURITY;"
      "GRANT USAGE ON SCHEMA s TO " +
      reader + "; GRANT SELECT ON s.seen, s.hidden TO " + reader);
  Connection connection(options(reader));
  AuditOptions options;
  options.schemas = {{"s"}, {}};
  const Audit found = audit(connection, options, nullptr).audit;
  EXPECT_EQ(table(found, "seen").rows, 1);
  EXPECT_FALSE(table(found, "secret").rows);
  EXPECT_EQ(table(found, "secret").reasons.at(0).kind, ReasonKind::kUnreadable);
}

TEST_F(AuditTest, PartitionsAreTheirTables) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.root (id int, k int) PARTITION BY LIST (k);"
      "CREATE TABLE s.one PARTITION OF s.root FOR VALUES IN (1); CREATE TABLE s.two PARTITION OF "
      "s.root FOR VALUES IN (2);"
      "INSERT INTO s.root SELECT n, 1 + n % 2 FROM generate_series(1, 5) n");
  const Audit found = audit_of({"s"});
  ASSERT_EQ(found.tables.size(), 1u);
  EXPECT_EQ(found.tables[0].rows, 5);
}

TEST_F(AuditTest, NumberOfQueriesDoesNotDependOnTheTables) {
  const auto statements = [&](const std::string& schema) {
    int count = 0;
    ConnectionOptions where = options();
    where.on_step = [&](std::string_view) { ++count; };
    Connection connection(where);
    AuditOptions options;
    options.schemas = {{schema}, {}};
    audit(connection, options, nullptr);
    return count;
  };
  psql(
      "CREATE SCHEMA one; CREATE TABLE one.t0 (id serial PRIMARY KEY, note text); INSERT INTO "
      "one.t0 VALUES (1);"
      "CREATE SCHEMA many");
  psql(
      "DO $$ BEGIN FOR i IN 1..100 LOOP EXECUTE format('CREATE TABLE many.t%s (id serial PRIMARY "
      "KEY, note text);"
      " INSERT INTO many.t%s VALUES (1)', i, i); END LOOP; END $$");
  EXPECT_EQ(statements("one"), statements("many"));
}

// A tree with all that is to be left out.
TEST(ScanCode, LeavesOutWhatIsNoSource) {
  const test_support::TemporaryFolder folder;
  const std::string root = folder.path() + "/tree";
  test_support::sh("mkdir -p " + root + "/src/deep " + root + "/.git " + root + "/node_modules/x " +
                   root + "/build " + folder.path() + "/outside; cd " + root +
                   "; echo jobs > src/a.c; echo '// jobs' > src/deep/b.c; echo jobs > .git/c; echo "
                   "jobs > node_modules/x/d.js;"
                   " echo jobs > build/e.c; printf 'jobs\\0' > src/f.bin; echo jobs > "
                   "../outside/g.c; ln -s ../outside away;"
                   " ln -s src/a.c link.c; printf -- '-- Written by resow audit\\njobs' > h.sql; "
                   "echo jobs > left_out.json;"
                   " echo jobs > secret.c; mkfifo pipe");
  const std::vector<std::string> trees = {root, root + "/src"};  // one within the other
  const std::vector<std::string> left_out = {root + "/left_out.json"};
  const CodeFacts facts = scan_code(trees, {"jobs"}, left_out);
  const Mentions& jobs = facts.mentions.at("jobs");
  EXPECT_EQ(jobs.code.count, 2);
  EXPECT_EQ(jobs.code.first.at(0), (CodePlace{root + "/secret.c", 1}));
  EXPECT_EQ(jobs.code.first.at(1), (CodePlace{root + "/src/a.c", 1}));
  EXPECT_EQ(jobs.comments.count, 1);
  EXPECT_EQ(facts.binary, 1);
  EXPECT_EQ(facts.files, 3);
}

TEST(ScanCode, TreesThatAreNotThere) {
  try {
    scan_code(std::vector<std::string>{"/nowhere/a", "/nowhere/b"}, {"jobs"}, {});
    FAIL();
  } catch (const InputError& error) {
    EXPECT_EQ(error.faults().size(), 2u);
    EXPECT_THAT(error.what(), HasSubstr("--code: \"/nowhere/a\" is no folder and no file"));
  }
}

}  // namespace
}  // namespace resow

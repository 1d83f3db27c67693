#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "fixtures/archive.h"
#include "fixtures/fault.h"
#include "runner/commands/history_options.h"
#include "runner/guard_facts.h"
#include "runner/history/read_runs.h"
#include "runner/history/run_log.h"
#include "runner/prune/archive.h"
#include "runner/prune/stored_archive.h"
#include "runner/prune/undo.h"
#include "runner/read_catalog.h"
#include "tests/support/pg_test.h"
#include "tests/support/shell.h"

namespace resow {
namespace {

using test_support::PgTest;
using test_support::relation;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// What goes: a table and a condition; or what is set: a column and an expression.
struct Going {
  std::string table;
  std::string condition = "true";
  std::string column = {};
  std::string expression = {};
};

class UndoTest : public PgTest {
 protected:
  // Deletes and resets as a prune does, all in one batch: children first, COPY's text form. Keys
  // are off meanwhile, so that cycles can be broken.
  void go(const std::vector<Going>& all, const std::string& archive_place = "table") {
    const Catalog here = catalog();
    std::vector<ArchivedTable> tables;
    for (const Going& going : all) {
      const Relation& of = here.relations[relation(here, "s", going.table)];
      if (going.column.empty()) {
        tables.push_back(deleted_table(here, of));
      } else {
        const ColumnNumber columns[] = {of.column(going.column)->number};
        tables.push_back(reset_table(here, of, of.primary_key()->columns, columns));
      }
    }
    run_ = std::make_unique<RunLog>(options(), RunHead{"prune", "p", "", "", archive_place});
    const std::unique_ptr<Archive> archive = make_archive(*run_, tables);
    Transaction transaction(connection(), Access::kReadWrite);
    transaction.execute("SET LOCAL session_replication_role = replica", "");
    for (size_t i = 0; i < all.size(); ++i)
      archive_rows(transaction, all[i], tables[i], i, *archive);
    archive->store(transaction, 1);
    run_->add(transaction, {});
    transaction.commit();
    archive->close();
    run_->finish(RunState::kCompleted, "");
  }

  void archive_rows(Transaction& transaction, const Going& going, const ArchivedTable& table,
                    size_t place, Archive& archive) {
    std::string columns;
    for (const SnapshotColumn& column : table.columns) {
      columns += (columns.empty() ? "" : ", ") + connection().quote_name(column.name);
    }
    const std::string name = connection().quote_name("s", going.table);
    const std::string set = connection().quote_name(going.column);
    std::string sql;
    if (going.column.empty()) {
      sql = "COPY (DELETE FROM ONLY " + name + " WHERE " + going.condition + " RETURNING " +
            columns + ") TO STDOUT";
    } else {
      const std::string key = connection().quote_name(table.columns[0].name);
      sql = "COPY (WITH old AS MATERIALIZED (SELECT ctid AS at, " + set + " AS was FROM ONLY " +
            name + " WHERE " + going.condition + ") UPDATE " + name + " AS t SET " + set + " = " +
            going.expression + " FROM old WHERE old.at = t.ctid RETURNING t." + key +
            ", old.was, t." + set + ") TO STDOUT";
    }
    CopyOut copy(transaction, sql, "");
    std::string row;
    while (copy.read(row)) archive.add(place, 1, row);
  }

  // What undo finds, and (execute) does.
  Undone undo(bool execute = true) {
    Transaction transaction(connection(), Access::kReadWrite);
    const RunRecord run = *read_run(transaction, run_->id());
    const StoredArchive archive(transaction, run, "");
    const Catalog here = catalog_in(transaction);
    ArchiveReader blocks(archive.reader(), archive.size(), run.batches);
    UndoStage stage(transaction, here, blocks.header());
    while (blocks.next()) stage.add(blocks.table(), blocks.rows(), blocks.bytes());
    Undone undone = stage.look();
    if (execute) {
      stage.bring_back();
      transaction.commit();
    }
    return undone;
  }

  std::vector<Fault> misfits_now() {
    Transaction transaction(connection(), Access::kReadWrite);
    const RunRecord run = *read_run(transaction, run_->id());
    const StoredArchive archive(transaction, run, "");
    return undo_misfits(ArchiveReader(archive.reader(), archive.size(), run.batches).header(),
                        catalog_in(transaction));
  }

  static Catalog catalog_in(Transaction& transaction) {
    return read_catalog(transaction, {{"s"}, {}}, CatalogDetail::kAll);
  }

  std::string rows_of(const std::string& table) {
    return psql("SELECT coalesce(string_agg(t::text, ' ' ORDER BY t::text), '') FROM s." + table +
                " AS t");
  }

  // Everything goes and comes back, and is what it was.
  void expect_round_trip(const std::vector<Going>& all, const std::string& place = "table") {
    std::vector<std::string> before;
    for (const Going& going : all) before.push_back(rows_of(going.table));
    go(all, place);
    for (size_t i = 0; i < all.size(); ++i) EXPECT_NE(rows_of(all[i].table), before[i]);
    EXPECT_EQ(undo().conflict_count(), 0);
    for (size_t i = 0; i < all.size(); ++i) EXPECT_EQ(rows_of(all[i].table), before[i]);
  }

  int64_t run() const { return run_->id(); }
  const std::string& archive() const { return run_->archive(); }

  // resow undo: its exit status, what it printed, and the first fault where it throws InputError.
  struct Told {
    int status = -1;
    std::string out, fault;
  };
  Told command(bool execute, bool skip_conflicts = false, const std::string& file = "") {
    CommonOptions common;
    common.dbname = database().conninfo();
    UndoOptions undo;
    undo.run = run();
    undo.execute = execute;
    undo.skip_conflicts = skip_conflicts;
    undo.archive = file;
    Told told;
    ::testing::internal::CaptureStdout();
    try {
      told.status = run_undo(undo, common);
    } catch (const InputError& error) {
      told.fault = to_string(error.faults().front());
    } catch (const GuardRefused& refused) {
      told.fault = to_string(refused.fault());
    }
    std::fflush(stdout);
    told.out = ::testing::internal::GetCapturedStdout();
    return told;
  }
  void one_row_goes(const std::string& place = "table") {
    psql("CREATE SCHEMA s CREATE TABLE t (id int PRIMARY KEY); INSERT INTO s.t VALUES (1)");
    go({{"t"}}, place);
  }

  // "t: id = 1: it is gone"
  static std::vector<std::string> conflicts(const Undone& undone) {
    std::vector<std::string> texts;
    for (const UndoConflict& conflict : undone.conflicts) {
      texts.push_back(conflict.table + ": " + conflict.row + ": " + conflict.why);
    }
    return texts;
  }

 private:
  std::unique_ptr<RunLog> run_;
};

TEST_F(UndoTest, ValuesOfAllKindsComeBackAsTheyWere) {
  psql(
      "CREATE SCHEMA s; SET search_path = s; CREATE TYPE mood AS ENUM ('sad', 'it''s ok');"
      "CREATE TYPE pair AS (x int, y text); CREATE DOMAIN word AS text CHECK (VALUE <> '');"
      "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n numeric, f float8,"
      " m mood, ms mood[], j json, b bytea, p pair, w word, c char(5), ts timestamptz, po point,"
      " x text, twice numeric GENERATED ALWAYS AS (n * 2) STORED, \"Odd \"\"name\" text);"
      "INSERT INTO t (n, f, m, ms, j, b, p, w, c, ts, po, x, \"Odd \"\"name\") VALUES (1.50, 'NaN',"
      " 'it''s ok', '{sad,NULL}', '{\"a\" :  1}', '\\x00ff5c', ROW(1, E'\\t'), 'w', 'ab',"
      " '2026-01-19 12:00+02', '(1,2)', E'\\\\N\\n\\t\\r', 'o'),"
      " (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '\\N', NULL)");
  expect_round_trip({{"t"}});
}

TEST_F(UndoTest, FromAFileAsWell) {
  psql("CREATE SCHEMA s CREATE TABLE t (id int PRIMARY KEY) ; INSERT INTO s.t VALUES (1), (2)");
  const test_support::TemporaryFolder folder;
  expect_round_trip({{"t", "id = 2"}}, folder.path());
}

TEST_F(UndoTest, ParentsAndChildrenWithCompositeKeys) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.a (x int, y text, PRIMARY KEY (x, y));"
      "CREATE TABLE s.b (id int PRIMARY KEY, x int, y text, FOREIGN KEY (x, y) REFERENCES s.a);"
      "INSERT INTO s.a VALUES (1, 'one'), (2, 'two'); INSERT INTO s.b VALUES (1, 1, 'one'),"
      " (2, 2, NULL), (3, 2, 'two')");
  expect_round_trip({{"b"}, {"a"}});
}

TEST_F(UndoTest, SelfReferencesAndCyclesNeedNoOrder) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.tree (id int PRIMARY KEY, up int NOT NULL REFERENCES "
      "s.tree);"
      "INSERT INTO s.tree VALUES (1, 1), (2, 1), (3, 2);"
      "CREATE TABLE s.a (id int PRIMARY KEY, b int NOT NULL);"
      "CREATE TABLE s.b (id int PRIMARY KEY, a int NOT NULL REFERENCES s.a);"
      "ALTER TABLE s.a ADD CONSTRAINT a_b FOREIGN KEY (b) REFERENCES s.b DEFERRABLE;"
      "BEGIN; SET CONSTRAINTS ALL DEFERRED; INSERT INTO s.a VALUES (1, 2); INSERT INTO s.b VALUES"
      " (2, 1); COMMIT; ALTER TABLE s.a ALTER CONSTRAINT a_b NOT DEFERRABLE");
  expect_round_trip({{"tree"}, {"a"}, {"b"}});
}

TEST_F(UndoTest, Partitions) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.p (id int PRIMARY KEY, x text) PARTITION BY RANGE (id);"
      "CREATE TABLE s.p1 PARTITION OF s.p FOR VALUES FROM (0) TO (10);"
      "CREATE TABLE s.p2 PARTITION OF s.p FOR VALUES FROM (10) TO (20);"
      "CREATE TABLE s.c (id int PRIMARY KEY, p int REFERENCES s.p);"
      "INSERT INTO s.p VALUES (1, 'a'), (11, 'b'); INSERT INTO s.c VALUES (1, 1), (2, 11)");
  expect_round_trip({{"c"}, {"p1"}, {"p2"}});
}

TEST_F(UndoTest, ResetColumnsGetTheirOldValues) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.t (id int PRIMARY KEY, stock numeric, note json);"
      "INSERT INTO s.t VALUES (1, 5.00, '{}'), (2, NULL, '[1]'), (3, 7, NULL)");
  expect_round_trip({{"t", "id < 3", "stock", "0"}});
  expect_round_trip({{"t", "id < 3", "note", "NULL"}});
}

TEST_F(UndoTest, ARowThatWasResetAndThenDeleted) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.t (id int PRIMARY KEY, x int); INSERT INTO s.t VALUES (1, "
      "5)");
  const std::string before = rows_of("t");
  go({{"t", "true", "x", "0"}, {"t"}});
  EXPECT_EQ(undo().conflict_count(), 0);
  EXPECT_EQ(rows_of("t"), before);
}

TEST_F(UndoTest, TriggersOfTheUserAreOffMeanwhileAndAsTheyWereAfterwards) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.t (id int PRIMARY KEY); CREATE TABLE s.log (id int);"
      "CREATE FUNCTION s.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO s.log VALUES"
      " (NEW.id); RETURN NEW; END'; INSERT INTO s.t VALUES (1);"
      "CREATE TRIGGER noisy AFTER INSERT ON s.t FOR EACH ROW EXECUTE FUNCTION s.f();"
      "ALTER TABLE s.t ENABLE ALWAYS TRIGGER noisy");
  go({{"t"}});
  EXPECT_THAT(undo().notes, ElementsAre("trigger noisy of s.t is switched off meanwhile"));
  EXPECT_EQ(rows_of("log"), "");
  EXPECT_EQ(psql("SELECT tgenabled FROM pg_trigger WHERE tgname = 'noisy'"), "A");
}

TEST_F(UndoTest, SequencesAreNotBehindTheIds) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.t (id serial PRIMARY KEY); INSERT INTO s.t SELECT FROM"
      " generate_series(1, 9)");
  go({{"t"}});
  psql("ALTER SEQUENCE s.t_id_seq RESTART");
  undo();
  EXPECT_EQ(psql("INSERT INTO s.t DEFAULT VALUES RETURNING id"), "10");
}

TEST_F(UndoTest, TakenKeysAreConflicts) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.t (id int PRIMARY KEY, mail text, live bool);"
      "CREATE UNIQUE INDEX mail ON s.t (lower(mail)) WHERE live;"
      "INSERT INTO s.t VALUES (1, 'a', true), (2, 'b', true), (3, 'c', false), (4, 'd', true)");
  go({{"t"}});
  psql("INSERT INTO s.t VALUES (1, 'x', true), (5, 'B', true), (6, 'C', true)");
  const Undone undone = undo();
  EXPECT_THAT(conflicts(undone), ElementsAre("t: id = 1: a row with the same t_pkey is there",
                                             "t: id = 2: a row with the same mail is there"));
  ASSERT_EQ(undone.tables.size(), 1U);
  EXPECT_EQ(undone.tables[0].rows, 2);
  EXPECT_EQ(undone.tables[0].conflicts, 2);
  // What nothing keeps from it has come back.
  EXPECT_EQ(rows_of("t"), "(1,x,t) (3,c,f) (4,d,t) (5,B,t) (6,C,t)");
}

TEST_F(UndoTest, WhoHangsOnWhatStaysAwayStaysAway) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.top (id int PRIMARY KEY);"
      "CREATE TABLE s.a (id int PRIMARY KEY, top int REFERENCES s.top);"
      "CREATE TABLE s.b (id int PRIMARY KEY, a int REFERENCES s.a);"
      "INSERT INTO s.top VALUES (1), (2); INSERT INTO s.a VALUES (1, 1), (2, 2);"
      "INSERT INTO s.b VALUES (1, 1), (2, 2)");
  go({{"b"}, {"a"}});
  psql("DELETE FROM s.top WHERE id = 1");
  EXPECT_THAT(conflicts(undo()), ElementsAre("b: id = 1: its row of s.a (b_a_fkey) stays away",
                                             "a: id = 1: its row of s.top (a_top_fkey) is gone"));
  EXPECT_EQ(rows_of("a") + rows_of("b"), "(2,2)(2,2)");
}

// Another row under the key of theirs is not the one that they meant; the very same row is.
TEST_F(UndoTest, WhoHangsOnARowWhosePlaceIsTakenStaysAway) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.a (id int PRIMARY KEY, x text);"
      "CREATE TABLE s.b (id int PRIMARY KEY, a int REFERENCES s.a);"
      "INSERT INTO s.a VALUES (1, 'one'), (2, 'two'), (3, NULL); INSERT INTO s.b VALUES (1, 1), "
      "(2, 2), (3, 3)");
  go({{"b"}, {"a"}});
  psql("INSERT INTO s.a VALUES (1, 'another'), (2, 'two'), (3, NULL)");
  EXPECT_THAT(conflicts(undo()), ElementsAre("b: id = 1: its row of s.a (b_a_fkey) stays away",
                                             "a: id = 1: a row with the same a_pkey is there",
                                             "a: id = 2: it is there already, as it was",
                                             "a: id = 3: it is there already, as it was"));
  EXPECT_EQ(rows_of("a") + " " + rows_of("b"), "(1,another) (2,two) (3,) (2,2) (3,3)");
}

TEST_F(UndoTest, AKeyThatIsNotEnforcedIsInNobodysWay) {
  if (connection().server_version() < 180000) {
    GTEST_SKIP() << "NOT ENFORCED foreign keys came with PostgreSQL 18";
  }
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.a (id int PRIMARY KEY);"
      "CREATE TABLE s.b (id int PRIMARY KEY, a int REFERENCES s.a NOT ENFORCED);"
      "INSERT INTO s.b VALUES (1, 99)");
  go({{"b"}});
  EXPECT_THAT(conflicts(undo()), ElementsAre());
  EXPECT_EQ(rows_of("b"), "(1,99)");
}

TEST_F(UndoTest, ValuesThatChangedSinceAreConflicts) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.t (id int PRIMARY KEY, x json);"
      "INSERT INTO s.t VALUES (1, '1'), (2, '2'), (3, '3')");
  go({{"t", "true", "x", "'[]'"}});
  psql("DELETE FROM s.t WHERE id = 1; UPDATE s.t SET x = '[7]' WHERE id = 2");
  EXPECT_THAT(conflicts(undo()),
              ElementsAre("t: id = 1: it is gone", "t: id = 2: x has changed since"));
  EXPECT_EQ(rows_of("t"), "(2,[7]) (3,3)");
}

TEST_F(UndoTest, AnOldValueThatSomebodyElseHasNowIsAConflict) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.t (id int PRIMARY KEY, code text UNIQUE);"
      "INSERT INTO s.t VALUES (1, 'a'), (2, 'b')");
  go({{"t", "true", "code", "NULL"}});
  psql("INSERT INTO s.t VALUES (3, 'a')");
  EXPECT_THAT(conflicts(undo()), ElementsAre("t: id = 1: a row with the same t_code_key is there"));
  EXPECT_EQ(rows_of("t"), "(1,) (2,b) (3,a)");
}

TEST_F(UndoTest, TenConflictsOfATableAreNamed) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.t (id int PRIMARY KEY); INSERT INTO s.t SELECT"
      " generate_series(1, 15)");
  go({{"t"}});
  psql("INSERT INTO s.t SELECT generate_series(1, 15)");
  const Undone undone = undo(false);
  EXPECT_EQ(undone.conflict_count(), 15);
  EXPECT_EQ(undone.conflicts.size(), 10U);
}

TEST_F(UndoTest, LookingChangesNothing) {
  psql("CREATE SCHEMA s CREATE TABLE t (id int PRIMARY KEY); INSERT INTO s.t VALUES (1)");
  go({{"t"}});
  undo(false);
  EXPECT_EQ(rows_of("t"), "");
}

TEST_F(UndoTest, TablesThatAreNotAsTheyWereDoNotFit) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.t (id int PRIMARY KEY, x int, y text);"
      "CREATE TABLE s.u (id int PRIMARY KEY); INSERT INTO s.t VALUES (1, 1, 'y')");
  go({{"t"}, {"u"}});
  psql(
      "ALTER TABLE s.t DROP COLUMN x, ALTER COLUMN y TYPE varchar(3), ADD COLUMN z int;"
      "DROP TABLE s.u");
  std::string all;
  for (const Fault& fault : misfits_now()) all += to_string(fault) + "\n";
  EXPECT_THAT(all, HasSubstr("s.t.x: is in the archive, and the table has no such column"));
  EXPECT_THAT(all, HasSubstr("s.t.y: is of type text in the archive, and of type character"));
  EXPECT_THAT(all, HasSubstr("s.u: the run changed this table, and it is not there any more"));
  EXPECT_THAT(all, ::testing::Not(HasSubstr("s.t.z")));
}

TEST_F(UndoTest, TheCommandDoesItOnce) {
  one_row_goes();
  const Told preview = command(false);
  EXPECT_EQ(preview.status, 0);
  EXPECT_THAT(preview.out, HasSubstr("Nothing was changed. To do it: resow undo 1 --execute"));
  EXPECT_EQ(rows_of("t"), "");
  const Told done = command(true);
  EXPECT_EQ(done.status, 0);
  EXPECT_THAT(done.out, HasSubstr("undo: 1 row of run 1 brought back"));
  EXPECT_EQ(rows_of("t"), "(1)");
  EXPECT_EQ(values("SELECT id, command, subject, state FROM resow.run ORDER BY id"),
            "1|prune|p|undone, 2|undo|run 1|done");
  EXPECT_EQ(values("SELECT * FROM resow.run_table WHERE run = 2"), "2|s|t|0|0|1||");
  EXPECT_THAT(command(true).fault, HasSubstr("run 1: is undone already"));
}

TEST_F(UndoTest, ConflictsChangeNothing) {
  psql("CREATE SCHEMA s CREATE TABLE t (id int PRIMARY KEY); INSERT INTO s.t VALUES (1), (2)");
  go({{"t"}});
  psql("INSERT INTO s.t VALUES (2)");
  const Told refused = command(true);
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.out, HasSubstr("1 row of s.t cannot come back:\n"
                                     "  id = 2: it is there already, as it was\n"));
  EXPECT_EQ(rows_of("t"), "(2)");
  EXPECT_EQ(psql("SELECT state FROM resow.run WHERE id = 1"), "done");
  EXPECT_EQ(values("SELECT state, error FROM resow.run WHERE id = 2"), "failed|conflicts");
  EXPECT_EQ(command(true, true).status, 0);
  EXPECT_EQ(rows_of("t"), "(1) (2)");
}

TEST_F(UndoTest, ADamagedArchiveChangesNothing) {
  one_row_goes();
  psql(
      "UPDATE resow.archive SET bytes = set_byte(bytes, length(bytes) - 30,"
      " get_byte(bytes, length(bytes) - 30) # 16)");
  EXPECT_THAT(command(true).fault, HasSubstr("a checksum is not that of the block"));
  EXPECT_EQ(psql("SELECT state FROM resow.run WHERE id = 1"), "done");
  psql("DELETE FROM resow.archive");
  EXPECT_THAT(command(true).fault, HasSubstr("run 1: its archive is gone"));
}

TEST_F(UndoTest, FilesMayMoveAndHaveATail) {
  const test_support::TemporaryFolder folder, other;
  one_row_goes(folder.path());
  std::ofstream(archive(), std::ios::app) << "half a block of a batch that was not committed";
  const std::string moved = other.path() + "/moved";
  std::filesystem::rename(archive(), moved);
  EXPECT_THAT(command(true).fault, HasSubstr("cannot be read: No such file or directory; say where"
                                             " the archive lies now: --archive FILE"));
  EXPECT_EQ(command(true, false, moved).status, 0);
  EXPECT_EQ(rows_of("t"), "(1)");
  psql("DROP SCHEMA s CASCADE");
  one_row_goes();
  EXPECT_THAT(command(true, false, moved).fault, HasSubstr("is the archive of another run: 1 of"));
}

TEST_F(UndoTest, AProtectedDatabaseIsLeftAlone) {
  one_row_goes();
  psql("ALTER DATABASE \"" + database().name() + "\" SET resow.protected = on");
  EXPECT_THAT(command(true).fault, HasSubstr("resow.protected is on"));
  EXPECT_EQ(rows_of("t"), "");
}

}  // namespace
}  // namespace resow

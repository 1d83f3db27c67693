#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "fixtures/fault.h"
#include "runner/baseline/baseline.h"
#include "runner/commands/history_options.h"
#include "runner/history/control_tables.h"
#include "runner/history/run_log.h"
#include "runner/lock.h"
#include "runner/prune/archive.h"
#include "tests/support/pg_test.h"
#include "tests/support/shell.h"

namespace resow {
namespace {

using test_support::PgTest;
using test_support::TemporaryFolder;
using ::testing::HasSubstr;

class HistoryTest : public PgTest {
 protected:
  static RunHead head(const std::string& archive = "") {
    return {"prune", "nightly", "ab12", "plan-1", archive};
  }
  RunCount count(const std::string& table, int64_t removed,
                 const std::string& oldest = "2026-01-02",
                 const std::string& newest = "2026-01-03") {
    return {"s", table, removed, 1, 0, oldest, newest};
  }
  void add(RunLog& run, const std::vector<RunCount>& counts) {
    Transaction transaction(connection(), Access::kReadWrite);
    run.add(transaction, counts);
    transaction.commit();
  }
  std::string alive(int64_t run) {
    Transaction transaction(connection(), Access::kReadOnly);
    return std::string(
        transaction
            .query("SELECT " + run_is_alive_sql(std::to_string(run) + "::pg_catalog.int8"), "")
            .text(0, 0));
  }
  static std::string message_of(const InputError& error) {
    return to_string(error.faults().front());
  }
  std::vector<ArchivedTable> tables() {
    return {{"s", "t", ArchivedKind::kDeleted, {{"id", "integer"}, {"x", "text"}}, 0}};
  }
};

TEST_F(HistoryTest, RecordsWhoDidWhatAndHowMuch) {
  RunLog run(options(), head());
  EXPECT_EQ(values("SELECT command, subject, subject_hash, plan, state, batches, finished IS NULL,"
                   " database_user = session_user, os_user <> '', host <> '', application LIKE"
                   " 'resow %' FROM resow.run"),
            "prune|nightly|ab12|plan-1|running|0|true|true|true|true|true");
  EXPECT_EQ(alive(run.id()), "t");
  add(run, {count("t", 5), count("u", 1)});
  add(run, {count("t", 7, "2025-12-31", "2026-01-01")});
  run.finish(RunState::kCompleted, "");
  EXPECT_EQ(values("SELECT schema, \"table\", removed, reset, oldest, newest FROM resow.run_table"
                   " ORDER BY 2"),
            "s|t|12|2|2025-12-31|2026-01-03, s|u|1|1|2026-01-02|2026-01-03");
  EXPECT_EQ(values("SELECT state, batches, finished >= started FROM resow.run"), "done|2|true");
  EXPECT_EQ(alive(run.id()), "f");
}

TEST_F(HistoryTest, NumbersAreComparedAsNumbers) {
  RunLog run(options(), head());
  add(run, {count("t", 1, "9", "9")});
  add(run, {count("t", 1, "10", "-10")});
  EXPECT_EQ(values("SELECT oldest, newest FROM resow.run_table"), "9|9");
}

TEST_F(HistoryTest, ABatchThatIsRolledBackIsNotCounted) {
  RunLog run(options(), head());
  {
    Transaction transaction(connection(), Access::kReadWrite);
    run.add(transaction, std::vector<RunCount>{count("t", 5)});
  }
  EXPECT_EQ(psql("SELECT batches FROM resow.run"), "0");
  EXPECT_EQ(psql("SELECT count(*) FROM resow.run_table"), "0");
}

TEST_F(HistoryTest, ARunThatWasNotFinishedStaysRunningAndIsNotAlive) {
  int64_t id = 0;
  {
    const RunLog run(options(), head());
    id = run.id();
  }
  EXPECT_EQ(psql("SELECT state FROM resow.run"), "running");
  EXPECT_EQ(alive(id), "f");
}

TEST_F(HistoryTest, HoldsNeitherSnapshotNorTransactionId) {
  RunLog run(ConnectionOptions{database().conninfo(), "the run"}, head());
  const std::string holds =
      "SELECT state, backend_xid IS NULL, backend_xmin IS NULL FROM pg_stat_activity"
      " WHERE application_name = 'the run' AND datname = current_database()";
  EXPECT_EQ(values(holds), "idle in transaction|true|true");
  run.work_under(
      [](Transaction& holding) { lock_schemas(holding, std::vector<std::string>{"s"}, 0, {}); },
      [&] { EXPECT_EQ(values(holds), "idle in transaction|true|true"); });
  EXPECT_EQ(values(holds), "idle in transaction|true|true");
}

// However many schemas a run goes through, the server has room for the locks of one.
TEST_F(HistoryTest, LocksAreFreeWhenTheWorkUnderThemIsDone) {
  RunLog run(ConnectionOptions{database().conninfo(), "the run"}, head());
  const std::string locks =
      "SELECT count(*) FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)"
      " WHERE a.application_name = 'the run' AND l.locktype = 'advisory'"
      " AND a.datname = current_database()";
  const std::string before = psql(locks);
  for (int i = 0; i < 2; ++i) {
    run.work_under(
        [](Transaction& holding) { lock_schemas(holding, std::vector<std::string>{"s"}, 0, {}); },
        [&] { EXPECT_NE(psql(locks), before); });
    EXPECT_EQ(psql(locks), before);
    EXPECT_EQ(alive(run.id()), "t");
  }
}

TEST_F(HistoryTest, ABatchOfARunThatWasTakenForDeadAndUndoneIsRefused) {
  RunLog run(ConnectionOptions{database().conninfo(), "the run"}, head());
  add(run, {count("t", 5)});
  psql("UPDATE resow.run SET state = 'undone'");
  try {
    add(run, {count("t", 5)});
    FAIL();
  } catch (const DatabaseError& error) {
    EXPECT_THAT(error.what(), HasSubstr("was taken for dead, and is undone or forgotten"));
  }
  run.finish(RunState::kFailed, "so");
  EXPECT_EQ(values("SELECT state, error, batches FROM resow.run"), "undone||1");
}

// PostgreSQL 17 has a limit of whole transactions.
TEST_F(HistoryTest, NoTimeoutEndsTheOpenTransaction) {
  { RunLog(options(), head()).finish(RunState::kCompleted, ""); }  // makes the tables
  const std::string limit = connection().server_version() >= 170000
                                ? "transaction_timeout"
                                : "idle_in_transaction_session_timeout";
  psql("ALTER DATABASE " + database().name() + " SET " + limit + " = '1s'");
  RunLog run(ConnectionOptions{database().conninfo(), "the run"}, head());
  psql("ALTER DATABASE " + database().name() + " RESET " + limit);
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  EXPECT_EQ(alive(run.id()), "t");
}

TEST_F(HistoryTest, EndsOverANewConnectionWhereItsOwnWasLost) {
  RunLog run(ConnectionOptions{database().conninfo(), "the run"}, head());
  psql(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'the run' "
      "AND datname = current_database()");
  run.finish(RunState::kFailed, "a trigger\nraised");
  EXPECT_EQ(values("SELECT state, error FROM resow.run"), "failed|a trigger\\nraised");
}

TEST_F(HistoryTest, CountsWhatEarlierRunsOfAPlanDid) {
  {
    Transaction transaction(connection(), Access::kReadOnly);
    EXPECT_TRUE(done_for_plan(transaction, "plan-1").empty());
  }
  for (const char* state : {"done", "undone"}) {
    RunLog run(options(), head());
    add(run, {count("t", 5)});
    run.finish(RunState::kStopped, "");
    if (state == std::string("undone")) {
      psql("UPDATE resow.run SET state = 'undone' WHERE id = " + std::to_string(run.id()));
    }
  }
  RunLog run(options(), head());
  add(run, {count("t", 2)});
  Transaction transaction(connection(), Access::kReadOnly);
  const std::vector<RunCount> done = done_for_plan(transaction, "plan-1");
  ASSERT_EQ(done.size(), 1U);
  EXPECT_EQ(done[0].removed, 7);
  EXPECT_EQ(done[0].reset, 2);
  EXPECT_TRUE(done_for_plan(transaction, "plan-2").empty());
}

TEST_F(HistoryTest, TellsWhichGrantHelps) {
  const std::string user = role("clerk");
  try {
    const RunLog run(options(user), head());
    FAIL();
  } catch (const InputError& error) {
    EXPECT_THAT(message_of(error), HasSubstr("may not make schema resow in "));
    EXPECT_THAT(message_of(error), HasSubstr("let its owner say: GRANT CREATE ON DATABASE "));
  }
  { RunLog(options(), head()).finish(RunState::kCompleted, ""); }
  try {
    const RunLog run(options(user), head());
    FAIL();
  } catch (const InputError& error) {
    EXPECT_THAT(message_of(error), HasSubstr("may not write to the tables in schema resow"));
    const std::string mend = error.faults().front().mend;
    psql(mend.substr(mend.find("GRANT")));
  }
  RunLog run(options(user), head());
  run.finish(RunState::kCompleted, "");
  EXPECT_EQ(psql("SELECT count(*) FROM resow.run WHERE state = 'done'"), "2");
}

TEST_F(HistoryTest, ASchemaOfThatNameMayBeSomebodyElses) {
  psql("CREATE SCHEMA resow");
  try {
    const RunLog run(options(), head());
    FAIL();
  } catch (const InputError& error) {
    EXPECT_THAT(message_of(error), HasSubstr("it is in the way"));
  }
}

TEST_F(HistoryTest, BaselinesAndTheHistoryDoNotCareForEachOther) {
  psql("CREATE SCHEMA s CREATE TABLE t (id int PRIMARY KEY)");
  const auto baseline = [&](bool drop) {
    Transaction transaction(connection(), Access::kReadWrite);
    lock_schemas(transaction, std::vector<std::string>{"resow", "s"}, 0, {});
    if (drop) {
      drop_baseline(transaction, "s");
    } else {
      take_baseline(transaction, "s");
    }
    transaction.commit();
  };
  baseline(false);
  { RunLog(options(), head()).finish(RunState::kCompleted, ""); }
  baseline(true);
  EXPECT_EQ(psql("SELECT state FROM resow.run"), "done");
  baseline(false);
  baseline(true);
  { RunLog(options(), head()).finish(RunState::kCompleted, ""); }
  EXPECT_EQ(psql("SELECT count(*) FROM resow.run"), "2");
}

TEST_F(HistoryTest, TablesOfAnotherVersionAreLeftAlone) {
  { RunLog(options(), head()).finish(RunState::kCompleted, ""); }
  psql("COMMENT ON TABLE resow.run IS 'resow: history, layout 99'");
  EXPECT_THROW(RunLog(options(), head()), InputError);
}

TEST_F(HistoryTest, ForgetsWhatIsOld) {
  for (const char* place : {"table", "/tmp/nowhere", ""}) {
    RunLog run(options(), head(place));
    run.finish(RunState::kCompleted, "");
  }
  const RunLog running(options(), head("table"));
  psql(
      "UPDATE resow.run SET started = now() - interval '100 days', finished = finished -"
      " interval '50 days'");
  psql("INSERT INTO resow.archive SELECT id, 0, '' FROM resow.run");
  const auto forget = [&](double history, double archive) {
    Transaction transaction(connection(), Access::kReadWrite);
    Forgotten forgotten = forget_runs(transaction, history, archive);
    transaction.commit();
    return forgotten;
  };
  constexpr double kDay = 86'400;
  Forgotten forgotten = forget(kDay * 60, kDay * 60);
  EXPECT_EQ(forgotten.runs, 0);
  EXPECT_EQ(forgotten.archives, 0);
  forgotten = forget(kDay * 60, kDay * 40);
  EXPECT_EQ(forgotten.runs, 0);
  EXPECT_EQ(forgotten.archives, 2);
  ASSERT_EQ(forgotten.files.size(), 1U);
  EXPECT_THAT(forgotten.files[0],
              HasSubstr("/tmp/nowhere/" + database().name() + "-run-2.archive"));
  psql("DELETE FROM resow.archive WHERE run = 3");
  forgotten = forget(kDay * 40, kDay * 40);
  EXPECT_EQ(forgotten.runs, 3);
  EXPECT_EQ(values("SELECT id, archive FROM resow.run"), "4|table");
}

TEST_F(HistoryTest, WhatIsOverAtOnceIsRecordedInItsTransaction) {
  Transaction transaction(connection(), Access::kReadWrite);
  add_finished_run(transaction, {"rewind", "", "", "", ""}, std::vector<RunCount>{count("t", 5)});
  transaction.commit();
  EXPECT_EQ(values("SELECT command, state, finished IS NOT NULL FROM resow.run"),
            "rewind|done|true");
}

// Batches as they come: stored and committed, stored and rolled back, given up before that.
void archive_some_batches(Connection& connection, RunLog& run, Archive& archive) {
  const auto batch = [&](int64_t number, const std::string& rows, bool commit) {
    Transaction transaction(connection, Access::kReadWrite);
    archive.add(0, 1, rows);
    archive.store(transaction, number);
    if (!commit) return archive.discard();
    run.add(transaction, std::vector<RunCount>{{"s", "t", 1, 0, 0, {}, {}}});
    transaction.commit();
  };
  batch(1, "0\tnot this one\n", false);
  batch(1, "1\tone\n", true);
  archive.add(0, 1, "8\tnor this\n");
  archive.discard();
  batch(2, "2\ttwo\n", true);
  batch(3, "9\tnor that\n", false);
  batch(3, "3\t" + std::string(3 << 20, 'x') + "\n", true);
  archive.close();
}

std::string rows_of(const std::string& bytes, int64_t batches) {
  size_t at = 0;
  ArchiveReader reader(
      [&](char* into, size_t wanted) {
        const size_t got = std::min(wanted, bytes.size() - at);
        std::copy_n(bytes.data() + at, got, into);
        at += got;
        return got;
      },
      bytes.size(), batches);
  std::string rows;
  while (reader.next()) rows += reader.bytes();
  return rows;
}

const std::string kThreeRows = "1\tone\n2\ttwo\n3\t" + std::string(3 << 20, 'x') + "\n";

TEST_F(HistoryTest, ArchivesInAFile) {
  const TemporaryFolder folder;
  RunLog run(options(), head(folder.path()));
  EXPECT_EQ(run.archive(), folder.path() + "/" + database().name() + "-run-1.archive");
  archive_some_batches(connection(), run, *make_archive(run, tables()));
  std::ifstream file(run.archive(), std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), {});
  EXPECT_EQ(rows_of(bytes, 3), kThreeRows);
}

// What a write meets where the disk is full, it meets at a limit of the process as well.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  void (*handler_)(int);
  rlimit before_{};
};

TEST_F(HistoryTest, WhatTheDiskDoesNotTakeIsNoBatch) {
  const TemporaryFolder folder;
  RunLog run(options(), head(folder.path()));
  const std::unique_ptr<Archive> archive = make_archive(run, tables());
  const auto batch = [&](int64_t number, const std::string& rows, int64_t count) {
    Transaction transaction(connection(), Access::kReadWrite);
    archive->add(0, count, rows);
    archive->store(transaction, number);
    run.add(transaction, std::vector<RunCount>{{"s", "t", count, 0, 0, {}, {}}});
    transaction.commit();
  };
  batch(1, "1\tone\n", 1);
  {
    // Rows that cannot be made much smaller.
    std::string rows;
    uint64_t number = 1;
    for (int row = 0; row < 100'000; ++row) {
      number = number * 6364136223846793005U + 1442695040888963407U;
      rows += std::to_string(number) + "\tx\n";
    }
    const FileSizeLimit limit(100'000);
    try {
      batch(2, rows, 100'000);
      FAIL();
    } catch (const ArchiveUnwritable& error) {
      EXPECT_STREQ(error.what(), "cannot be written: File too large");
    }
    archive->discard();
  }
  batch(2, "2\ttwo\n", 1);
  archive->close();
  std::ifstream file(run.archive(), std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), {});
  EXPECT_EQ(rows_of(bytes, 2), "1\tone\n2\ttwo\n");
  EXPECT_EQ(psql("SELECT batches FROM resow.run"), "2");
}

TEST_F(HistoryTest, ArchivesInATable) {
  RunLog run(options(), head("table"));
  archive_some_batches(connection(), run, *make_archive(run, tables()));
  const std::string hex =
      psql("SELECT encode(string_agg(bytes, '' ORDER BY part), 'hex') FROM resow.archive");
  std::string bytes;
  for (size_t i = 0; i < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  EXPECT_EQ(rows_of(bytes, 3), kThreeRows);
}

TEST_F(HistoryTest, AnArchiveThatCannotBeMadeIsNone) {
  const TemporaryFolder folder;
  RunLog run(options(), head(folder.path() + "/missing/further"));
  try {
    make_archive(run, tables());
    FAIL();
  } catch (const ArchiveUnwritable& error) {
    EXPECT_EQ(error.path, run.archive());
    EXPECT_STREQ(error.what(), "cannot be written: No such file or directory");
  }
  // Nor does it replace one.
  RunLog second(options(), head(folder.path()));
  std::ofstream(second.archive()) << "somebody's";
  EXPECT_THROW(make_archive(second, tables()), ArchiveUnwritable);
}

// What resow history prints, and what a validator has against it.
std::string history_of(const HistoryOptions& history, const std::string& conninfo, Format format) {
  CommonOptions common;
  common.dbname = conninfo;
  common.format = format;
  ::testing::internal::CaptureStdout();
  run_history(history, common);
  std::fflush(stdout);
  return ::testing::internal::GetCapturedStdout();
}

std::string against_schema(const std::string& document) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() + "/document") << document;
  return test_support::sh(
             "/usr/bin/env python3 -c 'import json, sys, jsonschema\n"
             "schema, document = (json.load(open(f)) for f in sys.argv[1:])\n"
             "jsonschema.Draft7Validator.check_schema(schema)\n"
             "jsonschema.Draft7Validator(schema).validate(document)' " RESOW_SOURCE_DIR
             "/docs/history.schema.json " +
             folder.path() + "/document")
      .output;
}

TEST_F(HistoryTest, TheCommandTellsOfRuns) {
  HistoryOptions options_of_all;
  const std::string to = database().conninfo();
  EXPECT_EQ(history_of(options_of_all, to, Format::kText),
            "history: nothing was recorded in this database\n");
  {
    RunLog done(options(), head("table"));
    add(done, {count("t", 1234)});
    done.finish(RunState::kCompleted, "");
    RunLog failed(options(), head());
    failed.finish(RunState::kFailed, "not today");
    const RunLog died(options(), head());
  }
  const std::string all = history_of(options_of_all, to, Format::kText);
  EXPECT_THAT(all, HasSubstr("1,234"));
  EXPECT_THAT(all, HasSubstr(" died "));
  EXPECT_LT(all.find("died"), all.find("failed"));  // the newest first
  EXPECT_LT(all.find("failed"), all.find("done"));
  EXPECT_EQ(against_schema(history_of(options_of_all, to, Format::kJson)), "");
  HistoryOptions of_one;
  of_one.run = 1;
  const std::string one = history_of(of_one, to, Format::kText);
  EXPECT_THAT(one, HasSubstr("archive   in resow.archive\n"));
  EXPECT_THAT(one, HasSubstr("s       t        1,234      1          2026-01-02  2026-01-03\n"));
  EXPECT_EQ(against_schema(history_of(of_one, to, Format::kJson)), "");
  of_one.run = 9;
  EXPECT_THROW(history_of(of_one, to, Format::kText), InputError);
  ::testing::internal::GetCapturedStdout();
}

}  // namespace
}  // namespace resow

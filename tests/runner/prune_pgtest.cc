// What happens to a prune when others alter tables, lock them or make partitions meanwhile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "fixtures/fault.h"
#include "fixtures/policy_json.h"
#include "runner/prune/prune.h"
#include "runner/prune/replication_lag.h"
#include "tests/support/pg_test.h"

namespace resow {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kOldJobs =
    R"({"schemas": ["s"], "delete": {"tasks": "follow", "jobs": {"state": {"done": true}}}})";

class PruneTest : public test_support::PgTest {
 protected:
  PruneTest() {
    psql(
        "CREATE SCHEMA s; CREATE TABLE s.jobs (id int PRIMARY KEY, done boolean NOT NULL);"
        "CREATE TABLE s.tasks (id int PRIMARY KEY, job_id int NOT NULL REFERENCES s.jobs);"
        "INSERT INTO s.jobs SELECT i, i <= 30 FROM generate_series(1, 40) AS i;"
        "INSERT INTO s.tasks SELECT i, i FROM generate_series(1, 40) AS i");
  }

  static PruneRequest request_of(const std::string& policy) {
    PruneRequest request;
    request.policy = parse_policy(policy, "policy.json");
    request.policy_hash = policy;
    request.limits.batch_rows = 10;
    request.lock_wait = 1;
    return request;
  }

  std::string plan_of(const PruneRequest& request) {
    PruneResult preview;
    prune(connection(), options(), request, {}, preview);
    return preview.plan_id;
  }

  // Previews and executes; `meanwhile` once, when the first batch is committed.
  void execute(PruneRequest request, const std::function<void()>& meanwhile = {}) {
    request.plan = plan_of(request);
    PruneHooks hooks;
    hooks.on_rows = [&, times = 0](int64_t) mutable {
      if (++times == 1 && meanwhile) meanwhile();
    };
    hooks.on_message = [&](std::string_view line) { messages.emplace_back(line); };
    result = {};
    prune(connection(), options(), request, hooks, result);
  }

  DatabaseError failure_of(const PruneRequest& request, const std::function<void()>& meanwhile) {
    try {
      execute(request, meanwhile);
    } catch (const DatabaseError& error) {
      return error;
    }
    ADD_FAILURE() << "it ended well";
    return DatabaseError("");
  }

  PruneResult result;
  std::vector<std::string> messages;
};

// Its values would be in no archive.
TEST_F(PruneTest, AColumnThatComesMeanwhileEndsTheRun) {
  const DatabaseError error = failure_of(request_of(kOldJobs), [&] {
    psql("ALTER TABLE s.tasks ADD COLUMN note text NOT NULL DEFAULT 'to be kept'");
  });
  EXPECT_STREQ(error.what(), "a table of s was altered while the run was at it");
  EXPECT_EQ(result.progress.batches, 1);
  EXPECT_EQ(psql("SELECT count(*) FROM s.jobs"), "35");
  EXPECT_EQ(psql("SELECT state FROM resow.run"), "failed");
}

TEST_F(PruneTest, WhatACascadeThatComesMeanwhileWouldTakeStays) {
  const DatabaseError error = failure_of(request_of(kOldJobs), [&] {
    psql(
        "CREATE TABLE s.bills (job_id int NOT NULL REFERENCES s.jobs ON DELETE CASCADE);"
        "INSERT INTO s.bills SELECT id FROM s.jobs");
  });
  EXPECT_THAT(error.what(), HasSubstr("was altered while the run was at it"));
  EXPECT_EQ(psql("SELECT count(*) FROM s.bills"), "35");
}

TEST_F(PruneTest, WhatDoesNotConcernTheTablesEndsNothing) {
  execute(request_of(kOldJobs), [&] {
    psql(
        "CREATE TABLE s.others (id int PRIMARY KEY); CREATE INDEX ON s.tasks (job_id);"
        "ANALYZE s.jobs; COMMENT ON TABLE s.jobs IS 'so'");
    psql("VACUUM FULL s.tasks");
  });
  EXPECT_EQ(result.progress.rows, 60);
  EXPECT_EQ(psql("SELECT count(*) FROM s.jobs"), "10");
}

TEST_F(PruneTest, APartitionThatComesMeanwhileIsNamed) {
  psql(
      "CREATE TABLE s.logs (id int, kind text, PRIMARY KEY (id, kind)) PARTITION BY LIST (kind);"
      "CREATE TABLE s.logs_a PARTITION OF s.logs FOR VALUES IN ('a');"
      "INSERT INTO s.logs SELECT i, 'a' FROM generate_series(1, 30) AS i");
  PruneRequest request = request_of(R"({"schemas": ["s"], "delete": {"logs": "all"}})");
  request.tolerance = 1;
  const DatabaseError error = failure_of(request, [&] {
    psql(
        "CREATE TABLE s.logs_b PARTITION OF s.logs FOR VALUES IN ('b');"
        "INSERT INTO s.logs SELECT i, 'b' FROM generate_series(1, 25) AS i");
  });
  EXPECT_STREQ(error.what(), "rows of s.logs lie in a partition that came while the run was at it");
  const std::string left = psql("SELECT count(*) FROM s.logs");
  // The same command goes on.
  request.plan = psql("SELECT plan FROM resow.run");
  PruneResult again;
  prune(connection(), options(), request, {}, again);
  EXPECT_EQ(std::to_string(again.progress.rows), left);
  EXPECT_EQ(psql("SELECT count(*) FROM s.logs"), "0");
}

TEST_F(PruneTest, ATableThatOthersHaveLockedIsWaitedForAndThenGivenUp) {
  const PruneRequest request = request_of(kOldJobs);
  std::unique_ptr<Connection> other;
  std::unique_ptr<Transaction> holder;
  const DatabaseError error = failure_of(request, [&] {
    other = std::make_unique<Connection>(options());
    holder = std::make_unique<Transaction>(*other, Access::kReadWrite);
    holder->execute("LOCK TABLE s.jobs", "lock");
  });
  EXPECT_EQ(error.sqlstate, "55P03");
  EXPECT_THAT(messages, ElementsAre(HasSubstr("waiting: look for rows of s.jobs")));
  holder.reset();
  EXPECT_EQ(psql("SELECT count(*) FROM s.jobs"), "35");
}

TEST_F(PruneTest, WhoMayNotSeeReplicasIsToldBeforeAnythingIsDeleted) {
  PruneRequest request = request_of(kOldJobs);
  request.limits.lag = 0.5;
  execute(request);  // without a replica nobody is behind
  EXPECT_EQ(result.progress.rows, 60);
  ReplicaWatch watch(0.5, {});
  watch.await(connection(), [] { return false; });
}

// What is old in the history is no reason to call a run failed that has done its work.
TEST_F(PruneTest, AHistoryThatCannotBeClearedFailsNothing) {
  const std::string user = role("pruner");
  execute(request_of(kOldJobs), {});
  psql("GRANT USAGE ON SCHEMA s, resow TO " + user + "; GRANT ALL ON ALL TABLES IN SCHEMA s TO " +
       user + "; GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA resow TO " + user +
       "; UPDATE s.jobs SET done = true;"
       "UPDATE resow.run SET started = now() - interval '1 year', finished = now() - interval '1 "
       "year'");
  PruneRequest request = request_of(
      R"({"schemas": ["s"], "delete": {"tasks": "follow", "jobs": {"state": {"done": true}}},
          "history": {"keep": "1 day"}})");
  request.allow_everything = true;
  Connection own(options(user));
  PruneResult preview;
  prune(own, options(user), request, {}, preview);
  request.plan = preview.plan_id;
  PruneHooks hooks;
  hooks.on_message = [&](std::string_view line) { messages.emplace_back(line); };
  PruneResult done;
  prune(own, options(user), request, hooks, done);
  EXPECT_EQ(done.progress.rows, 20);
  EXPECT_EQ(psql("SELECT string_agg(state, ' ' ORDER BY id) FROM resow.run"), "done done");
  EXPECT_THAT(messages, ElementsAre(HasSubstr("the history keeps what is old until the next run")));
}

}  // namespace
}  // namespace resow

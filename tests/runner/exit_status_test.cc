#include "runner/exit_status.h"

#include <gtest/gtest.h>

#include "runner/connection.h"
#include "runner/guard_facts.h"

namespace resow {
namespace {

TEST(ExitStatus, FollowsTheOutcome) {
  const struct {
    Outcome outcome;
    bool interrupted;
    int status;
  } cases[] = {
      {Outcome::kOk, false, 0},          {Outcome::kPreview, false, 0},
      {Outcome::kDifferences, false, 1}, {Outcome::kRefused, false, 3},
      {Outcome::kFailed, false, 4},      {Outcome::kFailed, true, 130},
      {Outcome::kOk, true, 0},           {Outcome::kDifferences, true, 1},
  };
  for (const auto& c : cases) {
    Report report;
    report.outcome = c.outcome;
    EXPECT_EQ(exit_status(report, c.interrupted), c.status)
        << to_string(c.outcome) << " " << c.interrupted;
  }
}

template <typename Error>
int status_of(const Error& error, Report& report) {
  return exit_status(std::make_exception_ptr(error), report);
}

TEST(ExitStatus, FollowsTheException) {
  Report report;
  EXPECT_EQ(status_of(InputError({{"--jobs", "is wrong", ""}, {"-d", "too", ""}}), report), 2);
  EXPECT_EQ(report.outcome, Outcome::kFailed);
  EXPECT_EQ(report.faults.size(), 2U);

  report = {};
  DatabaseFacts facts;
  facts.name = "shop";
  const GuardVerdict verdict = judge(facts, std::nullopt);
  EXPECT_EQ(status_of(GuardRefused(facts, verdict), report), 3);
  EXPECT_EQ(report.outcome, Outcome::kRefused);
  EXPECT_EQ(report.database, "shop");
  EXPECT_EQ(report.faults.at(0).mend, verdict.mend);

  report = {};
  DatabaseError error("relation does not exist");
  error.sqlstate = "42P01";
  EXPECT_EQ(status_of(error, report), 4);
  EXPECT_EQ(report.database_errors.at(0).sqlstate, "42P01");

  report = {};
  EXPECT_EQ(status_of(Interrupted(), report), 130);
  EXPECT_EQ(report.faults.at(0).what, "interrupted; nothing was changed");

  report = {};
  EXPECT_EQ(status_of(std::runtime_error("no server here"), report), 4);
  EXPECT_EQ(report.faults.at(0).what, "no server here");
}

}  // namespace
}  // namespace resow

#include "runner/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "runner/server_warnings.h"

namespace resow {
namespace {

TEST(ProgressLine, SaysRowsRateAndTimeLeft) {
  const struct {
    int64_t rows;
    uint64_t total;
    double seconds;
    size_t width;
    const char* line;
  } cases[] = {
      {1'500'000, 3'000'000, 2.5, 200,
       "seeding: 1,500,000 of 3,000,000 rows (50 %), 600,000 rows/s, 3 s left"},
      {1'500'000, 0, 2.5, 200, "seeding: 1,500,000 rows, 600,000 rows/s"},
      {0, 100, 1, 200, "seeding: 0 of 100 rows (0 %)"},
      {0, 0, 1, 200, "seeding"},
      {-5, 100, 1, 200, "seeding: 0 of 100 rows (0 %)"},
      {100, 100, 1, 200, "seeding: 100 of 100 rows (100 %)"},
      {120, 100, 1, 200, "seeding: 120 of 100 rows (100 %)"},
      {100, 1'000'000, 1, 200, "seeding: 100 of 1,000,000 rows (0 %), 100 rows/s, 2 h 47 min left"},
      {100, 30'000, 1, 200, "seeding: 100 of 30,000 rows (0 %), 100 rows/s, 5 min left"},
      {1, 1'000'000'000, 1, 200, "seeding: 1 of 1,000,000,000 rows (0 %), 1 rows/s"},
      {1'500'000, 3'000'000, 2.5, 20, "seeding: 1,500,000 o"},
      {5, 10, 0, 200, "seeding: 5 of 10 rows (50 %)"},
  };
  for (const auto& c : cases) {
    ProgressState state;
    state.rows = c.rows;
    state.all_rows = c.total;
    state.row_seconds = c.seconds;
    EXPECT_EQ(progress_line("seeding", state, c.width), c.line);
  }
}

TEST(ProgressLine, SaysWhatIsBeingDoneAndForHowManySchemas) {
  ProgressState state;
  state.step = "reading the catalog: columns";
  EXPECT_EQ(progress_line("apply", state, 200), "apply: reading the catalog: columns");
  state.pass = "planning";
  state.things = 1000;
  state.noun = "schemas";
  state.step = "look at the tables of user_1\n";
  state.all_rows = 5000;
  EXPECT_EQ(progress_line("apply", state, 200),
            "apply: planning, schemas 0 of 1,000; look at the tables of user_1\\n");
  state.done = 250;
  state.pass_seconds = 2;
  state.step = "";
  EXPECT_EQ(progress_line("apply", state, 200), "apply: planning, schemas 250 of 1,000, 6 s left");
  state.pass = "";
  state.rows = 1000;
  state.row_seconds = 1;
  state.step = "COPY user_250.jobs";
  EXPECT_EQ(progress_line("apply", state, 200),
            "apply: schemas 250 of 1,000, 1,000 of 5,000 rows (20 %), 1,000 rows/s, 4 s left; "
            "COPY user_250.jobs");
  state = {};
  state.things = 1;
  state.noun = "schemas";
  state.step = "COPY user_1.\u30ab\u30bf\u30ab\u30ca";
  EXPECT_EQ(progress_line("apply", state, 200), "apply: COPY user_1.\u30ab\u30bf\u30ab\u30ca");
  EXPECT_EQ(progress_line("apply", state, 24), "apply: COPY user_1.\u30ab\u30bf")
      << "wide characters take two columns, and none is cut in the middle";
}

TEST(Progress, NothingButDiagnosticsWhereItIsNotShown) {
  testing::internal::CaptureStderr();
  {
    Progress progress("seeding", false);
    progress.begin("", 10, "schemas");
    progress.step("COPY");
    progress.expect(10);
    progress.add(5);
    progress.say("waiting for pid 1\nDROP");
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "resow: waiting for pid 1\\nDROP\n");
}

TEST(Progress, ShowsAfterOneSecondAndErasesItself) {
  testing::internal::CaptureStderr();
  {
    Progress progress("seeding", true);
    progress.add(5);
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "") << "over within a second";
  testing::internal::CaptureStderr();
  {
    Progress progress("seeding", true);
    std::vector<std::thread> workers;
    for (int i = 0; i < 4; ++i) {
      workers.emplace_back([&] {
        for (int j = 0; j < 1000; ++j) progress.add(1);
      });
    }
    for (std::thread& worker : workers) worker.join();
    progress.add(10);
    progress.add(-10);
    std::this_thread::sleep_for(std::chrono::milliseconds(1300));
    progress.say("one line");
  }
  const std::string text = testing::internal::GetCapturedStderr();
  EXPECT_THAT(text, testing::StartsWith("\rseeding: 4,000 rows"));
  EXPECT_THAT(text, testing::HasSubstr("\r\x1b[Kresow: one line\n\rseeding: 4,000 rows"));
  EXPECT_THAT(text, testing::EndsWith("\r\x1b[K"));
}

TEST(ServerWarnings, AreToldOnceAndCounted) {
  std::vector<std::string> told;
  {
    ServerWarnings warnings([&](std::string_view line) { told.emplace_back(line); });
    warnings.receive("WARNING: a");
    warnings.receive("WARNING: b");
    for (int i = 0; i < 1500; ++i) warnings.receive("WARNING: a");
    EXPECT_THAT(told,
                testing::ElementsAre("the server says WARNING: a", "the server says WARNING: b"));
  }
  EXPECT_EQ(told.size(), 3U);
  EXPECT_EQ(told.back(), "the server said 1,501 times: WARNING: a");
}

TEST(ServerWarnings, OfManyDifferentOnesSomeAreTold) {
  std::vector<std::string> told;
  {
    ServerWarnings warnings([&](std::string_view line) { told.emplace_back(line); });
    for (int i = 0; i < 3000; ++i) warnings.receive("WARNING: row " + std::to_string(i));
  }
  EXPECT_EQ(told.size(), 21U);
  EXPECT_EQ(told.back(), "and 2,980 other warnings");
}

}  // namespace
}  // namespace resow

#include "runner/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace resow {
namespace {

TEST(ProgressLine, SaysRowsRateAndTimeLeft) {
  const struct {
    uint64_t rows, total;
    double seconds;
    size_t width;
    const char* line;
  } cases[] = {
      {1'500'000, 3'000'000, 2.5, 200,
       "seeding: 1,500,000 of 3,000,000 rows (50 %), 600,000 rows/s, 3 s left"},
      {1'500'000, 0, 2.5, 200, "seeding: 1,500,000 rows, 600,000 rows/s"},
      {0, 100, 1, 200, "seeding: 0 of 100 rows (0 %)"},
      {0, 0, 1, 200, "seeding: 0 rows"},
      {100, 100, 1, 200, "seeding: 100 of 100 rows (100 %), 100 rows/s"},
      {120, 100, 1, 200, "seeding: 120 of 100 rows (100 %), 120 rows/s"},
      {100, 1'000'000, 1, 200, "seeding: 100 of 1,000,000 rows (0 %), 100 rows/s, 2 h 47 min left"},
      {100, 30'000, 1, 200, "seeding: 100 of 30,000 rows (0 %), 100 rows/s, 5 min left"},
      {1, 1'000'000'000, 1, 200, "seeding: 1 of 1,000,000,000 rows (0 %), 1 rows/s"},
      {1'500'000, 3'000'000, 2.5, 20, "seeding: 1,500,000 o"},
      {5, 10, 0, 200, "seeding: 5 of 10 rows (50 %)"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(progress_line("seeding", c.rows, c.total, c.seconds, c.width), c.line);
  }
}

TEST(Progress, NothingButDiagnosticsWhereItIsNotShown) {
  testing::internal::CaptureStderr();
  {
    Progress progress("seeding", false);
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
    std::this_thread::sleep_for(std::chrono::milliseconds(1300));
    progress.say("one line");
  }
  const std::string text = testing::internal::GetCapturedStderr();
  EXPECT_THAT(text, testing::StartsWith("\rseeding: 4,000 rows"));
  EXPECT_THAT(text, testing::HasSubstr("\r\x1b[Kresow: one line\n\rseeding: 4,000 rows"));
  EXPECT_THAT(text, testing::EndsWith("\r\x1b[K"));
}

}  // namespace
}  // namespace resow

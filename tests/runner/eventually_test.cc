#include "runner/eventually.h"

#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>

namespace resow {
namespace {

TEST(WaitUntil, AsksOnceWhereThereIsNoTime) {
  int asked = 0;
  EXPECT_FALSE(wait_until(0, [&] { return ++asked, false; }));
  EXPECT_EQ(asked, 1);
  EXPECT_TRUE(wait_until(0, [] { return true; }));
}

TEST(WaitUntil, StopsAsSoonAsItHolds) {
  int asked = 0;
  const auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(wait_until(60, [&] { return ++asked == 4; }));
  EXPECT_EQ(asked, 4);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(30));
}

TEST(WaitUntil, AsksALastTimeWhenTheTimeIsOver) {
  const auto start = std::chrono::steady_clock::now();
  auto last = start;
  EXPECT_FALSE(wait_until(0.1, [&] {
    last = std::chrono::steady_clock::now();
    return false;
  }));
  EXPECT_GE(last - start, std::chrono::milliseconds(100));
}

TEST(WaitUntil, PassesExceptionsOn) {
  EXPECT_THROW(wait_until(60, []() -> bool { throw std::runtime_error("gone"); }),
               std::runtime_error);
}

}  // namespace
}  // namespace resow

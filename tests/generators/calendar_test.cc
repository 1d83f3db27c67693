#include "generators/calendar.h"

#include <gtest/gtest.h>

#include <ostream>

namespace resow {

std::ostream& operator<<(std::ostream& out, const CivilDate& date) {
  return out << date.year << '-' << date.month << '-' << date.day;
}

namespace {

TEST(Calendar, KnownDays) {
  const struct {
    CivilDate date;
    int64_t days;
  } cases[] = {
      {{2000, 1, 1}, 0},
      {{1999, 12, 31}, -1},
      {{2000, 2, 29}, 59},
      {{2026, 1, 19}, 9515},
      {{1970, 1, 1}, -10957},
      {{0, 3, 1}, -730425},
      {{-4713, 11, 24}, kFirstDate},
      {{5'874'897, 12, 31}, kLastDate},
      {{294'276, 12, 31}, kLastTimestamp / kMicrosecondsPerDay},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(days_from_civil(c.date), c.days) << c.date;
    EXPECT_EQ(civil_from_days(c.days), c.date) << c.days;
  }
}

// Walks 800 years day by day with the school's rules.
TEST(Calendar, EveryDayFollowsTheOneBefore) {
  CivilDate date{.year = -4, .month = 1, .day = 1};
  for (int64_t days = days_from_civil(date); date.year < 800; ++days) {
    ASSERT_EQ(civil_from_days(days), date);
    ASSERT_EQ(days_from_civil(date), days) << date;
    ASSERT_TRUE(exists(date)) << date;
    ++date.day;
    if (!exists(date)) {
      date.day = 1;
      if (++date.month > 12) {
        date.month = 1;
        ++date.year;
      }
    }
  }
}

TEST(Calendar, LawOfInverses) {
  for (int64_t days = kFirstDate; days <= kLastDate; days += 99'991) {
    const CivilDate date = civil_from_days(days);
    ASSERT_TRUE(exists(date)) << date;
    ASSERT_EQ(days_from_civil(date), days) << date;
  }
}

TEST(Calendar, DaysThatDoNotExist) {
  for (const CivilDate& date :
       {CivilDate{2025, 2, 29}, CivilDate{1900, 2, 29}, CivilDate{2024, 2, 30},
        CivilDate{2024, 4, 31}, CivilDate{2024, 0, 1}, CivilDate{2024, 13, 1},
        CivilDate{2024, 1, 0}}) {
    EXPECT_FALSE(exists(date)) << date;
  }
  EXPECT_TRUE(exists({2000, 2, 29}));
}

TEST(Calendar, SplitsTimestampsDownwards) {
  EXPECT_EQ(split_timestamp(0).days, 0);
  EXPECT_EQ(split_timestamp(-1).days, -1);
  EXPECT_EQ(split_timestamp(-1).microseconds, kMicrosecondsPerDay - 1);
  EXPECT_EQ(split_timestamp(-kMicrosecondsPerDay).days, -1);
  EXPECT_EQ(split_timestamp(-kMicrosecondsPerDay).microseconds, 0);
}

}  // namespace
}  // namespace resow

// Days and civil dates of the proleptic Gregorian calendar, as PostgreSQL counts them.
// Method: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (2013), public domain;
// years are astronomical: 0 is 1 BC, -1 is 2 BC.
#pragma once

#include <cstdint>

namespace resow {

inline constexpr int64_t kMicrosecondsPerSecond = 1'000'000;
inline constexpr int64_t kMicrosecondsPerDay = 86'400 * kMicrosecondsPerSecond;

// What PostgreSQL accepts: dates from 4714-11-24 BC to 5874897-12-31, timestamps from the same day
// to the end of 294276.
inline constexpr int64_t kFirstDate = -2'451'545;
inline constexpr int64_t kLastDate = 2'145'031'948;
inline constexpr int64_t kFirstTimestamp = kFirstDate * kMicrosecondsPerDay;
inline constexpr int64_t kLastTimestamp = 9'223'371'331'199'999'999;

struct CivilDate {
  int64_t year = 2000;
  int month = 1;  // 1 to 12
  int day = 1;    // 1 to 31

  bool operator==(const CivilDate&) const = default;
};

// Days since 2000-01-01. REQUIRES: a date that exists (see `exists`).
int64_t days_from_civil(const CivilDate& date);
// REQUIRES: the year fits in 62 bits, which every date of PostgreSQL's does.
CivilDate civil_from_days(int64_t days);

// Whether the calendar has such a day.
bool exists(const CivilDate& date);

// A point in time as the days before it and the rest: time of day in [0, kMicrosecondsPerDay).
struct DayAndTime {
  int64_t days = 0;
  int64_t microseconds = 0;
};
DayAndTime split_timestamp(int64_t microseconds);

}  // namespace resow

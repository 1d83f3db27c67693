#include "generators/calendar.h"

namespace resow {
namespace {

constexpr int64_t kDaysPerEra = 146'097;  // 400 years
// From 0000-03-01, where the method's years begin, to 2000-01-01.
constexpr int64_t kEpoch = 730'425;

}  // namespace

int64_t days_from_civil(const CivilDate& date) {
  const int64_t year = date.year - (date.month <= 2 ? 1 : 0);
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const int64_t year_of_era = year - era * 400;
  const int64_t month_from_march = date.month + (date.month > 2 ? -3 : 9);
  const int64_t day_of_year = (153 * month_from_march + 2) / 5 + date.day - 1;
  const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * kDaysPerEra + day_of_era - kEpoch;
}

CivilDate civil_from_days(int64_t days) {
  const int64_t shifted = days + kEpoch;
  const int64_t era = (shifted >= 0 ? shifted : shifted - (kDaysPerEra - 1)) / kDaysPerEra;
  const auto day_of_era = static_cast<uint32_t>(shifted - era * kDaysPerEra);
  const uint32_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const uint32_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const uint32_t month_from_march = (5 * day_of_year + 2) / 153;
  const uint32_t day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
  const uint32_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  return {.year = era * 400 + year_of_era + (month <= 2 ? 1 : 0),
          .month = static_cast<int>(month),
          .day = static_cast<int>(day)};
}

bool exists(const CivilDate& date) {
  if (date.month < 1 || date.month > 12 || date.day < 1) return false;
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = date.year % 4 == 0 && (date.year % 100 != 0 || date.year % 400 == 0);
  return date.day <= kDays[date.month - 1] + (leap && date.month == 2 ? 1 : 0);
}

DayAndTime split_timestamp(int64_t microseconds) {
  int64_t days = microseconds / kMicrosecondsPerDay;
  int64_t rest = microseconds % kMicrosecondsPerDay;
  if (rest < 0) {
    --days;
    rest += kMicrosecondsPerDay;
  }
  return {.days = days, .microseconds = rest};
}

}  // namespace resow

#include "generators/constant.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "generators/calendar.h"

namespace resow {
namespace {

constexpr std::string_view kEra = " BC";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes `count` digits off the front of `text`.
std::optional<int> take_digits(std::string_view& text, size_t count) {
  if (text.size() < count) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(0, count)) {
    if (!is_digit(c)) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<int64_t> parse_integer(std::string_view text) {
  if (take(text, '+') && (text.empty() || !is_digit(text.front()))) return std::nullopt;
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// The digits of `text` without sign and point, and how many of them stood behind the point.
struct PlainDigits {
  bool negative = false;
  std::string digits;
  int places = 0;
};

std::optional<PlainDigits> split_decimal(std::string_view text) {
  PlainDigits result;
  result.negative = take(text, '-');
  if (!result.negative) take(text, '+');
  bool point = false;
  for (const char c : text) {
    if (c == '.' && !point) {
      point = true;
    } else if (is_digit(c)) {
      result.digits.push_back(c);
      if (point) ++result.places;
    } else {
      return std::nullopt;
    }
  }
  if (result.digits.empty()) return std::nullopt;
  return result;
}

std::optional<int64_t> parse_decimal(std::string_view text, int scale) {
  std::optional<PlainDigits> plain = split_decimal(text);
  if (!plain) return std::nullopt;
  std::string& digits = plain->digits;
  for (; plain->places > scale; --plain->places) {
    if (!digits.empty()) {
      if (digits.back() != '0') return std::nullopt;
      digits.pop_back();
    }
  }
  const bool zero = digits.find_first_not_of('0') == std::string::npos;
  if (zero) return 0;
  if (scale - plain->places > 18) return std::nullopt;
  digits.append(static_cast<size_t>(scale - plain->places), '0');
  return parse_integer(plain->negative ? "-" + digits : digits);
}

std::optional<double> parse_real(std::string_view text) {
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "Infinity") return std::numeric_limits<double>::infinity();
  if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (!std::isfinite(value))
    return std::nullopt;  // "inf", "nan(x)": not how PostgreSQL spells them
  return value;
}

std::optional<double> parse_single(std::string_view text) {
  const std::optional<double> value = parse_real(text);
  if (!value || !std::isfinite(*value)) return value;
  float narrow = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), narrow);
  if (error != std::errc()) return std::nullopt;
  return double{narrow};
}

// Takes a date off the front of `text`, without its era.
std::optional<CivilDate> take_civil(std::string_view& text) {
  const size_t year_digits = std::min(text.find('-'), text.size());
  if (year_digits < 4 || year_digits > 7) return std::nullopt;
  const std::optional<int> year = take_digits(text, year_digits);
  if (!year || !take(text, '-')) return std::nullopt;
  const std::optional<int> month = take_digits(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const std::optional<int> day = take_digits(text, 2);
  if (!day || *year == 0) return std::nullopt;
  return CivilDate{.year = *year, .month = *month, .day = *day};
}

// The day that `date` is, where its era is given. Dates that PostgreSQL cannot hold are refused.
std::optional<int64_t> day_of(CivilDate date, bool before_christ) {
  if (before_christ) date.year = 1 - date.year;
  if (!exists(date)) return std::nullopt;
  const int64_t days = days_from_civil(date);
  if (days < kFirstDate || days > kLastDate) return std::nullopt;
  return days;
}

bool take_era(std::string_view& text) {
  if (!text.ends_with(kEra)) return false;
  text.remove_suffix(kEra.size());
  return true;
}

std::optional<int64_t> parse_date(std::string_view text) {
  const bool before_christ = take_era(text);
  const std::optional<CivilDate> date = take_civil(text);
  if (!date || !text.empty()) return std::nullopt;
  return day_of(*date, before_christ);
}

// Takes a time of day off the front of `text`, in microseconds.
std::optional<int64_t> take_time(std::string_view& text) {
  const std::optional<int> hour = take_digits(text, 2);
  if (!hour || !take(text, ':')) return std::nullopt;
  const std::optional<int> minute = take_digits(text, 2);
  if (!minute) return std::nullopt;
  std::optional<int> second = 0;
  int64_t fraction = 0;
  if (take(text, ':')) {
    second = take_digits(text, 2);
    if (!second) return std::nullopt;
    if (take(text, '.')) {
      size_t count = 0;
      while (count < text.size() && is_digit(text[count])) ++count;
      if (count == 0 || count > 6) return std::nullopt;
      fraction = *take_digits(text, count);
      for (size_t i = count; i < 6; ++i) fraction *= 10;
    }
  }
  if (*hour > 24 || *minute > 59 || *second > 59) return std::nullopt;
  const int64_t microseconds =
      (int64_t{*hour} * 3600 + *minute * 60 + *second) * kMicrosecondsPerSecond + fraction;
  if (microseconds > kMicrosecondsPerDay) return std::nullopt;
  return microseconds;
}

std::optional<int64_t> parse_time(std::string_view text) {
  const std::optional<int64_t> microseconds = take_time(text);
  return text.empty() ? microseconds : std::nullopt;
}

// The offset from UTC that is all of `text`, in microseconds.
std::optional<int64_t> parse_zone(std::string_view text) {
  if (text.empty() || text == "Z") return 0;
  const int sign = text.front() == '-' ? -1 : 1;
  if (!take(text, '+') && !take(text, '-')) return std::nullopt;
  const std::optional<int> hours = take_digits(text, 2);
  if (!hours) return std::nullopt;
  std::optional<int> minutes = 0;
  if (!text.empty()) {
    take(text, ':');
    minutes = take_digits(text, 2);
  }
  // PostgreSQL's own limit is below 16 hours.
  if (!minutes || !text.empty() || *hours > 15 || *minutes > 59) return std::nullopt;
  return sign * (int64_t{*hours} * 3600 + *minutes * 60) * kMicrosecondsPerSecond;
}

std::optional<int64_t> parse_timestamp(std::string_view text) {
  const bool before_christ = take_era(text);
  const std::optional<CivilDate> date = take_civil(text);
  if (!date || (!take(text, 'T') && !take(text, ' '))) return std::nullopt;
  const std::optional<int64_t> time = take_time(text);
  if (!time) return std::nullopt;
  const std::optional<int64_t> offset = parse_zone(text);
  const std::optional<int64_t> day = day_of(*date, before_christ);
  constexpr int64_t kDaysBeforeOverflow = kLastTimestamp / kMicrosecondsPerDay;
  if (!offset || !day || *day > kDaysBeforeOverflow) return std::nullopt;
  const int64_t microseconds = *day * kMicrosecondsPerDay + *time - *offset;
  if (microseconds < kFirstTimestamp || microseconds > kLastTimestamp) return std::nullopt;
  return microseconds;
}

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> parse_hex(std::string_view digits) {
  if (digits.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(digits.size() / 2);
  for (size_t i = 0; i < digits.size(); i += 2) {
    const int high = hex_value(digits[i]);
    const int low = hex_value(digits[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes.push_back(static_cast<char>(high * 16 + low));
  }
  return bytes;
}

std::optional<std::string> parse_uuid(std::string_view text) {
  if (text.size() == 36) {
    std::string digits;
    for (size_t i = 0; i < text.size(); ++i) {
      const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
      if (hyphen != (text[i] == '-')) return std::nullopt;
      if (!hyphen) digits.push_back(text[i]);
    }
    return parse_hex(digits);
  }
  return text.size() == 32 ? parse_hex(text) : std::nullopt;
}

std::optional<TypedValue> typed(std::optional<int64_t> number) {
  if (!number) return std::nullopt;
  return TypedValue{.number = *number, .real = 0, .bytes = {}};
}
std::optional<TypedValue> typed(std::optional<double> real) {
  if (!real) return std::nullopt;
  return TypedValue{.number = 0, .real = *real, .bytes = {}};
}
std::optional<TypedValue> typed(std::optional<std::string> bytes) {
  if (!bytes) return std::nullopt;
  return TypedValue{.number = 0, .real = 0, .bytes = std::move(*bytes)};
}

std::optional<int64_t> parse_boolean(std::string_view text) {
  if (text == "t" || text == "true") return 1;
  if (text == "f" || text == "false") return 0;
  return std::nullopt;
}

}  // namespace

std::optional<TypedValue> parse_constant(ValueKind kind, int scale, std::string_view text) {
  switch (kind) {
    case ValueKind::kBoolean:
      return typed(parse_boolean(text));
    case ValueKind::kInteger:
      return typed(parse_integer(text));
    case ValueKind::kDecimal:
      return typed(parse_decimal(text, scale));
    case ValueKind::kDate:
      return typed(parse_date(text));
    case ValueKind::kTime:
      return typed(parse_time(text));
    case ValueKind::kTimestamp:
      return typed(parse_timestamp(text));
    case ValueKind::kReal:
      return typed(parse_real(text));
    case ValueKind::kSingle:
      return typed(parse_single(text));
    case ValueKind::kBytes:
      if (!text.starts_with("\\x")) return std::nullopt;
      return typed(parse_hex(text.substr(2)));
    case ValueKind::kUuid:
      return typed(parse_uuid(text));
    case ValueKind::kText:
    case ValueKind::kLiteral:
      break;
  }
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  return typed(std::optional<std::string>(text));
}

std::string number_text(ValueKind kind, int scale, int64_t number) {
  std::string text;
  append_number(kind, scale, number, text);
  return text;
}

void append_number(ValueKind kind, int scale, int64_t number, std::string& out) {
  ColumnBatch batch;
  batch.kind = kind;
  batch.scale = scale;
  batch.nulls = {0};
  batch.numbers = {number};
  append_text(batch, 0, out);
}

std::string_view expected_form(ValueKind kind) {
  switch (kind) {
    case ValueKind::kBoolean:
      return "true or false";
    case ValueKind::kInteger:
      return "a whole number";
    case ValueKind::kDecimal:
      return "a number such as 19.99 with no more decimal places than the column has";
    case ValueKind::kDate:
      return "a date such as 2026-01-19";
    case ValueKind::kTime:
      return "a time such as 12:00:00";
    case ValueKind::kTimestamp:
      return "a timestamp such as 2026-01-19T12:00:00Z";
    case ValueKind::kReal:
    case ValueKind::kSingle:
      return "a number such as 0.5";
    case ValueKind::kBytes:
      return "bytes such as \\x00ff";
    case ValueKind::kUuid:
      return "a uuid such as 01234567-89ab-cdef-0123-456789abcdef";
    case ValueKind::kText:
    case ValueKind::kLiteral:
      return "text without a NUL character";
  }
  return "";
}

}  // namespace resow

#include "generators/text_form.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cmath>
#include <cstring>

#include "generators/calendar.h"

namespace resow {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

// REQUIRES: value < 100.
char* write_two(char* at, uint64_t value) {
  at[0] = static_cast<char>('0' + value / 10);
  at[1] = static_cast<char>('0' + value % 10);
  return at + 2;
}

char* write_text(char* at, std::string_view text) {
  std::memcpy(at, text.data(), text.size());
  return at + text.size();
}

// "2026-01-19", without the era; years of the era count from 1.
char* write_civil(char* at, const CivilDate& date) {
  const auto year = static_cast<uint64_t>(date.year > 0 ? date.year : 1 - date.year);
  if (year < 10'000) {
    at = write_two(write_two(at, year / 100), year % 100);
  } else {
    at = std::to_chars(at, at + 20, year).ptr;
  }
  *at++ = '-';
  at = write_two(at, static_cast<uint64_t>(date.month));
  *at++ = '-';
  return write_two(at, static_cast<uint64_t>(date.day));
}

char* write_era(char* at, const CivilDate& date) {
  return date.year > 0 ? at : write_text(at, " BC");
}

// Digits and decimal exponent of a finite number other than zero, from std::to_chars.
struct DecimalDigits {
  std::array<char, 24> text = {};
  int count = 0;
  int exponent = 0;  // of the first digit
};

template <typename Float>
DecimalDigits shortest_digits(Float magnitude) {
  std::array<char, 40> buffer = {};
  const char* const end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), magnitude,
                                        std::chars_format::scientific)
                              .ptr;
  const char* const mark = std::find(static_cast<const char*>(buffer.data()), end, 'e');
  DecimalDigits digits;
  for (const char* at = buffer.data(); at != mark; ++at) {
    if (*at != '.') digits.text[static_cast<size_t>(digits.count++)] = *at;
  }
  std::from_chars(mark + (mark[1] == '+' ? 2 : 1), end, digits.exponent);
  return digits;
}

char* write_scientific(char* at, const DecimalDigits& digits) {
  *at++ = digits.text[0];
  if (digits.count > 1) {
    *at++ = '.';
    at = write_text(at, {digits.text.data() + 1, static_cast<size_t>(digits.count - 1)});
  }
  *at++ = 'e';
  *at++ = digits.exponent < 0 ? '-' : '+';
  const auto exponent = static_cast<uint64_t>(std::abs(digits.exponent));
  if (exponent >= 100) *at++ = static_cast<char>('0' + exponent / 100);
  return write_two(at, exponent % 100);
}

char* write_fixed(char* at, const DecimalDigits& digits) {
  if (digits.exponent < 0) {
    at = write_text(at, "0.");
    for (int i = digits.exponent + 1; i < 0; ++i) *at++ = '0';
    return write_text(at, {digits.text.data(), static_cast<size_t>(digits.count)});
  }
  for (int i = 0; i < digits.count || i <= digits.exponent; ++i) {
    if (i == digits.exponent + 1) *at++ = '.';
    *at++ = i < digits.count ? digits.text[static_cast<size_t>(i)] : '0';
  }
  return at;
}

// The layout of PostgreSQL's src/common/d2s.c and f2s.c.
template <typename Float>
char* write_floating(char* at, Float value, int first_scientific) {
  if (std::isnan(value)) return write_text(at, "NaN");
  if (std::signbit(value)) *at++ = '-';
  if (std::isinf(value)) return write_text(at, "Infinity");
  if (value == 0) return write_text(at, "0");
  const DecimalDigits digits = shortest_digits(std::abs(value));
  if (digits.exponent < -4 || digits.exponent >= first_scientific) {
    return write_scientific(at, digits);
  }
  return write_fixed(at, digits);
}

}  // namespace

char* write_integer(char* at, int64_t value) { return std::to_chars(at, at + 20, value).ptr; }

char* write_date(char* at, int64_t days) {
  const CivilDate date = civil_from_days(days);
  return write_era(write_civil(at, date), date);
}

char* write_time(char* at, int64_t microseconds) {
  assert(microseconds >= 0);
  const auto seconds = static_cast<uint64_t>(microseconds / kMicrosecondsPerSecond);
  auto fraction = static_cast<uint64_t>(microseconds % kMicrosecondsPerSecond);
  at = write_two(at, seconds / 3600);
  *at++ = ':';
  at = write_two(at, seconds / 60 % 60);
  *at++ = ':';
  at = write_two(at, seconds % 60);
  if (fraction == 0) return at;
  *at++ = '.';
  at = write_two(at, fraction / 10'000);
  at = write_two(at, fraction / 100 % 100);
  at = write_two(at, fraction % 100);
  while (at[-1] == '0') --at;
  return at;
}

char* write_timestamp(char* at, int64_t microseconds) {
  const DayAndTime split = split_timestamp(microseconds);
  const CivilDate date = civil_from_days(split.days);
  at = write_civil(at, date);
  *at++ = ' ';
  at = write_time(at, split.microseconds);
  at = write_text(at, "+00");
  return write_era(at, date);
}

char* write_real(char* at, double value) { return write_floating(at, value, 15); }
char* write_single(char* at, float value) { return write_floating(at, value, 6); }

char* write_uuid(char* at, std::string_view bytes) {
  assert(bytes.size() == 16);
  for (size_t i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) *at++ = '-';
    const auto byte = static_cast<unsigned char>(bytes[i]);
    *at++ = kHexDigits[byte >> 4];
    *at++ = kHexDigits[byte & 15];
  }
  return at;
}

void append_decimal(int64_t value, int scale, std::string& out) {
  std::array<char, 24> buffer = {};
  const uint64_t magnitude =
      value < 0 ? -static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
  const char* const end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), magnitude).ptr;
  const std::string_view digits(buffer.data(), static_cast<size_t>(end - buffer.data()));
  if (value < 0) out.push_back('-');
  if (scale <= 0) {
    out.append(digits);
    if (value != 0) out.append(static_cast<size_t>(-scale), '0');
    return;
  }
  const auto places = static_cast<size_t>(scale);
  if (digits.size() <= places) {
    out.append("0.");
    out.append(places - digits.size(), '0');
    out.append(digits);
    return;
  }
  out.append(digits.substr(0, digits.size() - places));
  out.push_back('.');
  out.append(digits.substr(digits.size() - places));
}

void append_hex(std::string_view bytes, std::string& out) {
  const size_t begin = out.size();
  out.resize(begin + 2 * bytes.size());
  char* at = out.data() + begin;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    *at++ = kHexDigits[byte >> 4];
    *at++ = kHexDigits[byte & 15];
  }
}

std::string date_text(int64_t days) {
  char text[kMaxTextForm];
  return {text, write_date(text, days)};
}

std::string timestamp_text(int64_t microseconds) {
  char text[kMaxTextForm];
  return {text, write_timestamp(text, microseconds)};
}

}  // namespace resow

// Single values in PostgreSQL's text form, written where `at` points; each returns the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace resow {

// Room for any of the values below.
inline constexpr size_t kMaxTextForm = 48;

char* write_integer(char* at, int64_t value);
// ISO 8601 with years as PostgreSQL writes them: "0044-03-15 BC", "12026-01-19".
char* write_date(char* at, int64_t days);
char* write_time(char* at, int64_t microseconds);       // "12:00:00.5"; "24:00:00" is one
char* write_timestamp(char* at, int64_t microseconds);  // "2026-01-19 12:00:00+00"
std::string date_text(int64_t days);                    // write_date()'s
std::string timestamp_text(int64_t microseconds);       // write_timestamp()'s
// The shortest digits that read back as the same value, laid out as float8 and float4 are: with an
// exponent below 1e-4 and from 1e+15 (1e+06) on.
char* write_real(char* at, double value);
char* write_single(char* at, float value);
char* write_uuid(char* at, std::string_view bytes);  // REQUIRES: 16 bytes

// `value` / 10^scale with `scale` digits after the point; a negative scale adds zeros.
void append_decimal(int64_t value, int scale, std::string& out);
void append_hex(std::string_view bytes, std::string& out);  // lower case, without "\x"

}  // namespace resow

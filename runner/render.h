// A report in one of the formats. Each is a pure function of the report.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fixtures/report.h"

namespace resow {

enum class Format : uint8_t { kText, kJson, kJunit, kTap, kHtml };

// "text", "json", "junit", "tap", "html", or nothing.
std::optional<Format> format_named(std::string_view name);

struct TextStyle {
  bool color = false;
  bool quiet = false;  // only what is not as expected
};

// A report has no page: with kHtml it is the text.
std::string render(const Report& report, Format format, const TextStyle& style);

std::string render_text(const Report& report, const TextStyle& style);
std::string render_json(const Report& report);   // one document, see docs/json.md
std::string json_version();                      // "nlohmann_json 3.11.2": what writes it
std::string render_junit(const Report& report);  // a testcase for each check, else for each table
std::string render_tap(const Report& report);    // a test point for each of these

// Why a command failed or was refused, for stderr in every format; "" when it did not.
std::string render_failure(const Report& report, const TextStyle& style);

}  // namespace resow

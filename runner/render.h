// A report in one of the formats. Each is a pure function of the report.
#pragma once

#include <string>

#include "fixtures/report.h"

namespace resow {

enum class Format : uint8_t { kText, kJson, kJunit, kTap };

struct TextStyle {
  bool color = false;
  bool quiet = false;
};

std::string render_text(const Report& report, const TextStyle& style);
std::string render_json(const Report& report);   // one document, see docs/json.md
std::string render_junit(const Report& report);  // a testcase for each expectation's table
std::string render_tap(const Report& report);

}  // namespace resow

#include <fmt/format.h>

#include "fixtures/text.h"
#include "runner/render.h"
#include "runner/test_points.h"

namespace resow {

namespace {

// "#" starts a directive and "\" escapes it.
std::string description(const TestPoint& point) {
  std::string text;
  for (const char c : one_line(point.group + "." + point.name)) {
    if (c == '#' || c == '\\') text += '\\';
    text += c;
  }
  return text;
}

std::string yaml_string(std::string_view text) {
  std::string yaml = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      yaml += '\\';
      yaml += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      yaml += fmt::format("\\x{:02x}", byte);
    } else {
      yaml += c;
    }
  }
  return yaml + "\"";
}

std::string diagnostic(const TestPoint& point) {
  std::string text = "  ---\n  message: " + yaml_string(point.message) + "\n";
  text += fmt::format("  severity: {}\n", point.state == PointState::kError ? "error" : "fail");
  if (!point.details.empty()) {
    // A block, because readers of TAP take a quoted string with ": " in a list for a key.
    text += "  details: |\n";
    for (const std::string& detail : point.details) text += "    " + one_line(detail) + "\n";
  }
  return text + "  ...\n";
}

}  // namespace

// Version 13: every consumer reads it, and what is said here means the same in version 14.
std::string render_tap(const Report& report) {
  const std::vector<TestPoint> points = test_points(report);
  std::string text = fmt::format("TAP version 13\n1..{}\n", points.size());
  for (size_t i = 0; i < points.size(); ++i) {
    const TestPoint& point = points[i];
    const bool good = point.state == PointState::kPassed || point.state == PointState::kSkipped;
    text += fmt::format("{} {} - {}", good ? "ok" : "not ok", i + 1, description(point));
    if (point.state == PointState::kSkipped) text += " # SKIP " + one_line(point.message);
    text += "\n";
    if (!good) text += diagnostic(point);
  }
  return text;
}

}  // namespace resow

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "runner/render.h"
#include "runner/test_points.h"

namespace resow {

namespace {

// The length of the UTF-8 character at text[at], or 0 where there is none that XML 1.0 may hold.
size_t xml_character(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  if (lead < 0x80) {
    return lead >= 0x20 || lead == '\t' || lead == '\n' || lead == '\r' ? 1 : 0;
  }
  const size_t length = lead >= 0xf0 && lead < 0xf5   ? 4
                        : lead >= 0xe0 && lead < 0xf0 ? 3
                        : lead >= 0xc2 && lead < 0xe0 ? 2
                                                      : 0;
  if (length == 0 || at + length > text.size()) return 0;
  uint32_t code = lead & (0x7fU >> length);
  for (size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xc0U) != 0x80U) return 0;
    code = (code << 6U) | (byte(at + i) & 0x3fU);
  }
  const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  const bool noncharacter = code == 0xfffe || code == 0xffff || code > 0x10ffff;
  return overlong || surrogate || noncharacter ? 0 : length;
}

// Fit for an attribute in double quotes and for text.
std::string escape(std::string_view text) {
  std::string xml;
  for (size_t at = 0; at < text.size();) {
    const size_t length = xml_character(text, at);
    const char c = text[at];
    if (length == 0) {
      xml += "\xef\xbf\xbd";  // U+FFFD, the replacement character
    } else if (c == '&') {
      xml += "&amp;";
    } else if (c == '<') {
      xml += "&lt;";
    } else if (c == '>') {
      xml += "&gt;";
    } else if (c == '"') {
      xml += "&quot;";
    } else if (c == '\n' || c == '\t' || c == '\r') {
      xml += fmt::format("&#{};", static_cast<int>(c));
    } else {
      xml += text.substr(at, length);
    }
    at += std::max<size_t>(length, 1);
  }
  return xml;
}

struct Suite {
  std::string name;
  std::vector<const TestPoint*> points;
};

std::vector<Suite> suites_of(const std::vector<TestPoint>& points) {
  std::vector<Suite> suites;
  for (const TestPoint& point : points) {
    const auto same = std::find_if(suites.begin(), suites.end(),
                                   [&](const Suite& suite) { return suite.name == point.group; });
    if (same != suites.end()) {
      same->points.push_back(&point);
    } else {
      suites.push_back({point.group, {&point}});
    }
  }
  return suites;
}

std::string counts(const std::vector<const TestPoint*>& points) {
  const auto count = [&](PointState state) {
    return std::count_if(points.begin(), points.end(),
                         [&](const TestPoint* point) { return point->state == state; });
  };
  return fmt::format(R"(tests="{}" failures="{}" errors="{}" skipped="{}")", points.size(),
                     count(PointState::kFailed), count(PointState::kError),
                     count(PointState::kSkipped));
}

// Of the whole schema; of some of those that changed together, what its tests took.
double seconds_of(const Suite& suite, const Report& report) {
  for (const SchemaReport& schema : report.schemas) {
    if (schema.schema == suite.name) return schema.seconds;
  }
  double seconds = 0;
  for (const TestPoint* point : suite.points) seconds += point->seconds;
  return seconds;
}

std::string outcome_element(const TestPoint& point) {
  std::string details;
  for (const std::string& detail : point.details) details += escape(detail) + "\n";
  switch (point.state) {
    case PointState::kPassed:
      return "";
    case PointState::kFailed:
      return fmt::format("      <failure type=\"difference\" message=\"{}\">{}</failure>\n",
                         escape(point.message), details);
    case PointState::kError:
      return fmt::format("      <error type=\"error\" message=\"{}\">{}</error>\n",
                         escape(point.message), details);
    case PointState::kSkipped:
      return fmt::format("      <skipped message=\"{}\"/>\n", escape(point.message));
  }
  return "";
}

std::string testcase(const TestPoint& point, const std::string& class_name) {
  const std::string head = fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3f}\"",
                                       escape(class_name), escape(point.name), point.seconds);
  const std::string outcome = outcome_element(point);
  if (outcome.empty()) return head + "/>\n";
  return head + ">\n" + outcome + "    </testcase>\n";
}

}  // namespace

std::string render_junit(const Report& report) {
  const std::vector<TestPoint> points = test_points(report);
  std::vector<const TestPoint*> all;
  for (const TestPoint& point : points) all.push_back(&point);
  double seconds = 0;
  for (const auto& [phase, taken] : report.timings) {
    if (phase == "total") seconds = taken;
  }
  std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  xml += fmt::format("<testsuites name=\"resow {}\" {} time=\"{:.3f}\">\n", escape(report.command),
                     counts(all), seconds);
  for (const Suite& suite : suites_of(points)) {
    const std::string class_name =
        report.database.empty() ? suite.name : report.database + "." + suite.name;
    xml += fmt::format("  <testsuite name=\"{}\" {} time=\"{:.3f}\">\n", escape(suite.name),
                       counts(suite.points), seconds_of(suite, report));
    for (const TestPoint* point : suite.points) xml += testcase(*point, class_name);
    xml += "  </testsuite>\n";
  }
  return xml + "</testsuites>\n";
}

}  // namespace resow

#include "runner/render.h"

namespace resow {

std::optional<Format> format_named(std::string_view name) {
  if (name == "text") return Format::kText;
  if (name == "json") return Format::kJson;
  if (name == "junit") return Format::kJunit;
  if (name == "tap") return Format::kTap;
  if (name == "html") return Format::kHtml;
  return std::nullopt;
}

std::string render(const Report& report, Format format, const TextStyle& style) {
  switch (format) {
    case Format::kText:
    case Format::kHtml:
      return render_text(report, style);
    case Format::kJson:
      return render_json(report);
    case Format::kJunit:
      return render_junit(report);
    case Format::kTap:
      return render_tap(report);
  }
  return "";
}

}  // namespace resow

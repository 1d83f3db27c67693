#include "fixtures/json_text.h"
#include "fixtures/text.h"
#include "runner/html/page.h"

namespace resow {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

}  // namespace

std::string html_text(std::string_view text) {
  const std::string line = one_line(text);
  std::string result;
  for (size_t i = 0; i < line.size();) {
    const size_t length = utf8_size(line, i);
    if (length != 1) {
      result += length == 0 ? kReplacement : std::string_view(line).substr(i, length);
      i += length == 0 ? 1 : length;
      continue;
    }
    switch (const char c = line[i++]) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\'':
        result += "&#39;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

std::string html_lines(std::string_view text) {
  std::string result;
  while (true) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    result += html_text(line);
    if (end == std::string_view::npos) return result;
    result += '\n';
    text.remove_prefix(end + 1);
  }
}

}  // namespace resow

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "fixtures/column_type.h"
#include "fixtures/text.h"
#include "runner/html/page.h"

namespace resow {
namespace {

constexpr double kBoxHeight = 62;
constexpr double kLeastBox = 128, kWidestBox = 260;
constexpr double kPadding = 8;
constexpr double kCharacter = 8.2;  // of a name, about
constexpr double kSmallCharacter = 6.2;

std::string facts_of_box(const PageBox& box) {
  if (box.rows_text.empty() || box.size_text.empty()) return box.rows_text + box.size_text;
  return box.rows_text + ", " + box.size_text;
}

double box_width(const PageBox& box) {
  const double name = kCharacter * static_cast<double>(character_count(one_line(box.name)));
  const double below = kSmallCharacter * static_cast<double>(character_count(facts_of_box(box)) +
                                                             2 + character_count(box.mark_text));
  return std::ceil(std::clamp(std::max(name, below) + 2 * kPadding, kLeastBox, kWidestBox));
}

// Ten times more is one step longer: else all but the largest would be nothing.
double bar_length(int64_t value, int64_t most, double full) {
  if (value <= 0 || most <= 0) return 0;
  return full * std::log10(1 + static_cast<double>(value)) /
         std::log10(1 + static_cast<double>(most));
}

std::string bar(const char* kind, double y, const std::optional<int64_t>& value, int64_t most,
                double full) {
  if (!value || *value <= 0) return "";
  return fmt::format(R"(<rect class="bar {}" x="{:.0f}" y="{:.0f}" width="{:.1f}" height="4"/>)",
                     kind, kPadding, y, bar_length(*value, most, full));
}

std::string curve_of(const PlacedLink& link) {
  if (link.backward) {
    const double bow = 40 + std::abs(link.to_x - link.from_x) / 4;
    return fmt::format("M{:.1f} {:.1f}C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}", link.from_x,
                       link.from_y, link.from_x + bow, link.from_y, link.to_x + bow, link.to_y,
                       link.to_x, link.to_y);
  }
  const double half = (link.from_y - link.to_y) / 2;
  return fmt::format("M{:.1f} {:.1f}C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}", link.from_x,
                     link.from_y, link.from_x, link.from_y - half, link.to_x, link.to_y + half,
                     link.to_x, link.to_y);
}

}  // namespace

const char* class_of(Mark mark) {
  switch (mark) {
    case Mark::kCycle:
      return "cycle";
    case Mark::kGood:
      return "good";
    case Mark::kBad:
      return "bad";
    case Mark::kDoubt:
      return "doubt";
    case Mark::kNone:
      break;
  }
  return "plain";
}

namespace {

std::string box_svg(const PageBox& box, const PlacedBox& place, const BoxSize& size, size_t group,
                    size_t index, int64_t most_rows, int64_t most_bytes) {
  const double full = size.width - 2 * kPadding;
  const auto fits = static_cast<size_t>(full / kCharacter);
  const std::string name = one_line(box.name);
  std::string svg = fmt::format(
      R"svg(<g class="{} {}" id="b{}-{}" data-box="{}" transform="translate({:.0f} {:.0f})">)svg",
      box.outside ? "outside" : "box", class_of(box.mark), group, index, index, place.x, place.y);
  svg +=
      fmt::format("<title>{}</title>", html_text(name + (box.hint.empty() ? "" : ": ") + box.hint));
  svg += fmt::format(R"(<rect class="frame" width="{:.0f}" height="{:.0f}" rx="5"/>)", size.width,
                     size.height);
  svg += fmt::format(R"(<text class="name" x="{:.0f}" y="20">{}</text>)", kPadding,
                     html_text(character_count(name) > fits ? shortened(name, fits - 1) : name));
  svg += fmt::format(R"(<text class="facts" x="{:.0f}" y="37">{}</text>)", kPadding,
                     html_text(facts_of_box(box)));
  if (!box.mark_text.empty()) {
    svg += fmt::format(R"(<text class="mark" x="{:.0f}" y="37">{}</text>)", size.width - kPadding,
                       html_text(box.mark_text));
  }
  svg += bar("rows", 44, box.rows, most_rows, full) + bar("bytes", 51, box.bytes, most_bytes, full);
  svg += "</g>";
  // What is outside has no line in this list.
  return box.outside ? svg + "\n" : fmt::format("<a href=\"#r{}-{}\">{}</a>\n", group, index, svg);
}

}  // namespace

std::string render_picture(const PageGroup& group, size_t number, int64_t most_rows,
                           int64_t most_bytes) {
  std::vector<BoxSize> sizes;
  for (const PageBox& box : group.boxes) sizes.push_back({box_width(box), kBoxHeight});
  std::vector<BoxLink> links;
  for (const PageLink& link : group.links) links.push_back({link.from, link.to});
  const Layout layout = lay_out(sizes, links);
  std::string svg = fmt::format(
      "<svg role=\"img\" aria-label=\"tables and their foreign keys\" width=\"{0:.0f}\""
      " height=\"{1:.0f}\" viewBox=\"0 0 {0:.0f} {1:.0f}\">\n",
      layout.width, layout.height);
  for (size_t i = 0; i < group.links.size(); ++i) {
    svg += fmt::format(
        "<path class=\"{}\" data-from=\"{}\" data-to=\"{}\" d=\"{}\"><title>{}</title></path>\n",
        layout.links[i].backward ? "link back" : "link", group.links[i].from, group.links[i].to,
        curve_of(layout.links[i]), html_text(group.links[i].hint));
  }
  for (size_t i = 0; i < group.boxes.size(); ++i) {
    svg += box_svg(group.boxes[i], layout.boxes[i], sizes[i], number, i, most_rows, most_bytes);
  }
  return svg + "</svg>\n";
}

}  // namespace resow

#include "runner/html/page.h"

#include <fmt/format.h>

#include <algorithm>

#include "fixtures/text.h"

namespace resow {
namespace {

std::string paragraphs(const std::vector<std::string>& lines) {
  std::string html;
  for (const std::string& line : lines) html += fmt::format("<p>{}</p>\n", html_text(line));
  return html;
}

std::string cell_html(const PageGroup& group, size_t column, const PageBox& box, size_t number,
                      size_t index) {
  std::string text;
  for (const std::string& line : box.cells[column]) {
    text += fmt::format("<div>{}</div>", html_text(line));
  }
  if (column == 0) text = fmt::format("<a href=\"#b{}-{}\">{}</a>", number, index, text);
  const std::vector<std::string>& lines = box.cells[column];
  const bool marked = !box.mark_text.empty() && !lines.empty() && lines[0] == box.mark_text;
  const char* kind = group.columns[column].number ? "number" : marked ? class_of(box.mark) : "";
  return *kind == '\0' ? fmt::format("<td>{}</td>", text)
                       : fmt::format("<td class=\"{}\">{}</td>", kind, text);
}

std::string row_html(const PageGroup& group, size_t number, size_t index) {
  const PageBox& box = group.boxes[index];
  std::string html =
      fmt::format("<tr id=\"r{0}-{1}\" data-of=\"b{0}-{1}\" data-mark=\"{2}\"{3}>", number, index,
                  class_of(box.mark),
                  box.also.empty() ? "" : fmt::format(" data-also=\"{}\"", html_text(box.also)));
  for (size_t column = 0; column < group.columns.size(); ++column) {
    html += cell_html(group, column, box, number, index);
  }
  return html + "</tr>\n";
}

std::string list_html(const PageGroup& group, size_t number) {
  std::string html = "<table><thead><tr>";
  for (const PageColumn& column : group.columns) {
    html += fmt::format("<th{}>{}</th>", column.number ? " class=\"number\"" : "",
                        html_text(column.title));
  }
  html += "</tr></thead><tbody>\n";
  std::vector<size_t> order;
  for (size_t i = 0; i < group.boxes.size(); ++i) {
    if (!group.boxes[i].outside) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return group.boxes[a].rank < group.boxes[b].rank; });
  for (const size_t index : order) html += row_html(group, number, index);
  return html + "</tbody></table>\n";
}

std::string group_html(const PageGroup& group, size_t number, int64_t most_rows,
                       int64_t most_bytes) {
  std::string html = fmt::format("<section class=\"group\">\n<h2>{}</h2>\n{}",
                                 html_text(group.heading), paragraphs(group.notes));
  if (!group.boxes.empty()) {
    if (group.picture) {
      html += "<figure>\n" + render_picture(group, number, most_rows, most_bytes) + "</figure>\n";
    }
    html += list_html(group, number);
  }
  return html + "</section>\n";
}

std::string legend_html(const Page& page, bool measured) {
  std::string html = "<p>";
  if (measured) {
    html +=
        "Bars: <span class=\"key rows\">rows</span> <span class=\"key bytes\">size on disk</span> "
        "ten times more is one step longer. ";
  }
  html += "What is referred to stands above what refers to it. ";
  for (const auto& [mark, text] : page.legend) {
    html += fmt::format("<span class=\"key {}\">{}</span>", class_of(mark), html_text(text));
  }
  return html + "</p>\n";
}

std::string line_html(const PageLine& line) {
  std::string html = "<li>" + html_text(line.text);
  if (!line.code.empty()) html += fmt::format("<code>{}</code>", html_text(line.code));
  for (const auto& [title, text] : line.blocks) {
    html += fmt::format("<details><summary>{}</summary><pre>{}</pre></details>", html_text(title),
                        html_lines(text));
  }
  return html + "</li>\n";
}

std::string plain_list_html(const PageList& list) {
  std::string html =
      fmt::format("<section class=\"list\">\n<h2>{}</h2>\n", html_text(list.heading));
  if (!list.names.empty()) {
    html +=
        fmt::format("<details class=\"names\"><summary>{}</summary><p>", html_text(list.folded));
    for (size_t i = 0; i < list.names.size(); ++i) {
      html += (i == 0 ? "" : ", ") + html_text(list.names[i]);
    }
    html += "</p></details>\n";
  }
  html += "<ul>\n";
  for (const PageLine& line : list.lines) html += line_html(line);
  return html + "</ul>\n</section>\n";
}

// Whatever a name might do, the browser asks nobody else for anything.
constexpr std::string_view kPageHead =
    "<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; "
    "style-src 'unsafe-inline'; script-src 'unsafe-inline'; form-action 'none'; base-uri "
    "'none'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<link rel=\"icon\" href=\"data:,\">\n";

size_t boxes_marked(const Page& page, Mark mark) {
  size_t count = 0;
  for (const PageGroup& group : page.groups) {
    count += static_cast<size_t>(
        std::count_if(group.boxes.begin(), group.boxes.end(),
                      [&](const PageBox& box) { return !box.outside && box.mark == mark; }));
  }
  return count;
}

// Shown by the script, which alone makes something of it.
std::string search_html(const Page& page) {
  std::string html =
      "<div class=\"search\" hidden><label>Search <input type=\"search\" id=\"search\" "
      "autocomplete=\"off\"></label> <output id=\"found\"></output> ";
  for (const auto& [mark, text] : page.legend) {
    const size_t count = boxes_marked(page, mark);
    if (count == 0) continue;
    html += fmt::format(
        "<button type=\"button\" class=\"only {0}\" data-mark=\"{0}\" "
        "aria-pressed=\"false\">{1} {2}</button> ",
        class_of(mark), html_text(text.substr(0, text.find(':'))),
        with_thousands(static_cast<uint64_t>(count)));
  }
  return html + "<button type=\"button\" id=\"whole\">whole picture or full size</button></div>\n";
}

}  // namespace

std::string render_page(const Page& page) {
  int64_t most_rows = 0, most_bytes = 0;
  for (const PageGroup& group : page.groups) {
    for (const PageBox& box : group.boxes) {
      most_rows = std::max(most_rows, box.rows.value_or(0));
      most_bytes = std::max(most_bytes, box.bytes.value_or(0));
    }
  }
  std::string html = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n{}<title>{}</title>\n<style>{}</style>\n"
      "</head>\n<body>\n<header>\n<h1>{}</h1>\n{}{}</header>\n{}<main>\n",
      kPageHead, html_text(page.title), kPageStyle, html_text(page.title), paragraphs(page.head),
      legend_html(page, most_bytes > 0 || most_rows > 0), search_html(page));
  for (const PageList& list : page.first_lists) html += plain_list_html(list);
  for (size_t i = 0; i < page.groups.size(); ++i) {
    html += group_html(page.groups[i], i, most_rows, most_bytes);
  }
  for (const PageList& list : page.lists) html += plain_list_html(list);
  return html + fmt::format("</main>\n<script>{}</script>\n</body>\n</html>\n", kPageScript);
}

}  // namespace resow

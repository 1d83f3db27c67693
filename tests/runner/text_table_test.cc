#include "runner/text_table.h"

#include <gtest/gtest.h>

namespace resow {
namespace {

TEST(TextTable, AlignsAndLeavesNoBlanksAtTheEnd) {
  const std::vector<TextColumn> columns = {
      {"table", false, Tint::kNone}, {"rows", true, Tint::kNone}, {"why", false, Tint::kNone}};
  EXPECT_EQ(
      text_table(
          columns,
          {{"batch_jobs", "3", "it is small"}, {"größe", "1,000,000", ""}, {"商品", "", "empty"}},
          2, false),
      "  table            rows  why\n"
      "  batch_jobs          3  it is small\n"
      "  größe       1,000,000\n"
      "  商品                   empty\n");
}

TEST(TextTable, ColoursDoNotCountForTheWidth) {
  const std::vector<TextColumn> columns = {{"a", false, Tint::kRed}, {"b", true, Tint::kNone}};
  EXPECT_EQ(text_table(columns, {{"x", "1"}, {"", "2"}}, 0, true),
            "\x1b[2ma\x1b[0m  \x1b[2mb\x1b[0m\n"
            "\x1b[31mx\x1b[0m  1\n"
            "   2\n");
}

TEST(DisplayWidth, CountsColumnsNotBytes) {
  const struct {
    const char* text;
    size_t width;
  } cases[] = {{"", 0},     {"abc", 3},      {"größe", 5}, {"e\xcc\x81", 1},
               {"商品", 4}, {"\xff\xfe", 2}, {"😀", 2},     {"\xe5\x95", 2}};
  for (const auto& c : cases) EXPECT_EQ(display_width(c.text), c.width) << c.text;
}

}  // namespace
}  // namespace resow

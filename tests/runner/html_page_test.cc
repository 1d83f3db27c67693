#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runner/html/inspect_page.h"
#include "runner/html/page.h"
#include "tests/support/catalog_text.h"

namespace resow {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Inspection measured_inspection(const std::string& text) {
  Inspection inspection;
  inspection.catalog = catalog_from_text(text);
  inspection.catalog.database = "shop_test";
  inspection.catalog.server_version = 150020;
  std::vector<size_t> tables;
  for (size_t i = 0; i < inspection.catalog.relations.size(); ++i) {
    if (inspection.catalog.relations[i].kind != RelationKind::kTable) continue;
    inspection.facts[i] = {static_cast<int64_t>(i), true, 8192};
    if (inspection.catalog.relations[i].selected) tables.push_back(i);
  }
  inspection.measured = true;
  inspection.order = order_by_dependency(inspection.catalog, tables);
  return inspection;
}

size_t occurrences(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

std::vector<std::string> names_of(const PageGroup& group) {
  std::vector<std::string> names;
  for (const PageBox& box : group.boxes)
    names.push_back((box.outside ? "outside " : "") + box.name);
  return names;
}

TEST(HtmlPage, TextIsEscaped) {
  EXPECT_EQ(html_text("a<b>&\"'"), "a&lt;b&gt;&amp;&quot;&#39;");
  EXPECT_EQ(html_text("\xC3\xA4 \xE4\xB8\xAD \xF0\x9F\x8C\xB1"),
            "\xC3\xA4 \xE4\xB8\xAD \xF0\x9F\x8C\xB1");
  EXPECT_EQ(html_text("a\nb\x01"), "a\\nb\\x01");
  EXPECT_EQ(html_text("\xE4x\xFF"), "\xEF\xBF\xBDx\xEF\xBF\xBD");
  EXPECT_EQ(html_text("\xC0\xBC"), "\xEF\xBF\xBD\xEF\xBF\xBD");  // an overlong "<"
  EXPECT_EQ(html_text("\xE4\xB8"), "\xEF\xBF\xBD\xEF\xBF\xBD");  // cut off
}

TEST(HtmlPage, TablesParentsFirstWithTheirForeignKeys) {
  const Page page = inspect_page(measured_inspection(
      "schemas s\ntable s.orders\n id int pk\n customer_id int -> customers.id\n other int -> "
      "customers.id\n"
      " up int -> orders.id\ntable s.customers\n id int pk\n user_id int -> auth.users.id\n"
      "table auth.users unselected\n id int pk\nview s.totals\n n int"));
  ASSERT_EQ(page.groups.size(), 1U);
  const PageGroup& group = page.groups[0];
  EXPECT_THAT(names_of(group), ::testing::ElementsAre("outside auth.users", "customers", "orders"));
  ASSERT_EQ(group.links.size(), 2U);  // two keys between the same tables are one line
  EXPECT_EQ(group.links[0].from, 1U);
  EXPECT_EQ(group.links[0].to, 0U);
  EXPECT_EQ(group.links[1].from, 2U);
  EXPECT_EQ(group.links[1].to, 1U);
  EXPECT_EQ(group.links[1].hint, "orders.customer_id -> customers; orders.other -> customers");
  EXPECT_EQ(group.boxes[2].mark_text, "itself");
  EXPECT_THAT(group.notes, ::testing::ElementsAre("also totals (view)"));
  const std::string html = render_page(page);
  EXPECT_EQ(occurrences(html, "<g class=\"box "), 2U);
  EXPECT_EQ(occurrences(html, "<g class=\"outside "), 1U);
  EXPECT_EQ(occurrences(html, "<tr id="), 2U);
}

TEST(HtmlPage, CyclesAreMarked) {
  const Page page = inspect_page(
      measured_inspection("table s.a\n id int pk\n b int -> b.id\ntable s.b\n id int pk\n"
                          " a int -> a.id\ntable s.c\n id int pk"));
  const PageGroup& group = page.groups.at(0);
  for (const PageBox& box : group.boxes) {
    EXPECT_EQ(box.mark, box.name == "c" ? Mark::kNone : Mark::kCycle) << box.name;
  }
  ASSERT_EQ(page.lists.size(), 1U);
  EXPECT_EQ(page.lists[0].heading, "1 cycle of foreign keys");
  EXPECT_EQ(occurrences(render_page(page), "class=\"link back\""), 1U);
}

// A thousand tenants are one picture.
TEST(HtmlPage, SchemasThatAreAlikeAreOnePicture) {
  std::vector<std::string> schemas(1000);
  for (size_t i = 0; i < schemas.size(); ++i) schemas[i] = "user_" + std::to_string(i + 1);
  const Page page = inspect_page(measured_inspection(
      for_tenants("table tenant.batches\n id int pk\ntable tenant.jobs\n id int pk\n"
                  " batch_id int -> batches.id\n",
                  schemas) +
      "table public.settings\n id int pk"));
  ASSERT_EQ(page.groups.size(), 2U);
  EXPECT_THAT(page.groups[1].heading,
              HasSubstr("(1,000 schemas with the same tables): 2 tables each"));
  EXPECT_EQ(occurrences(render_page(page), "<g class=\"box "), 3U);
}

TEST(HtmlPage, HostileNamesAreText) {
  Inspection inspection = measured_inspection("table s.t\n id int pk");
  const std::string hostile = "</script></style></title><b onload='x'>\"&";
  inspection.catalog.database = hostile;
  inspection.catalog.relations[0].name = hostile;
  inspection.catalog.relations[0].comment = hostile;
  inspection.catalog.relations[0].columns[0].name = hostile;
  const std::string html = render_page(inspect_page(inspection));
  EXPECT_THAT(html, Not(HasSubstr("<b ")));
  EXPECT_EQ(occurrences(html, "</script"), 1U);
  EXPECT_EQ(occurrences(html, "</style"), 1U);
  EXPECT_THAT(html, HasSubstr("&lt;/script&gt;"));
}

TEST(HtmlPage, NeedsNothingElse) {
  const std::string html = render_page(inspect_page(measured_inspection("table s.t\n id int pk")));
  for (const char* word : {"http://", "https://", "@import", "url(", " src=", "fetch("}) {
    EXPECT_THAT(html, Not(HasSubstr(word)));
  }
}

TEST(HtmlPage, NothingToShow) {
  const Page page = inspect_page(measured_inspection("schemas empty"));
  EXPECT_THAT(render_page(page), HasSubstr("empty: no tables"));
}

}  // namespace
}  // namespace resow

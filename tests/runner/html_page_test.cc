#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "runner/html/audit_page.h"
#include "runner/html/drift_page.h"
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

std::string cell(const PageBox& box, size_t column) {
  std::string text;
  for (const std::string& line : box.cells.at(column)) text += (text.empty() ? "" : " | ") + line;
  return text;
}

const PageBox& box_named(const PageGroup& group, std::string_view name) {
  for (const PageBox& box : group.boxes) {
    if (box.name == name) return box;
  }
  throw std::runtime_error("no box " + std::string(name));
}

TEST(HtmlPage, LinesOfATextStayLines) {
  EXPECT_EQ(html_lines("BEGIN\r\n  <a>\tb\nEND"), "BEGIN\n  &lt;a&gt;\\tb\nEND");
  EXPECT_EQ(html_lines(""), "");
}

// Two tables with rows, an empty one that nothing names, one that code names.
Audit small_audit(Catalog& catalog) {
  catalog = catalog_from_text(
      "table public.users rows=3\n id int pk\ntable public.jobs rows=2\n id int pk\n"
      " user_id int -> users.id\ntable public.dead\n id int pk\n note text\n"
      "table public.drafts\n id int pk\n user_id int -> users.id");
  catalog.database = "shop_test";
  catalog.server_version = 150020;
  AuditFacts facts;
  for (size_t i = 0; i < catalog.relations.size(); ++i) {
    facts.sizes[i] = {std::max<int64_t>(catalog.relations[i].estimated_rows, 0), true, 8192};
  }
  CodeFacts code;
  code.trees = {"src"};
  for (const char* name : {"users", "jobs", "drafts"}) code.mentions[name].code.add({"a.py", 1});
  return make_audit(catalog, facts, code, nullptr);
}

TEST(HtmlPage, VerdictsAreMarked) {
  Catalog catalog;
  const Audit audit = small_audit(catalog);
  const Page page = audit_page(audit, catalog);
  ASSERT_EQ(page.groups.size(), 1U);
  const PageGroup& group = page.groups[0];
  EXPECT_EQ(group.heading, "public: 4 tables");
  EXPECT_THAT(names_of(group), ::testing::ElementsAre("dead", "users", "drafts", "jobs"));
  const PageBox& dead = box_named(group, "dead");
  EXPECT_EQ(dead.mark, Mark::kBad);
  EXPECT_EQ(cell(dead, 1), "remove | to be decided");
  EXPECT_EQ(cell(dead, 2), "0");
  EXPECT_THAT(cell(dead, 4), HasSubstr("no code names it"));
  EXPECT_THAT(dead.hint, HasSubstr("remove: "));
  EXPECT_EQ(box_named(group, "users").mark, Mark::kGood);
  EXPECT_EQ(cell(box_named(group, "users"), 1), "keep");
  EXPECT_EQ(cell(box_named(group, "drafts"), 5), "user_id -> users");
  EXPECT_EQ(cell(box_named(group, "jobs"), 5), "user_id -> users");
  EXPECT_EQ(group.links.size(), 2U);
  // What goes comes first in the list.
  const std::string html = render_page(page);
  EXPECT_LT(html.find(">dead</div></a></td>"), html.find(">users</div></a></td>"));
  EXPECT_THAT(html, HasSubstr("data-mark=\"bad\" aria-pressed=\"false\">remove 1</button>"));
  EXPECT_THAT(html, HasSubstr("<td class=\"bad\"><div>remove</div>"));
}

TEST(HtmlPage, FindingsAreListedWithWhatMendsThem) {
  Catalog catalog;
  Audit audit = small_audit(catalog);
  AuditFinding finding;
  finding.kind = FindingKind::kUnindexedForeignKey;
  finding.schemas = {"public"};
  finding.table = "jobs";
  finding.name = "user_id";
  finding.text = "deletes read the whole table";
  finding.mend = "CREATE INDEX ON public.jobs (user_id)";
  audit.findings = {finding};
  finding.name = "other";
  finding.accepted = "small";
  audit.findings.push_back(finding);
  const Page page = audit_page(audit, catalog);
  ASSERT_EQ(page.lists.size(), 1U);
  EXPECT_EQ(page.lists[0].heading, "foreign key without index (2)");
  EXPECT_EQ(page.lists[0].lines[0].text, "jobs.user_id: deletes read the whole table");
  EXPECT_EQ(page.lists[0].lines[0].code, "CREATE INDEX ON public.jobs (user_id)");
  EXPECT_EQ(page.lists[0].lines[1].text,
            "jobs.other: deletes read the whole table (accepted: small)");
  EXPECT_EQ(page.lists[0].lines[1].code, "");
  EXPECT_EQ(cell(box_named(page.groups[0], "jobs"), 7),
            "foreign key without index: user_id | foreign key without index: other (accepted)");
}

DriftLine drift_line(DifferenceKind kind, ObjectKind object, const std::string& table,
                     const std::string& name, const std::string& text, bool cosmetic = false) {
  DriftLine line;
  line.kind = kind;
  line.object = object;
  line.table = table;
  line.name = name;
  line.text = text;
  line.cosmetic = cosmetic;
  return line;
}

TEST(HtmlPage, DriftIsMarkedOnTheTemplatesPicture) {
  const Catalog catalog = catalog_from_text(
      "table tpl.batches\n id int pk\ntable tpl.jobs\n id int pk\n batch_id int -> batches.id\n"
      "table tpl.notes\n id int pk\ntable tpl.tags\n id int pk");
  const DriftLine column = drift_line(DifferenceKind::kMissing, ObjectKind::kColumn, "jobs",
                                      "title", "column jobs.title is missing");
  const DriftLine comment = drift_line(DifferenceKind::kChanged, ObjectKind::kTable, "", "notes",
                                       "table notes: comment a, should be b", true);
  const DriftLine extra = drift_line(DifferenceKind::kExtra, ObjectKind::kTable, "", "stray",
                                     "table stray is not in the template");
  const DriftLine gone = drift_line(DifferenceKind::kMissing, ObjectKind::kTable, "", "batches",
                                    "table batches is missing");
  DriftLine function = drift_line(DifferenceKind::kChanged, ObjectKind::kFunction, "", "f()",
                                  "function f(): definition");
  function.changes = {{"definition", "BEGIN\n" + std::string(100, 'x'), "BEGIN\n<b>"}};
  std::vector<TenantDrift> drifts = {{"u_1", {column}},          {"u_2", {column, comment}},
                                     {"u_3", {extra, function}}, {"u_4", {}},
                                     {"u_5", {comment}},         {"u_6", {gone}}};
  const Page page = drift_page("tpl", drifts, catalog);
  EXPECT_EQ(page.head.at(1),
            "6 schemas compared with tpl: 4 differ, 2 are like it (1 of these but for what is "
            "cosmetic)");
  ASSERT_EQ(page.first_lists.size(), 3U);
  EXPECT_EQ(page.first_lists[0].heading, "u_1, u_2 differ");
  EXPECT_EQ(page.first_lists[0].lines.at(0).text, "column jobs.title is missing");
  ASSERT_EQ(page.lists.size(), 2U);  // what is cosmetic stands apart
  EXPECT_EQ(page.lists[0].heading, "u_2, u_5 differ in what is cosmetic");
  EXPECT_EQ(page.lists[1].heading, "2 schemas like tpl");
  EXPECT_THAT(page.lists[1].names, ::testing::ElementsAre("u_4", "u_5"));
  ASSERT_EQ(page.groups.size(), 2U);
  const PageGroup& group = page.groups[0];
  EXPECT_EQ(group.heading, "tpl: 4 tables");
  const struct {
    const char* name;
    Mark mark;
    const char* state;
    const char* facts;
  } cases[] = {{"batches", Mark::kBad, "missing", "in 1 schema"},
               {"jobs", Mark::kBad, "differs", "in 2 schemas"},
               {"notes", Mark::kDoubt, "cosmetic", "in 2 schemas"},
               {"tags", Mark::kNone, "alike", "alike"},
               {"stray", Mark::kBad, "extra", "in 1 schema"}};
  for (const auto& c : cases) {
    const PageBox& box = box_named(group, c.name);
    EXPECT_EQ(box.mark, c.mark) << c.name;
    EXPECT_EQ(cell(box, 1), c.state) << c.name;
    EXPECT_EQ(box.rows_text, c.facts) << c.name;
  }
  EXPECT_EQ(cell(box_named(group, "jobs"), 3), "column jobs.title is missing (2 schemas)");
  EXPECT_EQ(box_named(group, "jobs").also, "u_1 u_2 ");
  EXPECT_EQ(group.links.size(), 1U);
  EXPECT_FALSE(page.groups[1].picture);
  EXPECT_EQ(cell(page.groups[1].boxes.at(0), 0), "function f()");
  const std::string html = render_page(page);
  EXPECT_EQ(occurrences(html, "<g class=\"box "), 5U);
  EXPECT_EQ(occurrences(html, "<tr id="), 6U);
  EXPECT_THAT(html, HasSubstr("<pre>BEGIN\n&lt;b&gt;</pre>"));
}

TEST(HtmlPage, ManyTenantsThatDifferAlikeAreFoldedAway) {
  const Catalog catalog = catalog_from_text("table tpl.t\n id int pk");
  const DriftLine line = drift_line(DifferenceKind::kExtra, ObjectKind::kColumn, "t", "x", "extra");
  std::vector<TenantDrift> drifts;
  for (int i = 1; i <= 1000; ++i) drifts.push_back({"user_" + std::to_string(i), {line}});
  const Page page = drift_page("tpl", drifts, catalog);
  ASSERT_EQ(page.first_lists.size(), 1U);
  EXPECT_EQ(page.first_lists[0].heading, "1,000 schemas differ");
  EXPECT_EQ(page.first_lists[0].folded, "user_1, user_2 ... user_1000");
  EXPECT_EQ(page.first_lists[0].names.size(), 1000U);
  EXPECT_TRUE(page.lists.empty());
}

}  // namespace
}  // namespace resow

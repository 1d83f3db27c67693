#include "runner/render_catalog_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/catalog_text.h"

namespace resow {
namespace {

using nlohmann::json;

json rendered(const Catalog& catalog) {
  Inspection inspection;
  inspection.catalog = catalog;
  std::vector<size_t> all;
  for (size_t i = 0; i < catalog.relations.size(); ++i) all.push_back(i);
  inspection.order = order_by_dependency(catalog, all);
  inspection.facts[0] = {168, true, 16384};
  std::string text;
  render_catalog_json(inspection, [&](std::string_view part) { text += part; });
  json document = json::parse(text);
  EXPECT_EQ(text, nlohmann::ordered_json::parse(text).dump(2) + "\n") << "indented as a whole";
  return document;
}

TEST(RenderCatalogJson, ATableWithEverything) {
  Catalog catalog = catalog_from_text(
      "table s.jobs unlogged\n id int pk always\n code varchar(20) not null unique\n"
      " batch_id int -> batches.id cascade deferrable\n total int4 generated a + b\n"
      " check positive id > 0\n trigger audit on delete disabled\n rule keep on delete\n"
      "table s.batches\n id int pk");
  catalog.database = "shop_test";
  catalog.relations[1].columns[1].comment = "a \"code\"";
  const json document = rendered(catalog);
  EXPECT_EQ(document.at("command"), "inspect");
  EXPECT_EQ(document.at("outcome"), "ok");
  EXPECT_EQ(document.at("database"), "shop_test");
  ASSERT_EQ(document.at("schemas").size(), 1u);
  const json& tables = document.at("schemas")[0].at("tables");
  ASSERT_EQ(tables.size(), 2u);
  EXPECT_EQ(tables[0].at("table"), "batches");
  EXPECT_EQ(tables[0].at("rows"), 168);
  EXPECT_EQ(tables[0].at("rows_exact"), true);
  EXPECT_EQ(tables[0].at("bytes"), 16384);
  EXPECT_EQ(tables[0].at("order"), 1);
  EXPECT_EQ(tables[1].at("order"), 2);
  const json& jobs = tables[1];
  EXPECT_FALSE(jobs.contains("rows"));
  EXPECT_EQ(jobs.at("kind"), "table");
  EXPECT_EQ(jobs.at("unlogged"), true);
  EXPECT_EQ(jobs.at("privileges").size(), 6u);
  EXPECT_EQ(jobs.at("columns")[0].at("identity"), "always");
  EXPECT_EQ(jobs.at("columns")[0].at("sequence_oid"), document.at("sequences")[0].at("oid"));
  EXPECT_EQ(jobs.at("columns")[1].at("type"), "character varying(20)");
  EXPECT_EQ(jobs.at("columns")[1].at("typmod"), 24);
  EXPECT_EQ(jobs.at("columns")[1].at("not_null"), true);
  EXPECT_EQ(jobs.at("columns")[1].at("comment"), "a \"code\"");
  EXPECT_FALSE(jobs.at("columns")[2].contains("not_null"));
  EXPECT_EQ(jobs.at("columns")[3].at("generated"), true);
  EXPECT_EQ(jobs.at("unique_keys")[0].at("primary"), true);
  EXPECT_EQ(jobs.at("unique_keys")[1].at("columns"), json::array({"code"}));
  const json& key = jobs.at("foreign_keys")[0];
  EXPECT_EQ(key.at("columns"), json::array({"batch_id"}));
  EXPECT_EQ(key.at("referenced"), json({{"schema", "s"}, {"table", "batches"}}));
  EXPECT_EQ(key.at("referenced_columns"), json::array({"id"}));
  EXPECT_EQ(key.at("on_delete"), "cascade");
  EXPECT_EQ(key.at("deferrable"), true);
  EXPECT_EQ(jobs.at("checks")[0].at("expression"), "id > 0");
  EXPECT_EQ(jobs.at("triggers")[0].at("events"), json::array({"delete"}));
  EXPECT_EQ(jobs.at("triggers")[0].at("enabled"), "disabled");
  EXPECT_EQ(jobs.at("rules")[0].at("event"), "delete");
}

TEST(RenderCatalogJson, SchemasTypesAndCycles) {
  const json document = rendered(catalog_from_text(
      "schemas b empty\nothers c\nenum b.mood happy sad\ndomain b.email text not null\n"
      "table b.x\n id int pk\n y_id int -> y.id\n m mood\n e email\n"
      "table b.y\n id int pk\n x_id int -> x.id\n"
      "table a.z unselected\n x int -> b.x.id"));
  ASSERT_EQ(document.at("schemas").size(), 3u);
  EXPECT_EQ(document.at("schemas")[0].at("schema"), "a");
  EXPECT_EQ(document.at("schemas")[0].at("selected"), false);
  EXPECT_EQ(document.at("schemas")[1].at("selected"), true);
  EXPECT_EQ(document.at("schemas")[2].at("schema"), "empty");
  EXPECT_EQ(document.at("schemas")[2].at("tables"), json::array());
  EXPECT_EQ(document.at("other_schemas"), json::array({"c"}));
  ASSERT_EQ(document.at("cycles").size(), 1u);
  EXPECT_EQ(document.at("cycles")[0].at("path"), "b.x.y_id -> b.y.x_id -> b.x");
  EXPECT_EQ(document.at("cycles")[0].at("links")[0].at("table"), "x");
  json mood, email;
  for (const json& type : document.at("types")) {
    if (type.at("type") == "mood") mood = type;
    if (type.at("type") == "email") email = type;
  }
  EXPECT_EQ(mood.at("kind"), "enum");
  EXPECT_EQ(mood.at("labels"), json::array({"happy", "sad"}));
  EXPECT_EQ(email.at("kind"), "domain");
  EXPECT_EQ(email.at("base_oid"), 25);
  EXPECT_EQ(email.at("not_null"), true);
}

TEST(RenderCatalogJson, NamesThatAreNotUtf8DoNotBreakIt) {
  Catalog catalog = catalog_from_text("table s.a\n id int pk");
  catalog.relations[0].name = "a\xff";
  EXPECT_EQ(rendered(catalog).at("schemas")[0].at("tables")[0].at("table"), "a\xef\xbf\xbd");
}

}  // namespace
}  // namespace resow

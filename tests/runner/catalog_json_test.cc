#include "fixtures/catalog_json.h"

#include <gtest/gtest.h>

#include <string>

#include "fixtures/fault.h"
#include "runner/render_catalog_json.h"
#include "tests/support/catalog_text.h"
#include "tests/support/same_catalog.h"

namespace resow {
namespace {

std::string saved(const Catalog& catalog) {
  Inspection inspection;
  inspection.catalog = catalog;
  std::string text;
  render_catalog_json(inspection, [&](std::string_view part) { text += part; });
  return text;
}

Catalog sample() {
  Catalog catalog = catalog_from_text(R"(
    schemas a empty
    others hr
    enum a.mood happy sad
    domain a.email text not null
    table a.orders unlogged
      id integer pk identity
      code varchar(20) unique
      total numeric(10,2) not null
      customer_id int8 -> customers.id cascade deferrable
      mood a.mood default 'happy'::a.mood
      sum int4 generated a + b
      fk orders_again (customer_id) -> customers (id) set-null full
      index (code, total)
      unique orders_code (code) where total IS NULL
      unique orders_lower (expression) as lower(code)
      check total_positive total >= 0
      trigger audit on delete disabled
      rule keep on delete
    table a.customers rls
      id int8 pk always
      mail a.email
    table a.heirs inherits customers
      id int8
    table b.shared unselected not-owner no-delete
      id int pk
    view a.seen
      id int8
  )");
  catalog.database = "shop";
  catalog.user = "me";
  catalog.server_version = 150018;
  catalog.relations[0].comment = "a \"comment\"\nof two lines";
  catalog.relations[0].columns[0].comment = "\xc3\xbc";
  return catalog;
}

TEST(CatalogJson, IsReadAsItWasWritten) {
  const Catalog catalog = sample();
  expect_same(catalog, parse_catalog(saved(catalog), "catalog.json"));
}

TEST(CatalogJson, SelectsAsTheReaderOfADatabaseDoes) {
  Catalog catalog = sample();
  select_schemas({{"e*"}, {}}, catalog);
  EXPECT_EQ(catalog.schemas, std::vector<std::string>{"empty"});
  EXPECT_EQ(catalog.other_schemas, (std::vector<std::string>{"a", "hr"}));
  EXPECT_FALSE(catalog.relations[0].selected);
}

std::string fault_of(const std::string& text) {
  try {
    parse_catalog(text, "c.json");
    return "";
  } catch (const InputError& error) {
    return error.what();
  }
}

TEST(CatalogJson, SaysWhereItIsNoCatalog) {
  const std::string text = saved(sample());
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string changed = text;
    const size_t at = changed.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return changed.replace(at, from.size(), to);
  };
  const struct {
    std::string text, fault;
  } cases[] = {
      {"{}", "c.json: is no catalog; save the catalog anew"},
      {"[]", "c.json: is no catalog"},
      {"{\"command\": \"apply\"}", "c.json: is no catalog"},
      {"{", "c.json:1:2: "},
      {with("\"server_version\": 150018", "\"server_version\": \"15\""),
       "c.json#/server_version: must be a number"},
      {with("\"kind\": \"table\"", "\"kind\": \"chair\""),
       "c.json#/schemas/0/tables/0: has no \"kind\" that is known"},
      {with("\"number\": 1", "\"number\": 1.5"),
       "c.json#/schemas/0/tables/0/columns/0/number: must be a whole number"},
      {with("\"number\": 1", "\"number\": 99999"),
       "c.json#/schemas/0/tables/0/columns/0/number: must be a whole number"},
      {with("\"table\": \"customers\"\n", "\"table\": \"nobody\"\n"),
       "a.nobody is not in the file"},
      {with("\"not_null\": true", "\"not_null\": 1"), "/not_null: must be true or false"},
  };
  for (const auto& c : cases) {
    const std::string fault = fault_of(c.text);
    EXPECT_NE(fault.find(c.fault), std::string::npos) << c.fault << "\n" << fault;
  }
}

}  // namespace
}  // namespace resow

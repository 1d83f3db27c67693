// verify --content: what apply has made is found equal, and whatever is changed afterwards is
// found, by key and column.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "fixtures/dataset_json.h"
#include "runner/run_units.h"
#include "tests/support/pg_test.h"

namespace resow {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

class VerifyContentTest : public test_support::PgTest {
 protected:
  Report run(const std::string& dataset_text, bool apply, uint64_t scale = 1) {
    const Dataset dataset = parse_dataset(dataset_text, "d.json");
    Request request;
    request.clear = request.seed = apply;
    request.verify = true;
    request.content = !apply;
    request.scale = scale;
    RunOptions options;
    options.connection = this->options();
    options.execute = apply;
    options.on_rows = [this](uint64_t rows) { told_ += rows; };
    const Catalog catalog = test_support::catalog_of(connection(), {"s", "t"});
    const auto units = choose_scopes(catalog, &dataset, request);
    Report report = run_units(options, catalog, &dataset, request, units);
    for (const DatabaseFailure& failure : report.database_errors) {
      ADD_FAILURE() << failure.step << ": " << failure.message;
    }
    return report;
  }
  void apply(const std::string& dataset, uint64_t scale = 1) {
    const Report report = run(dataset, true, scale);
    ASSERT_EQ(report.outcome, Outcome::kOk);
  }
  // What the checks of content found.
  std::vector<std::string> content(const std::string& dataset, uint64_t scale = 1) {
    told_ = 0;
    last_ = run(dataset, false, scale);
    std::vector<std::string> lines;
    for (const SchemaReport& schema : last_.schemas) {
      for (const CheckReport& check : schema.checks) {
        if (check.what != "content") continue;
        for (const Difference& difference : check.differences) {
          lines.push_back(to_string(difference));
        }
      }
    }
    return lines;
  }
  std::vector<std::pair<std::string, std::string>> not_compared(const std::string& table) const {
    for (const SchemaReport& schema : last_.schemas) {
      for (const TableReport& report : schema.tables) {
        if (report.table == table) return report.not_compared;
      }
    }
    return {};
  }

  Report last_;
  uint64_t told_ = 0;
};

constexpr const char* kContentShop =
    "CREATE SCHEMA s;"
    "CREATE TABLE s.customers (id serial PRIMARY KEY, email text NOT NULL UNIQUE,"
    " plan varchar(10) DEFAULT 'free', born date, note text);"
    "CREATE TABLE s.orders (id serial PRIMARY KEY, customer_id int NOT NULL REFERENCES s.customers,"
    " total numeric(10, 2), placed_at timestamptz NOT NULL, tags text[], body jsonb);"
    "CREATE TABLE s.log (what text, amount int);";
constexpr const char* kShopDataset = R"({
  "schemas": ["s"],
  "tables": {
    "customers": { "rows": 20, "columns": { "note": { "default": true } } },
    "orders": { "per": "customers", "rows": 3,
                "columns": { "tags": { "one_of": ["{a,  b}", "{}"] },
                             "body": { "one_of": ["{\"b\":1,\"a\":2}", "[]"] } } },
    "log": { "rows": 6, "columns": { "what": { "one_of": ["x"] }, "amount": 5 } }
  }
})";

TEST_F(VerifyContentTest, WhatApplyMadeIsEqual) {
  psql(kContentShop);
  apply(kShopDataset);
  EXPECT_THAT(content(kShopDataset), IsEmpty());
  EXPECT_EQ(last_.outcome, Outcome::kOk);
  EXPECT_EQ(told_, 86U);
  EXPECT_THAT(not_compared("orders"), IsEmpty());
}

TEST_F(VerifyContentTest, NamesKeyAndColumn) {
  psql(kContentShop);
  apply(kShopDataset);
  const std::string email = psql("SELECT email FROM s.customers WHERE id = 7");
  psql(
      "UPDATE s.customers SET email = 'changed', born = NULL, plan = 'NULL' WHERE id = 7;"
      "UPDATE s.orders SET tags = '{c}' WHERE id = 9; UPDATE s.orders SET body = '{}' WHERE id = 8;"
      "DELETE FROM s.orders WHERE id = 60;"
      "INSERT INTO s.customers (email, note) VALUES ('new', '')");
  const std::vector<std::string> found = content(kShopDataset);
  EXPECT_THAT(found, Contains(fmt::format("s.customers (id = 7): email: expected {}, found changed",
                                          email)));
  EXPECT_THAT(found, Contains("s.customers (id = 7): plan: expected free, found \"NULL\""));
  EXPECT_THAT(found, Contains(HasSubstr("s.customers (id = 7): born: expected ")));
  EXPECT_THAT(found, Contains("s.customers (id = 21): expected 0 rows, found 1 row"));
  EXPECT_THAT(found, Contains("s.orders (id = 60): expected 1 row, found 0 rows"));
  EXPECT_THAT(found, Contains(HasSubstr("s.orders (id = 8): body: expected ")));
  EXPECT_THAT(found, Contains(HasSubstr("s.orders (id = 9): tags: expected ")));
  EXPECT_THAT(found, SizeIs(7));
  EXPECT_EQ(last_.outcome, Outcome::kDifferences);
}

TEST_F(VerifyContentTest, RowsWithoutAKeyAreCounted) {
  psql(kContentShop);
  apply(kShopDataset);
  psql("UPDATE s.log SET amount = 6 WHERE ctid IN (SELECT ctid FROM s.log LIMIT 2)");
  EXPECT_THAT(content(kShopDataset),
              ElementsAre("s.log (what = x, amount = 5): expected 6 rows, found 4 rows",
                          "s.log (what = x, amount = 6): expected 0 rows, found 2 rows"));
  psql("UPDATE s.log SET amount = 5; INSERT INTO s.log VALUES ('x', 5)");
  EXPECT_THAT(content(kShopDataset),
              ElementsAre("s.log (what = x, amount = 5): expected 6 rows, found 7 rows"));
}

TEST_F(VerifyContentTest, ShowsTheFirstAndCountsTheOthers) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.t (id serial PRIMARY KEY, a int NOT NULL, b text NOT NULL)");
  const std::string dataset = R"({ "schemas": ["s"], "tables": { "t": { "rows": 1000,
      "columns": { "a": 1 } } } })";
  apply(dataset);
  psql("UPDATE s.t SET a = 2");
  std::vector<std::string> found = content(dataset);
  ASSERT_THAT(found, SizeIs(21));
  EXPECT_EQ(found[0], "s.t (id = 1): a: expected 1, found 2");
  EXPECT_EQ(found[19], "s.t (id = 20): a: expected 1, found 2");
  EXPECT_EQ(found[20], "s.t: expected as planned, found 980 more rows that differ");
  psql("UPDATE s.t SET b = repeat('x', 300) || 'y', a = 1 WHERE id > 1; UPDATE s.t SET a = 1");
  found = content(dataset);
  ASSERT_THAT(found, SizeIs(21));
  EXPECT_THAT(found[0], HasSubstr("s.t (id = 2): b: expected "));
  EXPECT_LT(found[0].size(), 450U);
}

// More rows than are looked at singly at once: several times the memory that is allowed for it.
TEST_F(VerifyContentTest, ManyRowsThatDiffer) {
  psql("CREATE SCHEMA s; CREATE TABLE s.t (id serial PRIMARY KEY, a int NOT NULL)");
  const std::string dataset =
      R"({ "schemas": ["s"], "tables": { "t": { "rows": 300, "columns": { "a": 1 } } } })";
  apply(dataset, 1000);
  EXPECT_THAT(content(dataset, 1000), IsEmpty());
  psql("UPDATE s.t SET a = 2");
  std::vector<std::string> found = content(dataset, 1000);
  ASSERT_THAT(found, SizeIs(21));
  EXPECT_THAT(found[0], HasSubstr("a: expected 1, found 2"));
  EXPECT_THAT(found[20], HasSubstr("s.t: expected as planned, found at least "));
  psql("TRUNCATE s.t");
  found = content(dataset, 1000);
  ASSERT_THAT(found, SizeIs(21));
  EXPECT_THAT(found[0], HasSubstr("expected 1 row, found 0 rows"));
}

TEST_F(VerifyContentTest, WhatTheServerFillsIsNotCompared) {
  psql(
      "CREATE SCHEMA s; CREATE FUNCTION s.stamp() RETURNS trigger LANGUAGE plpgsql AS"
      " 'BEGIN NEW.stamped := clock_timestamp(); RETURN NEW; END';"
      "CREATE TABLE s.t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a int NOT NULL,"
      " twice int GENERATED ALWAYS AS (a * 2) STORED, version text DEFAULT version(),"
      " state text DEFAULT 'open', made timestamptz DEFAULT now());"
      "CREATE TABLE s.u (id int PRIMARY KEY, stamped timestamptz, state text DEFAULT 'open');"
      "CREATE TRIGGER fill BEFORE INSERT ON s.u FOR EACH ROW EXECUTE FUNCTION s.stamp()");
  const std::string dataset = R"({ "schemas": ["s"], "tables": { "t": { "rows": 5 },
      "u": { "rows": 5, "columns": { "stamped": { "default": true } } } } })";
  apply(dataset);
  EXPECT_THAT(content(dataset), IsEmpty());
  EXPECT_THAT(not_compared("t"),
              ElementsAre(Pair("twice", "generated"), Pair("version", "left to the server")));
  EXPECT_THAT(not_compared("u"),
              ElementsAre(Pair("stamped", "left to the server, where trigger fill may fill it"),
                          Pair("state", "left to the server, where trigger fill may fill it")));
  psql(
      "UPDATE s.t SET version = 'x', state = 'closed' WHERE id = 2; UPDATE s.u SET stamped = NULL");
  EXPECT_THAT(content(dataset), ElementsAre("s.t (id = 2): state: expected open, found closed"));
}

TEST_F(VerifyContentTest, WhatRefersToRowsThatWereThereIsNotCompared) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.countries (code char(2) PRIMARY KEY);"
      "INSERT INTO s.countries VALUES ('DE'), ('FR');"
      "CREATE TABLE s.towns (id serial PRIMARY KEY, name text NOT NULL,"
      " country char(2) NOT NULL REFERENCES s.countries, number int NOT NULL,"
      " UNIQUE (country, number));"
      "CREATE TABLE s.streets (id serial PRIMARY KEY, town int NOT NULL REFERENCES s.towns,"
      " country char(2) NOT NULL)");
  const std::string dataset = R"({ "schemas": ["s"], "tables": { "towns": { "rows": 9 },
      "streets": { "per": "towns", "columns": { "country": { "parent": "country" } } } } })";
  apply(dataset);
  psql("INSERT INTO s.countries VALUES ('AT'), ('PL'), ('ZZ')");
  EXPECT_THAT(content(dataset), IsEmpty());
  EXPECT_THAT(not_compared("towns"),
              ElementsAre(Pair("country", "it depends on the rows of countries that were there"),
                          Pair("number", "it follows from country")));
  EXPECT_THAT(not_compared("streets"),
              ElementsAre(Pair("country", "it follows from towns.country")));
  psql("UPDATE s.towns SET name = 'x' WHERE id = 3");
  EXPECT_THAT(content(dataset), ElementsAre(HasSubstr("s.towns (id = 3): name: expected ")));
}

TEST_F(VerifyContentTest, IdsOfASharedSequenceAreNotCompared) {
  psql(
      "CREATE SCHEMA s; CREATE SEQUENCE s.ids;"
      "CREATE TABLE s.others (id int PRIMARY KEY DEFAULT nextval('s.ids'));"
      "INSERT INTO s.others DEFAULT VALUES;"
      "CREATE TABLE s.t (id int PRIMARY KEY DEFAULT nextval('s.ids'), name text NOT NULL)");
  const std::string dataset = R"({ "schemas": ["s"], "tables": { "t": {
      "rows": { "a": { "name": "one" }, "b": { "name": "two" } } } } })";
  apply(dataset);
  psql("INSERT INTO s.others DEFAULT VALUES");
  EXPECT_THAT(content(dataset), IsEmpty());
  EXPECT_THAT(not_compared("t"), ElementsAre(Pair("id", "others draw from sequence ids too")));
  psql("UPDATE s.t SET name = 'three' WHERE name = 'two'");
  EXPECT_THAT(content(dataset), ElementsAre("s.t (name = two): expected 1 row, found 0 rows",
                                            "s.t (name = three): expected 0 rows, found 1 row"));
}

TEST_F(VerifyContentTest, RowsThatTheDatasetExpectsBeyondItsOwn) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.t (id int PRIMARY KEY, name text NOT NULL);"
      "CREATE FUNCTION s.twice() RETURNS trigger LANGUAGE plpgsql AS"
      " 'BEGIN IF pg_trigger_depth() = 1 THEN"
      "  INSERT INTO s.t VALUES (NEW.id + 1000, ''copy''); END IF; RETURN NULL; END';"
      "CREATE TRIGGER twice AFTER INSERT ON s.t FOR EACH ROW EXECUTE FUNCTION s.twice()");
  const std::string rows = R"("tables": { "t": { "rows": 3 } })";
  const std::string dataset =
      R"({ "schemas": ["s"], )" + rows + R"(, "expect": { "t": { "rows": 6 } } })";
  apply(dataset);
  EXPECT_THAT(content(dataset), IsEmpty());
  EXPECT_THAT(content(R"({ "schemas": ["s"], )" + rows + "}"), SizeIs(3));
  psql("UPDATE s.t SET name = 'x' WHERE id = 2; UPDATE s.t SET name = 'y' WHERE id = 1002");
  EXPECT_THAT(content(dataset), ElementsAre(HasSubstr("s.t (id = 2): name: expected ")));
}

TEST_F(VerifyContentTest, PartitionsInheritanceAndCycles) {
  psql(
      "CREATE SCHEMA s;"
      "CREATE TABLE s.p (id int NOT NULL, v int NOT NULL, PRIMARY KEY (id)) PARTITION BY RANGE "
      "(id);"
      "CREATE TABLE s.p1 PARTITION OF s.p FOR VALUES FROM (MINVALUE) TO (20);"
      "CREATE TABLE s.p2 PARTITION OF s.p FOR VALUES FROM (20) TO (MAXVALUE);"
      "CREATE TABLE s.parent (id int PRIMARY KEY, v int NOT NULL);"
      "CREATE TABLE s.child () INHERITS (s.parent); INSERT INTO s.child VALUES (1, 1);"
      "CREATE TABLE s.a (id serial PRIMARY KEY, b int);"
      "CREATE TABLE s.b (id serial PRIMARY KEY, a int NOT NULL REFERENCES s.a);"
      "ALTER TABLE s.a ADD FOREIGN KEY (b) REFERENCES s.b;"
      "CREATE TABLE s.tree (id serial PRIMARY KEY, up int REFERENCES s.tree)");
  const std::string dataset = R"({ "schemas": ["s"], "tables": {
      "p": { "rows": 40 }, "parent": { "rows": 10 }, "a": { "rows": 10 },
      "b": { "rows": 10 }, "tree": { "rows": 30 } } })";
  apply(dataset);
  EXPECT_THAT(content(dataset), IsEmpty());
  const std::string low = psql("SELECT min(id) FROM s.p"), high = psql("SELECT max(id) FROM s.p");
  psql("UPDATE s.p SET v = -v - 1 WHERE id IN (" + low + ", " + high + ")");
  psql(
      "UPDATE ONLY s.parent SET v = -v - 1 WHERE id = 3; UPDATE s.child SET v = 7;"
      "UPDATE s.a SET b = NULL WHERE id = 4 AND b IS NOT NULL;"
      "UPDATE s.tree SET up = 30 WHERE id = 5");
  const std::vector<std::string> found = content(dataset);
  EXPECT_THAT(found, Contains(HasSubstr("s.p (id = " + low + "): v: expected ")));
  EXPECT_THAT(found, Contains(HasSubstr("s.p (id = " + high + "): v: expected ")));
  EXPECT_THAT(found, Contains(HasSubstr("s.parent (id = 3): v: expected ")));
  EXPECT_THAT(found, Contains(HasSubstr("s.tree (id = 5): up: expected ")));
  EXPECT_THAT(found, SizeIs(psql("SELECT b FROM s.a WHERE id = 4").empty() ? 5 : 4));
}

// Types whose values the server changes as it takes them, or that have several forms.
TEST_F(VerifyContentTest, EqualValuesInOtherForms) {
  psql(
      "CREATE SCHEMA s; CREATE TYPE s.mood AS ENUM ('sad', 'ok');"
      "CREATE DOMAIN s.short AS varchar(8); CREATE DOMAIN s.when AS timestamp(0);"
      "CREATE TABLE s.t (id int PRIMARY KEY, c char(6), m s.mood, d s.short, w s.when,"
      " t0 time(0), t3 timestamptz(3), n numeric, n2 numeric(6, 1), f float8, g real, j json,"
      " b jsonb, a int[], r int4range, i interval, x xml, v tsvector, y money, k bytea, o oid,"
      " z timetz, vc varchar(3), q bit varying, na name, day date, e text)");
  const std::string dataset = R"({ "schemas": ["s"], "tables": { "t": {
      "columns": { "vc": "abc    " }, "rows": [
      { "id": 1, "c": "ab  ", "m": "ok", "d": "x", "w": "2026-01-19T12:00:00.6Z", "t0": "12:00:00.5",
        "t3": "2026-01-19T12:00:00.0005Z", "n": 1.50, "n2": 2, "f": -0.0, "g": 0.1, "j": { "literal": { "b": 1 } },
        "b": { "literal": { "b": 1, "a": 2 } }, "a": { "literal": "{1,  2}" }, "r": "[1,3]", "i": "90 minutes", "x": "<a></a>",
        "v": "b a", "y": "1234.5", "k": "\\x00ff", "o": "12", "z": "12:00+02", "q": "101",
        "na": "abc", "day": "2026-01-19", "e": "" },
      { "id": 2, "c": "      ", "m": null, "d": "", "w": "infinity", "t0": null, "t3": "infinity",
        "n": "NaN", "n2": -0.1, "f": "NaN", "g": "Infinity", "j": "null", "b": "null", "a": { "literal": "{}" },
        "r": "empty", "i": "-1 mons", "x": "text", "v": "", "y": "-1", "k": "\\x", "o": "0",
        "z": "24:00-08", "q": "", "na": "", "day": "infinity", "e": "NULL" },
      { "id": 3, "c": null, "m": "sad", "d": null, "w": null, "t0": "23:59:59.7", "t3": null,
        "n": 123456789.123456789, "n2": null, "f": 1e300, "g": null, "j": null, "b": null, "a": null,
        "r": null, "i": null, "x": null, "v": null, "y": null, "k": null, "o": null, "z": null,
        "q": null, "na": null, "day": null, "e": null } ] } } })";
  apply(dataset);
  EXPECT_THAT(content(dataset), IsEmpty());
  EXPECT_THAT(not_compared("t"), IsEmpty());
  const std::vector<std::pair<std::string, std::string>> changes = {
      {"c", "abc"},         {"m", "sad"},      {"d", "y"},         {"w", "2026-01-19 12:00:02"},
      {"t0", "1:0"},        {"t3", "epoch"},   {"n", "1.500"},     {"n2", "2.1"},
      {"f", "0"},           {"g", "0.2"},      {"j", "{\"b\":2}"}, {"vc", "ab"},
      {"b", "{}"},          {"a", "{2,1}"},    {"r", "[1,5)"},     {"i", "1:31"},
      {"x", "<b/>"},        {"v", "c"},        {"y", "1"},         {"k", "\\x00fe"},
      {"o", "13"},          {"z", "12:00+01"}, {"q", "100"},       {"na", "abd"},
      {"day", "-infinity"}, {"e", " "}};
  for (const auto& [column, value] : changes) {
    psql(
        "CREATE TABLE s.kept AS SELECT * FROM s.t WHERE id = 1;"
        "UPDATE s.t SET " +
        column + " = '" + value + "' WHERE id = 1");
    EXPECT_THAT(content(dataset),
                ElementsAre(HasSubstr("s.t (id = 1): " + column + ": expected ")));
    psql("UPDATE s.t SET " + column + " = (SELECT " + column +
         " FROM s.kept) WHERE id = 1; DROP TABLE s.kept");
  }
  EXPECT_THAT(content(dataset), IsEmpty());
}

TEST_F(VerifyContentTest, AnEmptyTableAndOneThatNothingIsComparedOf) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.t (id serial PRIMARY KEY);"
      "CREATE TABLE s.u (a text DEFAULT version())");
  const std::string dataset =
      R"({ "schemas": ["s"], "tables": { "t": { "rows": 0 }, "u": { "rows": 4 } } })";
  apply(dataset);
  EXPECT_THAT(content(dataset), IsEmpty());
  EXPECT_THAT(not_compared("u"), ElementsAre(Pair("a", "left to the server")));
  psql("INSERT INTO s.t DEFAULT VALUES");
  EXPECT_THAT(content(dataset), ElementsAre("s.t (id = 1): expected 0 rows, found 1 row"));
}

TEST_F(VerifyContentTest, AValueThatItsTypeDoesNotHave) {
  psql("CREATE SCHEMA s; CREATE TABLE s.t (id int PRIMARY KEY, a int[])");
  const std::string dataset =
      R"({ "schemas": ["s"], "tables": { "t": { "rows": 2, "columns": { "a": { "literal": "{1,2" } } } } })";
  const Dataset parsed = parse_dataset(dataset, "d.json");
  Request request;
  request.verify = request.content = true;
  RunOptions options;
  options.connection = this->options();
  const Catalog catalog = this->catalog();
  const auto units = choose_scopes(catalog, &parsed, request);
  const Report report = run_units(options, catalog, &parsed, request, units);
  EXPECT_EQ(report.outcome, Outcome::kFailed);
  ASSERT_THAT(report.database_errors, SizeIs(1));
  EXPECT_EQ(report.database_errors[0].table, "t");
  EXPECT_EQ(report.database_errors[0].column, "a");
  EXPECT_EQ(report.database_errors[0].sqlstate, "22P02");
}

TEST_F(VerifyContentTest, AValueThatItsTypeHasNoRoomFor) {
  psql("CREATE SCHEMA s; CREATE TABLE s.t (id int PRIMARY KEY, a smallint)");
  const Dataset dataset = parse_dataset(
      R"({ "schemas": ["s"], "tables": { "t": { "rows": 9, "columns": { "a": "{row}0000" } } } })",
      "d.json");
  Request request;
  request.verify = request.content = true;
  RunOptions options;
  options.connection = this->options();
  const Catalog catalog = this->catalog();
  const auto units = choose_scopes(catalog, &dataset, request);
  const Report report = run_units(options, catalog, &dataset, request, units);
  EXPECT_EQ(report.outcome, Outcome::kFailed);
  ASSERT_THAT(report.database_errors, SizeIs(1));
  EXPECT_EQ(report.database_errors[0].message, "value \"40000\" is out of range for type smallint");
  EXPECT_EQ(report.database_errors[0].column, "a");
}

// --- a property: one change of one row is what is found, and nothing else

struct RandomType {
  std::string name;
  std::string other;  // a value that the generators do not make
};

const std::vector<RandomType>& random_types() {
  static const std::vector<RandomType> types = {
      {"int", "-987654"},
      {"bigint", "-9876543210"},
      {"smallint", "-9876"},
      {"numeric(12, 3)", "-9876.543"},
      {"numeric", "-9876.5"},
      {"real", "-98.5"},
      {"double precision", "-98.7654"},
      {"text", "changed"},
      {"varchar(30)", "changed"},
      {"char(12)", "changed"},
      {"date", "1777-01-01"},
      {"time", "03:03:03.030303"},
      {"time(0)", "03:03:03"},
      {"timestamp", "1777-01-01 01:01:01.5"},
      {"timestamptz(2)", "1777-01-01 01:01:01.25+00"},
      {"interval", "77 years"},
      {"uuid", "00000000-0000-0000-0000-000000000001"},
      {"bytea", "\\x7777"},
      {"jsonb", "{\"changed\": true}"},
      {"json", "{\"changed\": true}"},
      {"int[]", "{7,7,7,7,7,7,7}"},
      {"text[]", "{changed}"},
      {"inet", "77.77.77.77"},
      {"int4range", "[-77,-7)"},
      {"tsvector", "changed"},
      {"money", "$77,777,777.00"},
      {"s.mood", "other"},
      {"s.code", "changed"},
  };
  return types;
}

class RandomShop {
 public:
  explicit RandomShop(uint32_t seed) : random_(seed) {
    sql_ =
        "CREATE SCHEMA s; CREATE TYPE s.mood AS ENUM ('sad', 'ok', 'fine', 'other');"
        "CREATE DOMAIN s.code AS varchar(20);";
    dataset_ = R"({ "schemas": ["s"], "seed": )" + std::to_string(seed) + R"(, "tables": {)";
    for (int table = 0; table < kTables; ++table) add_table(table);
    dataset_ += "} }";
  }
  const std::string& sql() const { return sql_; }
  const std::string& dataset() const { return dataset_; }

  uint32_t below(size_t bound) { return static_cast<uint32_t>(random_() % bound); }
  static constexpr int kTables = 4;
  std::vector<std::vector<size_t>> types;  // of column c<i> of each table
  std::vector<std::string> keys;           // "id", "c0", or "" without one

 private:
  void add_table(int table) {
    static const std::vector<std::string> kKeys = {"serial", "text", "uuid", "int", ""};
    const std::string key = kKeys[below(kKeys.size())];
    std::string columns = key.empty() ? "" : "id " + key + " PRIMARY KEY";
    std::string values;
    std::vector<size_t>& chosen = types.emplace_back();
    const size_t count = 3 + below(8);
    for (size_t i = 0; i < count; ++i) {
      chosen.push_back(below(random_types().size()));
      columns += fmt::format("{}c{} {}{}", columns.empty() ? "" : ", ", i,
                             random_types()[chosen.back()].name, below(3) == 0 ? "" : " NOT NULL");
    }
    if (table > 0 && !keys[static_cast<size_t>(table) - 1].empty()) {
      columns += fmt::format(", up {} REFERENCES s.t{}",
                             key_types_.back() == "serial" ? "int" : key_types_.back(), table - 1);
    }
    keys.push_back(key.empty() ? "" : "id");
    key_types_.push_back(key);
    sql_ += fmt::format("CREATE TABLE s.t{} ({});", table, columns);
    const bool per = table > 0 && columns.find("REFERENCES") != std::string::npos && below(2) == 0;
    dataset_ += fmt::format(R"({}"t{}": {{ "rows": {}{} }})", table == 0 ? "" : ", ", table,
                            per ? R"({ "between": [0, 5] })" : std::to_string(1 + below(200)),
                            per ? fmt::format(R"(, "per": "t{}")", table - 1) : "");
  }

  std::mt19937 random_;
  std::string sql_, dataset_;
  std::vector<std::string> key_types_;
};

class RandomContentTest : public VerifyContentTest {
 protected:
  // As nobody's constraints and triggers see it.
  void change(const std::string& sql) { psql("SET session_replication_role = replica; " + sql); }

  void try_seed(uint32_t seed) {
    SCOPED_TRACE("RESOW_CONTENT_SEED=" + std::to_string(seed));
    psql("DROP SCHEMA IF EXISTS s CASCADE");
    RandomShop shop(seed);
    psql(shop.sql());
    ASSERT_NO_FATAL_FAILURE(apply(shop.dataset())) << shop.sql() << shop.dataset();
    ASSERT_THAT(content(shop.dataset()), IsEmpty()) << shop.sql() << shop.dataset();
    for (int round = 0; round < 3; ++round) {
      const auto table = shop.below(RandomShop::kTables);
      const std::string name = "s.t" + std::to_string(table);
      const std::string rows = psql("SELECT count(*) FROM " + name);
      if (rows == "0" || rows == "1") continue;
      const std::string kept = "CREATE TABLE s.kept AS TABLE " + name;
      psql(kept);
      const bool keyed = !shop.keys[table].empty();
      update(shop, table, keyed);
      restore(name);
      remove(shop, table, keyed);
      restore(name);
      add(shop, table, keyed);
      restore(name);
      swap(shop, table, keyed);
      restore(name);
      psql("DROP TABLE s.kept");
    }
    EXPECT_THAT(content(shop.dataset()), IsEmpty());
  }

 private:
  void restore(const std::string& name) {
    change("DELETE FROM " + name + "; INSERT INTO " + name + " TABLE s.kept");
  }
  std::string any_row(RandomShop& shop, const std::string& name) {
    const auto rows = std::stoul(psql("SELECT count(*) FROM " + name));
    return psql(
        fmt::format("SELECT ctid FROM {} ORDER BY ctid LIMIT 1 OFFSET {}", name, shop.below(rows)));
  }

  void update(RandomShop& shop, size_t table, bool keyed) {
    const std::string name = "s.t" + std::to_string(table);
    const size_t column = shop.below(shop.types[table].size());
    const std::string row = any_row(shop, name);
    const std::string at = fmt::format(" FROM {} WHERE ctid = '{}'", name, row);
    const std::string key = keyed ? psql("SELECT id" + at) : "";
    const std::string before = psql(fmt::format("SELECT coalesce(c{}::text, 'NULL')", column) + at);
    const RandomType& type = random_types()[shop.types[table][column]];
    const std::string after = psql(fmt::format("SELECT '{}'::{}::text", type.other, type.name));
    change(
        fmt::format("UPDATE {} SET c{} = '{}' WHERE ctid = '{}'", name, column, type.other, row));
    const std::vector<std::string> found = content(shop.dataset());
    if (before == after) {  // of an enum
      EXPECT_THAT(found, IsEmpty());
      return;
    }
    if (!keyed) {
      EXPECT_THAT(found, SizeIs(2)) << name << " c" << column;
      return;
    }
    if (before.size() > 200 || after.size() > 200 || before.empty()) {
      EXPECT_THAT(found, SizeIs(1));
      return;
    }
    EXPECT_THAT(found, ElementsAre(fmt::format("{} (id = {}): c{}: expected {}, found {}", name,
                                               key, column, before, after)));
  }

  void remove(RandomShop& shop, size_t table, bool keyed) {
    const std::string name = "s.t" + std::to_string(table);
    const std::string row = any_row(shop, name);
    const std::string key =
        keyed ? psql(fmt::format("SELECT id FROM {} WHERE ctid = '{}'", name, row)) : "";
    change(fmt::format("DELETE FROM {} WHERE ctid = '{}'", name, row));
    const std::vector<std::string> found = content(shop.dataset());
    ASSERT_THAT(found, SizeIs(1)) << name;
    if (!keyed) return;
    EXPECT_EQ(found[0], fmt::format("{} (id = {}): expected 1 row, found 0 rows", name, key));
  }

  void add(RandomShop& shop, size_t table, bool keyed) {
    const std::string name = "s.t" + std::to_string(table);
    if (!keyed) {
      change(fmt::format("INSERT INTO {} SELECT * FROM {} WHERE ctid = '{}'", name, name,
                         any_row(shop, name)));
      EXPECT_THAT(content(shop.dataset()), SizeIs(1)) << name;
      return;
    }
    // The row of another one, with an id of its own.
    const std::string type = psql(fmt::format("SELECT pg_typeof(id) FROM {} LIMIT 1", name));
    const std::string id = type == "uuid"      ? "77777777-7777-7777-7777-777777777777"
                           : type == "integer" ? "777777"
                                               : "added";
    change(
        fmt::format("CREATE TABLE s.one AS SELECT * FROM {} WHERE ctid = '{}';"
                    "UPDATE s.one SET id = '{}'; INSERT INTO {} TABLE s.one; DROP TABLE s.one",
                    name, any_row(shop, name), id, name));
    EXPECT_THAT(content(shop.dataset()),
                ElementsAre(fmt::format("{} (id = {}): expected 0 rows, found 1 row", name, id)));
  }

  // Two rows change places, but for their key.
  void swap(RandomShop& shop, size_t table, bool keyed) {
    if (!keyed) return;
    const std::string name = "s.t" + std::to_string(table);
    const std::string first = psql("SELECT min(id::text) FROM " + name);
    const std::string last = psql("SELECT max(id::text) FROM " + name);
    const size_t column = shop.below(shop.types[table].size());
    const std::string c = "c" + std::to_string(column);
    const bool differ = psql(fmt::format("SELECT count(DISTINCT coalesce({}::text, 'NULL')) FROM {}"
                                         " WHERE id::text IN ('{}', '{}')",
                                         c, name, first, last)) == "2";
    change(
        fmt::format("UPDATE {0} AS t SET {1} = k.{1} FROM s.kept AS k WHERE (t.id::text = '{2}'"
                    " AND k.id::text = '{3}') OR (t.id::text = '{3}' AND k.id::text = '{2}')",
                    name, c, first, last));
    EXPECT_THAT(content(shop.dataset()), SizeIs(differ ? 2 : 0)) << name << " " << c;
  }
};

TEST_F(RandomContentTest, OneChangeIsFoundAndNothingElse) {
  if (const char* seed = std::getenv("RESOW_CONTENT_SEED")) {
    return try_seed(static_cast<uint32_t>(std::stoul(seed)));
  }
  for (uint32_t seed = 1; seed <= 12 && !HasFailure(); ++seed) try_seed(seed);
}

}  // namespace
}  // namespace resow

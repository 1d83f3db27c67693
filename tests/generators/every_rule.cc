#include "tests/generators/every_rule.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "generators/catalogue.h"
#include "generators/pattern_text.h"
#include "generators/value_form.h"

namespace resow {
namespace {

using What = rule::TemplatePart::What;

struct Builder {
  uint64_t seed;
  TableProgram& table;

  ColumnProgram& add(std::string name, ValueKind kind, ColumnRule rule, int scale = 0) const {
    ColumnProgram column;
    column.key = stream_key(seed, table.schema, table.name, name);
    column.name = std::move(name);
    column.kind = kind;
    column.scale = scale;
    column.rule = std::move(rule);
    table.columns.push_back(std::move(column));
    return table.columns.back();
  }
};

TableProgram parents(uint64_t seed, uint64_t rows) {
  TableProgram table{
      .schema = "user_1", .name = "parents", .shape = RowShape(1, 1, FixedCount{rows})};
  const Builder to{.seed = seed, .table = table};
  to.add("id", ValueKind::kInteger, {rule::Sequence{1, 1}});
  to.add("code", ValueKind::kText,
         {rule::Template{{{.literal = "P-"}, {.what = What::kRow, .width = 6}}}});
  to.add("children", ValueKind::kInteger, {rule::ChildCount{1}});
  to.add("always", ValueKind::kDate, {rule::Always{"2026-01-19"}});
  to.add("one_of", ValueKind::kText,
         {rule::OneOf{{"pending", "running", "failed"}, {0.7, 0.9, 1}}});
  to.add("cycle", ValueKind::kBoolean, {rule::Cycle{{"true", "false"}, 3}});
  to.add("uniform", ValueKind::kInteger, {rule::Uniform{-1000, 1000}});
  to.add("uniform_decimal", ValueKind::kDecimal, {rule::Uniform{99, 99'999}}, 2);
  to.add("uniform_timestamp", ValueKind::kTimestamp,
         {rule::Uniform{820'000'000'000'000, 822'000'000'000'000}});
  to.add("uniform_time", ValueKind::kTime, {rule::Uniform{0, 86'399'999'999}});
  to.add("uniform_real", ValueKind::kReal, {rule::UniformReal{-1, 1}});
  to.add("uniform_single", ValueKind::kSingle, {rule::UniformReal{-1, 1}});
  to.add("distinct", ValueKind::kInteger, {rule::Distinct{1'000'000, 7, rows + 1000}});
  to.add("words", ValueKind::kText, {rule::Words{30}}).null_share = 0.2;
  to.add("description", ValueKind::kText, {rule::Words{200}});
  to.add(
      "pattern", ValueKind::kText,
      {rule::Pattern{std::make_shared<PatternText>(*PatternText::of_regex("[A-Z]{3}-[0-9]{4}"))}});
  ValueForm tags;
  tags.what = ValueForm::What::kArray;
  tags.parts.emplace_back();
  tags.parts[0].texts = {"%w"};
  const auto form = std::make_shared<const ValueForm>(std::move(tags));
  to.add("formed", ValueKind::kText, {rule::Formed{.form = form}});
  to.add("formed_distinct", ValueKind::kText,
         {rule::Formed{.form = form, .distinct = true, .size = rows + 1000}});
  constexpr size_t kUniformTimestamp = 8;
  to.add("after", ValueKind::kTimestamp,
         {rule::After{.column = kUniformTimestamp, .low = 0, .high = 3'600'000'000}});
  to.add("uuid", ValueKind::kUuid, {rule::RandomUuid{}});
  to.add("bytes", ValueKind::kBytes, {rule::RandomBytes{11}});
  return table;
}

TableProgram children(uint64_t seed, uint64_t parent_rows) {
  const StreamKey shape_key = stream_key(seed, "user_1", "children", "");
  TableProgram table{.schema = "user_1",
                     .name = "children",
                     .parent = 0,
                     .shape = RowShape(parent_rows, 2, UniformCount{0, 3, shape_key})};
  const StreamKey pick = stream_key(seed, "user_1", "children", "fk_nodes");
  const Builder to{.seed = seed, .table = table};
  to.add("id", ValueKind::kInteger, {rule::Sequence{1000, 10}});
  to.add("parent_id", ValueKind::kInteger, {rule::ParentColumn{0}});
  to.add("ordinal", ValueKind::kInteger, {rule::Ordinal{1}});
  to.add("item", ValueKind::kText, {rule::ByItem{{"vinted", "ebay"}}});
  to.add("label", ValueKind::kText,
         {rule::Template{{{.what = What::kParent, .index = 1},
                          {.literal = "/"},
                          {.what = What::kItem, .by_item = {{"v"}, {"e"}}},
                          {.what = What::kOrdinal, .width = 2},
                          {.literal = "/"},
                          {.what = What::kColumn, .index = 5},
                          {.literal = "@"},
                          {.what = What::kSchema}}}});
  to.add("normal", ValueKind::kDecimal, {rule::Distribution{rule::Shape::kNormal, 50, 20, 0, 100}},
         2);
  to.add("lognormal", ValueKind::kReal,
         {rule::Distribution{rule::Shape::kLogNormal, 3, 0.5, 0, 1000}});
  to.add("exponential", ValueKind::kInteger,
         {rule::Distribution{rule::Shape::kExponential, 20, 0, 0, 1000}});
  to.add("zipf", ValueKind::kInteger, {rule::Distribution{rule::Shape::kZipf, 1.1, 0, 1, 1000}});
  to.add("node_id", ValueKind::kInteger, {rule::RowOf{.table = 2, .column = 0, .pick = pick}});
  to.add("node_name", ValueKind::kText, {rule::RowOf{.table = 2, .column = 2, .pick = pick}});
  const auto existing =
      std::make_shared<const std::vector<Constant>>(std::vector<Constant>{"3", "1", "4", "15"});
  to.add("existing", ValueKind::kInteger, {rule::Existing{.values = existing, .pick = pick}});
  constexpr size_t kItem = 3;
  to.add(
      "by_item", ValueKind::kText,
      {rule::ByColumns{.columns = {kItem},
                       .values = {{{"vinted"}, {"v1", "v2"}}, {{"ebay"}, {"e1", std::nullopt}}}}});
  return table;
}

TableProgram nodes(uint64_t seed) {
  TableProgram table{.schema = "user_1", .name = "nodes", .shape = RowShape(1, 1, FixedCount{500})};
  const Builder to{.seed = seed, .table = table};
  to.add("id", ValueKind::kInteger, {rule::Distinct{1, 1, 500}});
  rule::RowOf earlier{.table = 2, .column = 0, .pick = stream_key(seed, "", "nodes", "parent")};
  earlier.earlier = true;
  to.add("parent_id", ValueKind::kInteger, {earlier});
  to.add("name", ValueKind::kText, {rule::Words{12}});
  rule::RowOf distinct{.table = 2, .column = 0, .pick = stream_key(seed, "", "nodes", "twin")};
  distinct.distinct = true;
  to.add("twin_id", ValueKind::kInteger, {distinct});
  return table;
}

TableProgram people(uint64_t seed) {
  using Cell = rule::Cell;
  TableProgram table{.schema = "user_1", .name = "people", .shape = RowShape(1, 1, FixedCount{4})};
  const Builder to{.seed = seed, .table = table};
  rule::Literal names;
  for (const char* name : {"alice", "bob", "Zoë"}) {
    names.cells.push_back({.what = Cell::What::kConstant, .constant = name});
  }
  names.cells.emplace_back();
  names.otherwise = std::make_shared<const ColumnRule>(ColumnRule{rule::Words{10}});
  to.add("name", ValueKind::kText, {names});
  rule::Literal friends;
  for (const uint64_t row : {1u, 0u, 3u}) {
    friends.cells.push_back({.what = Cell::What::kReference, .table = 3, .column = 0, .row = row});
  }
  friends.cells.push_back({.what = Cell::What::kConstant});
  to.add("friend", ValueKind::kText, {friends});
  return table;
}

// Every entry of the catalogue, in every locale; texts also as distinct ones.
TableProgram believable_table(uint64_t seed) {
  TableProgram table{
      .schema = "user_1", .name = "believable", .shape = RowShape(1, 1, FixedCount{50})};
  const Builder to{.seed = seed, .table = table};
  constexpr std::pair<rule::Locale, const char*> kEveryLocale[] = {
      {rule::Locale::kEnglish, "en"}, {rule::Locale::kFrench, "fr"}, {rule::Locale::kGerman, "de"}};
  for (const CatalogueEntry& entry : catalogue()) {
    for (const auto& [locale, tag] : kEveryLocale) {
      rule::Named named{.name = std::string(entry.name), .locale = locale};
      named.subject = stream_key(seed, "user_1", "believable", "");
      const ValueKind kind = entry.number ? ValueKind::kReal : ValueKind::kText;
      to.add(named.name + "_" + tag, kind, {named});
      if (entry.distinct_values < 50) continue;
      named.distinct = true;
      named.size = 50;
      if (locale == rule::Locale::kGerman) to.add(named.name + "_distinct", kind, {named});
    }
  }
  return table;
}

}  // namespace

Program every_rule(uint64_t seed, uint64_t parent_rows) {
  return {.tables = {parents(seed, parent_rows), children(seed, parent_rows), nodes(seed),
                     people(seed), believable_table(seed)}};
}

}  // namespace resow

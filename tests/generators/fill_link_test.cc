#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "tests/generators/programs.h"

namespace resow {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

constexpr StreamKey kPick{.high = 11, .low = 12};

Program with_targets(uint64_t targets, uint64_t rows, std::vector<ColumnProgram> columns) {
  Program program;
  program.tables = {table("targets", RowShape(1, 1, FixedCount{targets}),
                          {column("id", ValueKind::kInteger, {rule::Sequence{1, 1}}),
                           column("code", ValueKind::kText,
                                  {rule::Template{{{.literal = "code "},
                                                   {.what = rule::TemplatePart::What::kRow}}}})}),
                    table("t", RowShape(1, 1, FixedCount{rows}), std::move(columns))};
  return program;
}

ColumnProgram row_of(size_t target_column, ValueKind kind, bool distinct = false,
                     uint64_t divisor = 1) {
  rule::RowOf rule{.table = 0, .column = target_column, .pick = kPick};
  rule.distinct = distinct;
  rule.divisor = divisor;
  return column("c" + std::to_string(target_column), kind, {rule});
}

TEST(RowOf, EqualPicksChooseTheSameRow) {
  const Program program =
      with_targets(50, 5000, {row_of(0, ValueKind::kInteger), row_of(1, ValueKind::kText)});
  const std::vector<std::string> ids = texts(program, 1, 0);
  const std::vector<std::string> codes = texts(program, 1, 1);
  std::map<std::string, int> counts;
  for (size_t row = 0; row < ids.size(); ++row) {
    ASSERT_EQ("code " + ids[row], codes[row]) << "row " << row;
    ++counts[ids[row]];
  }
  EXPECT_EQ(counts.size(), 50u);
  for (const auto& [id, count] : counts) EXPECT_NEAR(count, 100, 50) << id;
}

TEST(RowOf, DistinctPicksEachRowOnce) {
  const Program program = with_targets(50, 50, {row_of(0, ValueKind::kInteger, true)});
  const std::vector<std::string> ids = texts(program, 1, 0);
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 50u);
}

// Two columns under one unique key: all combinations, none twice.
TEST(RowOf, DivisorsGiveDistinctCombinations) {
  const Program program = with_targets(
      7, 49, {row_of(0, ValueKind::kInteger, true, 1), row_of(1, ValueKind::kText, true, 7)});
  const std::vector<std::string> first = texts(program, 1, 0);
  const std::vector<std::string> second = texts(program, 1, 1);
  std::set<std::string> pairs;
  for (size_t row = 0; row < first.size(); ++row) pairs.insert(first[row] + "/" + second[row]);
  EXPECT_EQ(pairs.size(), 49u);
}

TEST(RowOf, OfAnEmptyTableIsNull) {
  EXPECT_THAT(texts(with_targets(0, 3, {row_of(0, ValueKind::kInteger)}), 1, 0), Each("NULL"));
}

TEST(RowOf, BringsValuesToItsOwnKind) {
  const Program program =
      with_targets(5, 100, {row_of(0, ValueKind::kInteger), row_of(0, ValueKind::kText)});
  EXPECT_EQ(texts(program, 1, 0), texts(program, 1, 1));
}

TEST(RowOf, EarlierMakesAForest) {
  Program program;
  rule::RowOf parent{.table = 0, .column = 0, .pick = kPick};
  parent.earlier = true;
  program.tables = {table("nodes", RowShape(1, 1, FixedCount{1000}),
                          {column("id", ValueKind::kInteger, {rule::Sequence{1, 1}}),
                           column("parent", ValueKind::kInteger, {parent})})};
  const std::vector<std::string> parents = texts(program, 0, 1);
  EXPECT_EQ(parents[0], "NULL");
  for (size_t row = 1; row < parents.size(); ++row) {
    EXPECT_LE(std::stoul(parents[row]), row) << "row " << row;
  }
  parent.distinct = true;
  program.tables[0].columns[1].rule = {parent};
  EXPECT_THAT(texts(program, 0, 1, {0, 1, 2, 999}), ElementsAre("NULL", "1", "2", "999"));
}

TEST(ParentColumn, FollowsTheShape) {
  Program program = with_targets(3, 0, {});
  program.tables[1] = table("children", RowShape(3, 1, CountByParent{[](uint64_t first, auto out) {
                                                   for (uint64_t& count : out) count = first++;
                                                 }}),
                            {column("id", ValueKind::kInteger, {rule::ParentColumn{0}}),
                             column("code", ValueKind::kText, {rule::ParentColumn{1}})});
  program.tables[1].parent = 0;
  EXPECT_THAT(texts(program, 1, 0), ElementsAre("2", "3", "3"));
  EXPECT_THAT(texts(program, 1, 1), ElementsAre("code 2", "code 3", "code 3"));
  EXPECT_THAT(texts(program, 1, 1, {2, 0}), ElementsAre("code 3", "code 2"));
}

TEST(Existing, PicksAmongValues) {
  const auto values =
      std::make_shared<const std::vector<Constant>>(std::vector<Constant>{"10", "20", {}, "40"});
  rule::Existing rule{.values = values, .pick = kPick};
  std::map<std::string, int> counts;
  for (const std::string& text : texts(one_column(4000, ValueKind::kInteger, {rule}))) {
    ++counts[text];
  }
  EXPECT_EQ(counts.size(), 4u);
  for (const auto& [value, count] : counts) EXPECT_NEAR(count, 1000, 150) << value;
  rule.distinct = true;
  const std::vector<std::string> distinct = texts(one_column(4, ValueKind::kInteger, {rule}));
  EXPECT_EQ(std::set<std::string>(distinct.begin(), distinct.end()).size(), 4u);
  rule.values = std::make_shared<const std::vector<Constant>>();
  EXPECT_THAT(texts(one_column(2, ValueKind::kInteger, {rule})), Each("NULL"));
}

rule::Cell constant(Constant value) {
  return {.what = rule::Cell::What::kConstant, .constant = std::move(value)};
}
rule::Cell reference(size_t table, size_t column, uint64_t row) {
  rule::Cell cell{.what = rule::Cell::What::kReference};
  cell.table = table;
  cell.column = column;
  cell.row = row;
  return cell;
}

TEST(Literal, MixesConstantsReferencesAndTheRest) {
  rule::Literal literal;
  literal.cells = {constant("alice"), reference(0, 1, 2), {},
                   constant({}),      reference(1, 0, 0), reference(0, 0, 1)};
  literal.otherwise = std::make_shared<const ColumnRule>(ColumnRule{rule::Sequence{100, 1}});
  Program program = with_targets(3, 6, {column("c", ValueKind::kText, {literal})});
  EXPECT_THAT(texts(program, 1, 0), ElementsAre("alice", "code 3", "102", "NULL", "alice", "2"));
  EXPECT_THAT(texts(program, 1, 0, {4, 2, 2, 0}), ElementsAre("alice", "102", "102", "alice"));
  program.tables[1].columns[0].null_share = 1;  // of what is not written out
  EXPECT_THAT(texts(program, 1, 0), ElementsAre("alice", "code 3", "NULL", "NULL", "alice", "2"));
}

}  // namespace
}  // namespace resow

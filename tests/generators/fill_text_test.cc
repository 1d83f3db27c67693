#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <string>

#include "generators/vocabulary.h"
#include "tests/generators/programs.h"

namespace resow {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::MatchesRegex;
using Part = rule::TemplatePart;
using What = Part::What;

TEST(Words, KeepToTheirLength) {
  for (const size_t length : {1u, 2u, 3u, 5u, 8u, 20u, 39u, 40u, 41u, 60u, 80u, 200u, 1000u}) {
    size_t longest = 0;
    const std::vector<std::string> values =
        texts(one_column(1000, ValueKind::kText, {rule::Words{length}}));
    for (const std::string& text : values) {
      ASSERT_FALSE(text.empty());
      ASSERT_LE(text.size(), length) << text;
      ASSERT_THAT(text, MatchesRegex("[A-Z][a-z]*(,? [a-z]+)*"));
      longest = std::max(longest, text.size());
    }
    EXPECT_GE(longest, std::min<size_t>(length, 100) * 2 / 3) << "of " << length;
    if (length >= 20) {
      EXPECT_GT(std::set<std::string>(values.begin(), values.end()).size(), 850u) << length;
    }
  }
}

TEST(Words, VocabularyHasNoDoubles) {
  std::set<std::string_view> words(kAdjectives.begin(), kAdjectives.end());
  words.insert(kMaterials.begin(), kMaterials.end());
  words.insert(kNouns.begin(), kNouns.end());
  EXPECT_EQ(words.size(), kAdjectives.size() + kMaterials.size() + kNouns.size());
  for (const std::string_view word : words) EXPECT_THAT(std::string(word), MatchesRegex("[a-z]+"));
}

TEST(RandomUuid, IsOfVersionFour) {
  const char* const kUuid = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
  const std::vector<std::string> uuids =
      texts(one_column(1000, ValueKind::kUuid, {rule::RandomUuid{}}));
  EXPECT_THAT(uuids, Each(MatchesRegex(kUuid)));
  EXPECT_EQ(std::set<std::string>(uuids.begin(), uuids.end()).size(), 1000u);
  EXPECT_EQ(texts(one_column(1000, ValueKind::kText, {rule::RandomUuid{}})), uuids);
}

TEST(RandomBytes, AreAsManyAsAsked) {
  for (const size_t length : {0u, 1u, 7u, 8u, 9u, 16u, 17u, 100u}) {
    ColumnBatch bytes;
    ColumnBatch digits;
    fill(one_column(50, ValueKind::kBytes, {rule::RandomBytes{length}}), 0, 0, row_range(0, 50),
         bytes);
    fill(one_column(50, ValueKind::kText, {rule::RandomBytes{length}}), 0, 0, row_range(0, 50),
         digits);
    for (size_t row = 0; row < 50; ++row) {
      EXPECT_EQ(bytes.text(row).size(), length);
      EXPECT_EQ("\\x" + std::string(digits.text(row)), texts_of(bytes)[row]);
    }
  }
}

// A parent of two rows and its children: two for item "x", one for item "y".
Program family(ColumnProgram child) {
  Program program;
  program.tables = {
      table("parents", RowShape(1, 1, FixedCount{2}),
            {column("id", ValueKind::kInteger, {rule::Sequence{100, 1}}),
             column("note", ValueKind::kText, {rule::Cycle{{"first", {}}, 1}})}),
      table("children", RowShape(2, 2, CountByItem{{2, 1}}),
            {column("price", ValueKind::kDecimal, {rule::Sequence{995, 5}}, 2), std::move(child)})};
  program.tables[1].parent = 0;
  return program;
}

TEST(Template, ComposesItsParts) {
  const std::vector<Constant> by_item = {"x", {}};
  const struct {
    std::vector<Part> parts;
    std::vector<std::string> values;
  } cases[] = {
      {{}, {"", "", "", "", "", ""}},
      {{{.literal = "a"}, {.literal = "{b}"}}, {"a{b}", "a{b}", "a{b}", "a{b}", "a{b}", "a{b}"}},
      {{{.what = What::kRow}}, {"1", "2", "3", "4", "5", "6"}},
      {{{.what = What::kRow, .width = 3}}, {"001", "002", "003", "004", "005", "006"}},
      {{{.what = What::kOrdinal}}, {"1", "2", "1", "1", "2", "1"}},
      {{{.what = What::kItem, .by_item = by_item}, {.literal = "."}},
       {"x.", "x.", ".", "x.", "x.", "."}},
      {{{.what = What::kColumn, .index = 0}},
       {"9.95", "10.00", "10.05", "10.10", "10.15", "10.20"}},
      {{{.what = What::kParent, .index = 0}}, {"100", "100", "100", "101", "101", "101"}},
      {{{.what = What::kParent, .index = 1}, {.literal = "!"}},
       {"first!", "first!", "first!", "!", "!", "!"}},
      {{{.what = What::kSchema}, {.literal = "_"}, {.what = What::kRow}},
       {"public_1", "public_2", "public_3", "public_4", "public_5", "public_6"}},
  };
  for (const auto& c : cases) {
    const Program program = family(column("c", ValueKind::kText, {rule::Template{c.parts}}));
    EXPECT_EQ(texts(program, 1, 1), c.values);
  }
}

TEST(Template, IsReadInTheColumnsKind) {
  const std::vector<Part> parts = {{.what = What::kRow}, {.literal = "0"}};
  EXPECT_THAT(texts(family(column("c", ValueKind::kInteger, {rule::Template{parts}})), 1, 1),
              ElementsAre("10", "20", "30", "40", "50", "60"));
  EXPECT_THAT(texts(family(column("c", ValueKind::kLiteral, {rule::Template{parts}})), 1, 1),
              ElementsAre("10", "20", "30", "40", "50", "60"));
  EXPECT_THROW(texts(family(column("c", ValueKind::kDate, {rule::Template{parts}})), 1, 1),
               std::invalid_argument);
}

TEST(Template, TextsLongerThanAnyBuffer) {
  const std::string text(20'000, 'x');
  const std::vector<Part> parts = {{.what = What::kRow}, {.literal = text}, {.what = What::kRow}};
  const Program program = one_column(3, ValueKind::kText, {rule::Template{parts}});
  EXPECT_THAT(texts(program), ElementsAre("1" + text + "1", "2" + text + "2", "3" + text + "3"));
}

}  // namespace
}  // namespace resow

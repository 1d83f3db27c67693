#include "generators/content_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <string>
#include <vector>

#include "generators/gather.h"
#include "tests/generators/every_rule.h"

namespace resow {
namespace {

using ::testing::ElementsAre;

ColumnProgram listed(ValueKind kind, std::vector<Constant> values, int scale = 0) {
  ColumnProgram column;
  column.kind = kind;
  column.scale = scale;
  column.rule.how = rule::Cycle{std::move(values), 1};
  return column;
}

Program program_of(std::vector<ColumnProgram> columns, uint64_t rows) {
  Program program;
  program.tables.resize(1);
  program.tables[0].shape = RowShape(1, 1, FixedCount{rows});
  program.tables[0].columns = std::move(columns);
  return program;
}

ContentField binary(size_t column, WireType wire, int digits = 6) {
  return {.column = column, .form = FieldForm::kBinary, .wire = wire, .digits = digits};
}
ContentField text(size_t column, FieldForm form) { return {.column = column, .form = form}; }

void upper_case(size_t, ColumnBatch& texts) {
  for (char& c : texts.bytes) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
}

std::string encoded(const Program& program, const std::vector<ContentField>& fields) {
  ContentRows rows(program, 0, fields, upper_case);
  std::vector<uint64_t> all(program.tables[0].shape.rows());
  std::iota(all.begin(), all.end(), 0);
  return std::string(rows.encode(all));
}

std::string expected(const std::vector<ColumnBatch>& batches, const std::vector<WireType>& wires) {
  std::string bytes;
  encode_copy_binary(batches, wires, bytes);
  return bytes;
}

TEST(ContentRows, EachFieldInItsForm) {
  const Program program = program_of(
      {listed(ValueKind::kInteger, {"1", "2"}), listed(ValueKind::kText, {"ab  ", "  "}),
       listed(ValueKind::kLiteral, {"{a}", {}}), listed(ValueKind::kDate, {"2026-01-19", {}})},
      2);
  const std::vector<ContentField> fields = {
      binary(0, WireType::kInt2),
      text(1, FieldForm::kText),
      text(1, FieldForm::kTrimmedText),
      text(2, FieldForm::kServerText),
      text(3, FieldForm::kText),
      {.constant = "open", .form = FieldForm::kServerText},
      {.constant = {}, .form = FieldForm::kServerText},
  };
  const auto texts = [](const std::vector<Constant>& values) {
    return constants_batch(ValueKind::kText, 0, values);
  };
  EXPECT_EQ(encoded(program, fields),
            expected({constants_batch(ValueKind::kInteger, 0, std::vector<Constant>{"1", "2"}),
                      texts({"ab  ", "  "}), texts({"ab", ""}), texts({"{A}", {}}),
                      texts({"2026-01-19", {}}), texts({"OPEN", "OPEN"}), texts({{}, {}})},
                     {WireType::kInt2, WireType::kText, WireType::kText, WireType::kText,
                      WireType::kText, WireType::kText, WireType::kText}));
}

TEST(ContentRows, TimesAreRoundedAsTheirTypeKeepsThem) {
  const std::vector<Constant> given = {"2026-01-19T12:00:00.499999Z", "2026-01-19T12:00:00.5Z",
                                       "1999-12-31T23:59:59.5Z",      "1999-12-31T23:59:59.4Z",
                                       "1999-12-31T23:59:58.6Z",      {}};
  const std::vector<Constant> whole = {"2026-01-19T12:00:00Z", "2026-01-19T12:00:01Z",
                                       "1999-12-31T23:59:59Z", "1999-12-31T23:59:59Z",
                                       "1999-12-31T23:59:59Z", {}};
  const Program program = program_of({listed(ValueKind::kTimestamp, given)}, 6);
  const auto stamps = [](const std::vector<Constant>& values) {
    return expected({constants_batch(ValueKind::kTimestamp, 0, values)}, {WireType::kTimestamp});
  };
  EXPECT_EQ(encoded(program, {binary(0, WireType::kTimestamp)}), stamps(given));
  EXPECT_EQ(encoded(program, {binary(0, WireType::kTimestamp, 0)}), stamps(whole));
}

TEST(ContentRows, BlanksBeyondTheLengthOfAVarcharAreCutOff) {
  const std::vector<Constant> given = {"ab   ", "abc  ", " ß ", "ßßß   ", "", {}, "   ", "    "};
  const std::vector<Constant> kept = {"ab ", "abc", " ß ", "ßßß", "", {}, "   ", "   "};
  const Program program = program_of({listed(ValueKind::kText, given)}, given.size());
  ContentField field = binary(0, WireType::kText);
  field.length = 3;
  const auto of = [](const std::vector<Constant>& values) {
    return expected({constants_batch(ValueKind::kText, 0, values)}, {WireType::kText});
  };
  EXPECT_EQ(encoded(program, {field}), of(kept));
  EXPECT_EQ(encoded(program, {binary(0, WireType::kText)}), of(given));
}

TEST(ContentRows, AnySliceGivesTheSameBytes) {
  const Program program = every_rule(3, 50);
  for (size_t table = 0; table < program.tables.size(); ++table) {
    std::vector<ContentField> fields;
    for (size_t i = 0; i < program.tables[table].columns.size(); ++i) {
      fields.push_back(text(i, FieldForm::kServerText));
    }
    ContentRows rows(program, table, fields, upper_case);
    std::vector<uint64_t> all(program.tables[table].shape.rows());
    std::iota(all.begin(), all.end(), 0);
    const std::string whole(rows.encode(all));
    std::string parts;
    for (size_t i = 0; i < all.size(); i += 7) {
      parts += rows.encode(std::span(all).subspan(i, std::min<size_t>(7, all.size() - i)));
    }
    EXPECT_EQ(parts, whole) << program.tables[table].name;
  }
}

TEST(ContentRows, ListsTheTextsThatARuleCanGive) {
  Program program = program_of({listed(ValueKind::kLiteral, {"b", {}, "a", "b"}),
                                listed(ValueKind::kDecimal, {"1.5", "2"}, 2)},
                               4);
  ColumnProgram words;
  words.rule.how = rule::Words{};
  rule::Literal literal;
  literal.cells = {{.what = rule::Cell::What::kConstant, .constant = "x"},
                   {.what = rule::Cell::What::kOtherwise}};
  literal.otherwise = std::make_shared<const ColumnRule>(ColumnRule{rule::Always{"y"}});
  ColumnProgram cells;
  cells.rule.how = literal;
  literal.otherwise = std::make_shared<const ColumnRule>(words.rule);
  ColumnProgram mixed;
  mixed.rule.how = literal;
  for (const ColumnProgram& column : {words, cells, mixed}) {
    program.tables[0].columns.push_back(column);
  }
  const auto of = [&](const ContentField& field) {
    return listed_texts(program, 0, field).value_or(std::vector<std::string>{"not listed"});
  };
  EXPECT_THAT(of(text(0, FieldForm::kServerText)), ElementsAre("a", "b"));
  EXPECT_THAT(of(text(1, FieldForm::kServerText)), ElementsAre("1.50", "2.00"));
  EXPECT_THAT(of(text(2, FieldForm::kServerText)), ElementsAre("not listed"));
  EXPECT_THAT(of(text(3, FieldForm::kServerText)), ElementsAre("x", "y"));
  EXPECT_THAT(of(text(4, FieldForm::kServerText)), ElementsAre("not listed"));
  EXPECT_THAT(of({.constant = "c"}), ElementsAre("c"));
  EXPECT_THAT(of({}), ElementsAre());
}

}  // namespace
}  // namespace resow

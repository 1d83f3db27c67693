#include "generators/row_stream.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "tests/generators/every_rule.h"
#include "tests/generators/programs.h"

namespace resow {
namespace {

std::optional<WireType> some_wire_type(ValueKind kind) {
  for (int type = 0; type <= static_cast<int>(WireType::kTimestamp); ++type) {
    const auto wire = static_cast<WireType>(type);
    if (wire != WireType::kInt2 && wire != WireType::kInt4 && has_binary_form(kind, wire)) {
      return wire;
    }
  }
  return std::nullopt;
}

std::vector<SentColumn> all_columns(const TableProgram& table) {
  std::vector<SentColumn> columns;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    columns.push_back({.program = i, .wire = some_wire_type(table.columns[i].kind)});
  }
  return columns;
}

// As many rows at a time as `run` says, from 0 what the stream proposes.
std::string rows_of(const Program& program, size_t table, RowFormat format, uint64_t run) {
  RowStream stream(program, table, all_columns(program.tables[table]), format);
  std::string bytes(stream.header());
  const uint64_t rows = program.tables[table].shape.rows();
  for (uint64_t first = 0; first < rows;) {
    const uint64_t count = std::min(run != 0 ? run : stream.rows_in_run(), rows - first);
    stream.append(first, count, bytes);
    first += count;
  }
  bytes += stream.trailer();
  return bytes;
}

TEST(RowStream, GivesTheSameBytesInAnyRuns) {
  const Program program = every_rule(5, 300);
  for (size_t table = 0; table < program.tables.size(); ++table) {
    for (const RowFormat format : {RowFormat::kCopyText, RowFormat::kCsv, RowFormat::kCopyBinary}) {
      const std::string whole =
          rows_of(program, table, format, std::numeric_limits<uint64_t>::max());
      ASSERT_FALSE(whole.empty());
      EXPECT_EQ(rows_of(program, table, format, 7), whole) << program.tables[table].name;
      EXPECT_EQ(rows_of(program, table, format, 0), whole) << program.tables[table].name;
    }
  }
}

TEST(RowStream, SendsNullWhereItIsTold) {
  const Program program = one_column(2, ValueKind::kInteger, {rule::Sequence{1, 1}});
  const std::vector<SentColumn> columns = {{.program = 0, .wire = WireType::kInt4, .null = true},
                                           {.program = 0, .wire = WireType::kInt4}};
  const auto bytes_as = [&](RowFormat format) {
    std::string bytes;
    RowStream(program, 0, columns, format).append(0, 2, bytes);
    return bytes;
  };
  EXPECT_EQ(bytes_as(RowFormat::kCopyText), "\\N\t1\n\\N\t2\n");
  EXPECT_EQ(bytes_as(RowFormat::kCsv), ",1\n,2\n");
  EXPECT_EQ(
      bytes_as(RowFormat::kCopyBinary),
      std::string("\0\2\xff\xff\xff\xff\0\0\0\4\0\0\0\1\0\2\xff\xff\xff\xff\0\0\0\4\0\0\0\2", 28));
}

TEST(RowStream, TellsWhichRowHasNoRoom) {
  const Program program = one_column(40'000, ValueKind::kInteger, {rule::Sequence{1, 1}});
  RowStream stream(
      program, 0,
      {{.program = 0, .wire = WireType::kInt8}, {.program = 0, .wire = WireType::kInt2}},
      RowFormat::kCopyBinary);
  std::string bytes;
  stream.append(30'000, 2'767, bytes);
  try {
    stream.append(32'000, 5'000, bytes);
    FAIL();
  } catch (const ValueTooLarge& error) {
    EXPECT_STREQ(error.what(), "value \"32768\" is out of range for type smallint");
    EXPECT_EQ(error.row, 32'767U);
    EXPECT_EQ(error.column, 1U);
  }
}

TEST(RowStream, TakesFewRowsAtATimeWhereTheyAreWide) {
  Program program = one_column(10'000, ValueKind::kText, {rule::Always{std::string(10'000, 'x')}});
  RowStream stream(program, 0, {{.program = 0}}, RowFormat::kCsv);
  std::string bytes;
  stream.append(0, stream.rows_in_run(), bytes);
  EXPECT_LE(bytes.size(), 8'000'000U);
  EXPECT_EQ(stream.rows_in_run(), 104U);
  std::vector<SentColumn> many(1600);
  EXPECT_LE(RowStream(program, 0, many, RowFormat::kCsv).rows_in_run(), 100U);
}

TEST(RowStream, HasABinaryFormWhereEveryColumnHasOne) {
  EXPECT_TRUE(have_binary_form(std::vector<SentColumn>{{.wire = WireType::kText}}));
  EXPECT_FALSE(have_binary_form(std::vector<SentColumn>{{.wire = WireType::kText}, {}}));
}

}  // namespace
}  // namespace resow

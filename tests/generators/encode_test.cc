#include "generators/encode.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "generators/gather.h"
#include "generators/numeric_form.h"
#include "tests/generators/every_rule.h"
#include "tests/generators/programs.h"

namespace resow {
namespace {

using namespace std::string_literals;

ColumnBatch batch(ValueKind kind, const std::vector<Constant>& values, int scale = 0) {
  return constants_batch(kind, scale, values);
}

std::string hex(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    out += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
    out += "0123456789abcdef"[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

TEST(EncodeCopyText, EscapesWhatCopyWouldMisread) {
  const std::vector<ColumnBatch> columns = {
      batch(ValueKind::kText, {"plain", "a\tb\nc\rd\\e", "", {}, "\\.", "\\N", "Größe\x01", "x"}),
      batch(ValueKind::kInteger, {"1", "-2", {}, "4", "5", "6", "7", "8"}),
      batch(ValueKind::kBytes, {"\\x", "\\x00ff", {}, "\\x5c", {}, {}, {}, {}}),
      batch(ValueKind::kLiteral, {"{}", "{\"a\\\\b\"}", {}, {}, {}, {}, {}, "[1,2)"}),
      batch(ValueKind::kBoolean, {"true", "false", {}, {}, {}, {}, {}, {}})};
  std::string out = "before\n";
  encode_copy_text(columns, out);
  EXPECT_EQ(out,
            "before\n"
            "plain\t1\t\\\\x\t{}\tt\n"
            "a\\tb\\nc\\rd\\\\e\t-2\t\\\\x00ff\t{\"a\\\\\\\\b\"}\tf\n"
            "\t\\N\t\\N\t\\N\t\\N\n"
            "\\N\t4\t\\\\x5c\t\\N\t\\N\n"
            "\\\\.\t5\t\\N\t\\N\t\\N\n"
            "\\\\N\t6\t\\N\t\\N\t\\N\n"
            "Größe\x01\t7\t\\N\t\\N\t\\N\n"
            "x\t8\t\\N\t[1,2)\t\\N\n");
}

TEST(EncodeCsv, QuotesWhatItMust) {
  const std::vector<ColumnBatch> columns = {
      batch(ValueKind::kText,
            {"plain", "a,b", "say \"hi\"", "", {}, "two\nlines", "\\.", " padded", "\\N", "Größe"}),
      batch(ValueKind::kDecimal, {"1.50", {}, "-0.01", {}, {}, {}, {}, {}, {}, {}}, 2),
      batch(ValueKind::kBytes, {"\\x00", {}, {}, {}, {}, {}, {}, {}, {}, {}})};
  std::string out;
  encode_csv(columns, out);
  EXPECT_EQ(out,
            "plain,1.50,\\x00\n"
            "\"a,b\",,\n"
            "\"say \"\"hi\"\"\",-0.01,\n"
            "\"\",,\n"
            ",,\n"
            "\"two\nlines\",,\n"
            "\"\\.\",,\n"
            "\" padded\",,\n"
            "\\N,,\n"
            "Größe,,\n");
}

struct BinaryCase {
  ValueKind kind;
  int scale;
  std::string text;
  WireType type;
  std::string field;  // hexadecimal, behind the length
};

TEST(EncodeCopyBinary, Fields) {
  const BinaryCase cases[] = {
      {ValueKind::kBoolean, 0, "true", WireType::kBool, "01"},
      {ValueKind::kBoolean, 0, "false", WireType::kBool, "00"},
      {ValueKind::kInteger, 0, "-2", WireType::kInt2, "fffe"},
      {ValueKind::kInteger, 0, "-32768", WireType::kInt2, "8000"},
      {ValueKind::kInteger, 0, "2147483647", WireType::kInt4, "7fffffff"},
      {ValueKind::kInteger, 0, "-9223372036854775808", WireType::kInt8, "8000000000000000"},
      {ValueKind::kReal, 0, "1", WireType::kFloat8, "3ff0000000000000"},
      {ValueKind::kReal, 0, "1", WireType::kFloat4, "3f800000"},
      {ValueKind::kSingle, 0, "-Infinity", WireType::kFloat4, "ff800000"},
      {ValueKind::kText, 0, "Größe", WireType::kText, "4772c3b6c39f65"},
      {ValueKind::kText, 0, "", WireType::kText, ""},
      {ValueKind::kLiteral, 0, "{}", WireType::kText, "7b7d"},
      {ValueKind::kLiteral, 0, "{}", WireType::kJsonb, "017b7d"},
      {ValueKind::kBytes, 0, "\\x00ff", WireType::kBytea, "00ff"},
      {ValueKind::kUuid, 0, "01234567-89ab-cdef-0123-456789abcdef", WireType::kUuid,
       "0123456789abcdef0123456789abcdef"},
      {ValueKind::kDate, 0, "1999-12-31", WireType::kDate, "ffffffff"},
      {ValueKind::kTime, 0, "00:00:01", WireType::kTime, "00000000000f4240"},
      {ValueKind::kTimestamp, 0, "2000-01-01T00:00:00.000001Z", WireType::kTimestamp,
       "0000000000000001"},
      // Digits, weight, sign, scale, then digits to the base of 10,000.
      {ValueKind::kDecimal, 2, "19.99", WireType::kNumeric, "0002000000000002001326ac"},
      {ValueKind::kDecimal, 2, "-20", WireType::kNumeric, "00010000400000020014"},
      {ValueKind::kDecimal, 2, "0", WireType::kNumeric, "0000000000000002"},
      {ValueKind::kDecimal, 5, "0.00001", WireType::kNumeric, "0001fffe0000000503e8"},
      {ValueKind::kDecimal, 0, "100000000", WireType::kNumeric, "00010002000000000001"},
      {ValueKind::kDecimal, -3, "7000", WireType::kNumeric, "00010000000000001b58"},
      {ValueKind::kInteger, 0, "10000", WireType::kNumeric, "00010001000000000001"},
      {ValueKind::kInteger, 0, "-9223372036854775808", WireType::kNumeric,
       "0005000440000000039a0d2c0170156516b0"},
  };
  for (const BinaryCase& c : cases) {
    ASSERT_TRUE(has_binary_form(c.kind, c.type)) << c.text;
    const std::vector<ColumnBatch> columns = {batch(c.kind, {c.text, {}}, c.scale)};
    std::string out;
    encode_copy_binary(columns, std::vector<WireType>{c.type}, out);
    const std::string length =
        hex({"\0\0\0", 3}) +
        hex({&"\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17\20\21\22\23"[c.field.size() / 2], 1});
    EXPECT_EQ(hex(out), "0001" + length + c.field + "0001" + "ffffffff") << c.text;
  }
}

TEST(EncodeCopyBinary, HeaderAndTrailer) {
  EXPECT_EQ(hex(copy_binary_header()), "5047434f50590aff0d0a000000000000000000");
  EXPECT_EQ(hex(copy_binary_trailer()), "ffff");
}

TEST(EncodeCopyBinary, RefusesNumbersThatDoNotFit) {
  const struct {
    ValueKind kind;
    std::string text;
    WireType type;
    std::string message;
  } cases[] = {
      {ValueKind::kInteger, "32768", WireType::kInt2,
       "value \"32768\" is out of range for type smallint"},
      {ValueKind::kInteger, "-32769", WireType::kInt2,
       "value \"-32769\" is out of range for type smallint"},
      {ValueKind::kInteger, "2147483648", WireType::kInt4,
       "value \"2147483648\" is out of range for type integer"},
      {ValueKind::kReal, "1e39", WireType::kFloat4,
       "value \"1e+39\" is out of range for type real"},
  };
  for (const auto& c : cases) {
    const std::vector<ColumnBatch> columns = {batch(c.kind, {"0", c.text, "1"})};
    std::string out;
    try {
      encode_copy_binary(columns, std::vector<WireType>{c.type}, out);
      FAIL() << c.text;
    } catch (const DoesNotFit& error) {
      EXPECT_EQ(error.what(), c.message);
      EXPECT_EQ(error.column, 0U);
      EXPECT_EQ(error.row, 1U);
    }
  }
  // The payload of a NULL is unspecified, so it does not count.
  std::vector<ColumnBatch> columns = {batch(ValueKind::kInteger, {"99999"})};
  columns[0].nulls[0] = 1;
  std::string out;
  encode_copy_binary(columns, std::vector<WireType>{WireType::kInt2}, out);
  EXPECT_EQ(hex(out), "0001ffffffff");
}

TEST(EncodeCopyBinary, KindsAndTypesThatDoNotGoTogether) {
  EXPECT_FALSE(has_binary_form(ValueKind::kText, WireType::kInt4));
  EXPECT_FALSE(has_binary_form(ValueKind::kInteger, WireType::kText));
  EXPECT_FALSE(has_binary_form(ValueKind::kDecimal, WireType::kFloat8));
  EXPECT_FALSE(has_binary_form(ValueKind::kDate, WireType::kTimestamp));
}

TEST(WireTypeOf, BuiltInTypes) {
  EXPECT_EQ(wire_type_of(23, ValueKind::kInteger), WireType::kInt4);
  EXPECT_EQ(wire_type_of(1700, ValueKind::kInteger), WireType::kNumeric);
  EXPECT_EQ(wire_type_of(1184, ValueKind::kTimestamp), WireType::kTimestamp);
  EXPECT_EQ(wire_type_of(3802, ValueKind::kLiteral), WireType::kJsonb);
  EXPECT_EQ(wire_type_of(23, ValueKind::kText), std::nullopt);       // int4
  EXPECT_EQ(wire_type_of(1186, ValueKind::kLiteral), std::nullopt);  // interval
  EXPECT_EQ(wire_type_of(99'999, ValueKind::kText), std::nullopt);   // a type of the user's own
}

std::vector<ColumnBatch> all_columns(const Program& program, size_t table,
                                     const std::vector<uint64_t>& rows) {
  std::vector<ColumnBatch> columns(program.tables[table].columns.size());
  for (size_t i = 0; i < columns.size(); ++i) fill(program, table, i, rows, columns[i]);
  return columns;
}

WireType usual_type(ValueKind kind) {
  switch (kind) {
    case ValueKind::kBoolean:
      return WireType::kBool;
    case ValueKind::kInteger:
      return WireType::kInt8;
    case ValueKind::kDecimal:
      return WireType::kNumeric;
    case ValueKind::kDate:
      return WireType::kDate;
    case ValueKind::kTime:
      return WireType::kTime;
    case ValueKind::kTimestamp:
      return WireType::kTimestamp;
    case ValueKind::kReal:
      return WireType::kFloat8;
    case ValueKind::kSingle:
      return WireType::kFloat4;
    case ValueKind::kText:
    case ValueKind::kLiteral:
      return WireType::kText;
    case ValueKind::kBytes:
      return WireType::kBytea;
    case ValueKind::kUuid:
      return WireType::kUuid;
  }
  return WireType::kText;
}

// Runs of any size, also across the encoder's own blocks, give the bytes of the whole.
TEST(Encode, RunsAddUpToTheWhole) {
  const Program program = every_rule(3, 700);
  for (size_t table = 0; table < program.tables.size(); ++table) {
    const uint64_t rows = program.tables[table].shape.rows();
    const std::vector<ColumnBatch> whole = all_columns(program, table, row_range(0, rows));
    std::vector<WireType> types;
    for (const ColumnBatch& column : whole) types.push_back(usual_type(column.kind));
    std::string text;
    std::string csv;
    std::string binary;
    encode_copy_text(whole, text);
    encode_csv(whole, csv);
    encode_copy_binary(whole, types, binary);
    std::string text_runs;
    std::string csv_runs;
    std::string binary_runs;
    for (uint64_t first = 0; first < rows;) {
      const uint64_t end = std::min(rows, first + 1 + first % 300);
      const auto run = all_columns(program, table, row_range(first, end));
      encode_copy_text(run, text_runs);
      encode_csv(run, csv_runs);
      encode_copy_binary(run, types, binary_runs);
      first = end;
    }
    EXPECT_EQ(text, text_runs) << program.tables[table].name;
    EXPECT_EQ(csv, csv_runs) << program.tables[table].name;
    EXPECT_EQ(binary, binary_runs) << program.tables[table].name;
  }
}

}  // namespace
}  // namespace resow

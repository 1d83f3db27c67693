// What the encoders write, held against what a server reads: the same batches as COPY text, COPY
// binary and CSV give the same tables, and what the server prints of them is our own text.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "generators/encode.h"
#include "generators/gather.h"
#include "generators/program.h"
#include "runner/connection.h"
#include "tests/generators/every_rule.h"
#include "tests/support/database_error.h"
#include "tests/support/pg_test.h"

namespace resow {
namespace {

using test_support::database_error_of;
using test_support::PgTest;

struct Typed {
  std::string type;  // as in CREATE TABLE
  WireType wire;
  ColumnBatch batch;
};

Typed typed(std::string type, WireType wire, ValueKind kind, const std::vector<Constant>& values,
            int scale = 0) {
  return {.type = std::move(type), .wire = wire, .batch = constants_batch(kind, scale, values)};
}

class EncodeTest : public PgTest {
 protected:
  // Loads the columns into three tables, one for each format, and compares all of them and our text
  // with what the server prints of the first.
  void compare(const std::vector<Typed>& columns) {
    std::vector<ColumnBatch> batches;
    std::vector<WireType> wires;
    std::string definition;
    for (const Typed& column : columns) {
      definition += fmt::format("{}c{} {}", wires.empty() ? "" : ", ", wires.size(), column.type);
      batches.push_back(column.batch);
      wires.push_back(column.wire);
    }
    psql("DROP TABLE IF EXISTS by_text, by_binary, by_csv");
    for (const char* table : {"by_text", "by_binary", "by_csv"}) {
      psql(fmt::format("CREATE TABLE {} ({})", table, definition));
    }
    check_types(columns);
    std::string text;
    encode_copy_text(batches, text);
    std::string binary(copy_binary_header());
    encode_copy_binary(batches, wires, binary);
    binary += copy_binary_trailer();
    std::string csv;
    encode_csv(batches, csv);
    Transaction transaction(connection(), Access::kReadWrite);
    load(transaction, "COPY public.by_text FROM STDIN", text);
    load(transaction, "COPY public.by_binary FROM STDIN (FORMAT binary)", binary);
    load(transaction, "COPY public.by_csv FROM STDIN (FORMAT csv)", csv);
    const std::vector<std::string> ours = lines(text);
    for (const char* table : {"by_text", "by_binary", "by_csv"}) {
      const auto theirs = lines(print(transaction, fmt::format("COPY public.{} TO STDOUT", table)));
      ASSERT_EQ(theirs.size(), ours.size()) << table;
      for (size_t i = 0; i < ours.size(); ++i) ASSERT_EQ(theirs[i], ours[i]) << table;
    }
  }

  // What wire_type_of() says of the types is what they were sent as.
  void check_types(const std::vector<Typed>& columns) {
    for (size_t i = 0; i < columns.size(); ++i) {
      const std::string oid =
          psql(fmt::format("SELECT atttypid FROM pg_attribute WHERE attrelid = "
                           "'public.by_binary'::regclass AND attnum = {} AND atttypid < 16384",
                           i + 1));
      if (oid.empty()) continue;  // a type of the test's own
      EXPECT_EQ(wire_type_of(static_cast<uint32_t>(std::stoul(oid)), columns[i].batch.kind),
                columns[i].wire)
          << columns[i].type;
    }
  }

  // Sorted, as a table has no order: rows go to whichever page has room.
  static std::vector<std::string> lines(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    std::ranges::sort(lines);
    return lines;
  }

  static void load(Transaction& transaction, std::string_view sql, std::string_view bytes) {
    CopyIn copy(transaction, sql, sql);
    copy.write(bytes);
    copy.finish();
  }

  static std::string print(Transaction& transaction, std::string_view sql) {
    CopyOut copy(transaction, sql, sql);
    std::string all;
    for (std::string row; copy.read(row);) all += row;
    return all;
  }
};

TEST_F(EncodeTest, EdgesOfNumbers) {
  compare({
      typed("bool", WireType::kBool, ValueKind::kBoolean, {"t", "f", {}, "t", "f"}),
      typed("int2", WireType::kInt2, ValueKind::kInteger, {"-32768", "32767", "0", {}, "-1"}),
      typed("int4", WireType::kInt4, ValueKind::kInteger,
            {"-2147483648", "2147483647", "0", {}, "-1"}),
      typed("int8", WireType::kInt8, ValueKind::kInteger,
            {"-9223372036854775808", "9223372036854775807", "0", {}, "-1"}),
      typed("numeric", WireType::kNumeric, ValueKind::kInteger,
            {"-9223372036854775808", "9223372036854775807", "0", {}, "10000"}),
      typed("float8", WireType::kFloat8, ValueKind::kReal,
            {"1.7976931348623157e308", "5e-324", "-0.0", {}, "100000"}),
      typed("float8", WireType::kFloat8, ValueKind::kReal,
            {"Infinity", "-Infinity", "NaN", "0.1", "123456789012345678"}),
      typed("float4", WireType::kFloat4, ValueKind::kSingle,
            {"3.4028235e38", "1e-45", "0.1", {}, "16777216"}),
  });
}

TEST_F(EncodeTest, NumericOfEveryScale) {
  std::vector<Typed> columns;
  for (int scale = 0; scale <= 24; ++scale) {
    Typed column = typed("numeric", WireType::kNumeric, ValueKind::kDecimal, {}, scale);
    for (const int64_t digits :
         {INT64_MIN, INT64_MAX, int64_t{0}, int64_t{1}, int64_t{-1}, int64_t{9999}, int64_t{10'000},
          int64_t{10'001}, int64_t{-99'999'999}, int64_t{100'000'000}, int64_t{1'000'000'000'000},
          int64_t{120'000'000'000'000'000}, int64_t{1'234'567'890'123'456'789}}) {
      column.batch.numbers.push_back(digits);
      column.batch.nulls.push_back(0);
    }
    columns.push_back(std::move(column));
  }
  compare(columns);
  for (Typed& column : columns) column.batch.scale = -column.batch.scale;
  compare(columns);
}

TEST_F(EncodeTest, LimitsOfDatesAndTimes) {
  compare({
      typed("date", WireType::kDate, ValueKind::kDate,
            {"4714-11-24 BC", "5874897-12-31", "2000-01-01", {}, "0001-12-31 BC"}),
      typed("time", WireType::kTime, ValueKind::kTime,
            {"00:00", "24:00", "23:59:59.999999", {}, "12:34:56.7"}),
      typed("timestamptz", WireType::kTimestamp, ValueKind::kTimestamp,
            {"4714-11-24 00:00:00+00 BC",
             "294276-12-31 23:59:59.999999+00",
             "1999-12-31 23:59:59.999999Z",
             {},
             "2026-01-19T12:00:00.5+02:00"}),
  });
}

TEST_F(EncodeTest, TextOfAllKinds) {
  const std::vector<Constant> values = {
      "",     {},         "\\N",          "\\.",          "tab\tin",
      "a\nb", "a\r\nb",   "back\\sl",     "\"quo\"ted\"", "comma, ",
      " ",    "Größe 大", "\x01\x1f\x7f", "NULL",         "\U0001F600"};
  std::vector<Constant> hex(values.size(), "\\x00ff5c0a");
  hex[1] = std::nullopt;
  hex[2] = "\\x";
  compare({
      typed("text", WireType::kText, ValueKind::kText, values),
      typed("varchar(20)", WireType::kText, ValueKind::kText, values),
      typed("text", WireType::kText, ValueKind::kLiteral, values),
      typed("bytea", WireType::kBytea, ValueKind::kBytes, hex),
      typed("uuid", WireType::kUuid, ValueKind::kUuid,
            std::vector<Constant>(values.size(), "01234567-89ab-cdef-0123-456789abcdef")),
      typed("jsonb", WireType::kJsonb, ValueKind::kLiteral,
            std::vector<Constant>(values.size(), "{\"a\\\\b\": [1, null, \"ß\"]}")),
  });
}

TEST_F(EncodeTest, TypesThatReceiveText) {
  psql(
      "CREATE TYPE public.mood AS ENUM ('sad', 'ok, \"fine\"'); "
      "CREATE DOMAIN public.short AS varchar(5) CHECK (VALUE <> '')");
  compare({
      typed("public.mood", WireType::kText, ValueKind::kText, {"sad", "ok, \"fine\"", {}}),
      typed("public.short", WireType::kText, ValueKind::kText, {"a", "bcdef", {}}),
      typed("char(3)", WireType::kText, ValueKind::kText, {"abc", "ä  ", {}}),
      typed("name", WireType::kText, ValueKind::kText, {"abc", "", {}}),
      typed("json", WireType::kText, ValueKind::kLiteral, {"{}", "{\"a\" :1}", {}}),
      typed("xml", WireType::kText, ValueKind::kLiteral, {"<a/>", "text", {}}),
  });
}

TEST_F(EncodeTest, NulIsRefusedByTheServer) {
  psql("CREATE TABLE t (c text)");
  ColumnBatch batch = constants_batch(ValueKind::kText, 0, std::vector<Constant>{"a.b"});
  batch.bytes[1] = '\0';
  std::string text;
  encode_copy_text({&batch, 1}, text);
  std::string binary(copy_binary_header());
  encode_copy_binary({&batch, 1}, std::vector<WireType>{WireType::kText}, binary);
  binary += copy_binary_trailer();
  for (const auto& copy : {std::pair("COPY public.t FROM STDIN", text),
                           std::pair("COPY public.t FROM STDIN (FORMAT binary)", binary)}) {
    const auto error = database_error_of([&] {
      Transaction transaction(connection(), Access::kReadWrite);
      load(transaction, copy.first, copy.second);
    });
    EXPECT_EQ(error.sqlstate, "22021") << copy.first;
  }
}

Typed usual(ColumnBatch batch) {
  switch (batch.kind) {
    case ValueKind::kBoolean:
      return {"bool", WireType::kBool, std::move(batch)};
    case ValueKind::kInteger:
      return {"int8", WireType::kInt8, std::move(batch)};
    case ValueKind::kDecimal:
      return {fmt::format("numeric(20, {})", batch.scale), WireType::kNumeric, std::move(batch)};
    case ValueKind::kDate:
      return {"date", WireType::kDate, std::move(batch)};
    case ValueKind::kTime:
      return {"time", WireType::kTime, std::move(batch)};
    case ValueKind::kTimestamp:
      return {"timestamptz", WireType::kTimestamp, std::move(batch)};
    case ValueKind::kReal:
      return {"float8", WireType::kFloat8, std::move(batch)};
    case ValueKind::kSingle:
      return {"float4", WireType::kFloat4, std::move(batch)};
    case ValueKind::kBytes:
      return {"bytea", WireType::kBytea, std::move(batch)};
    case ValueKind::kUuid:
      return {"uuid", WireType::kUuid, std::move(batch)};
    case ValueKind::kText:
    case ValueKind::kLiteral:
      break;
  }
  return {"text", WireType::kText, std::move(batch)};
}

TEST_F(EncodeTest, EveryRule) {
  const Program program = every_rule(7, 2000);
  for (size_t table = 0; table < program.tables.size(); ++table) {
    std::vector<uint64_t> rows(program.tables[table].shape.rows());
    for (size_t i = 0; i < rows.size(); ++i) rows[i] = i;
    std::vector<Typed> columns;
    for (size_t column = 0; column < program.tables[table].columns.size(); ++column) {
      ColumnBatch batch;
      fill(program, table, column, rows, batch);
      columns.push_back(usual(std::move(batch)));
    }
    compare(columns);
  }
}

}  // namespace
}  // namespace resow

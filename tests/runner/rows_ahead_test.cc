#include "runner/rows_ahead.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "tests/generators/programs.h"

namespace resow {
namespace {

const std::vector<SentColumn> kColumns = {{.program = 0, .wire = WireType::kInt2}};

RowStream numbers(const Program& program, RowFormat format) {
  return RowStream(program, 0, kColumns, format);
}

Program counting(uint64_t rows) {
  return one_column(rows, ValueKind::kInteger, {rule::Sequence{1, 1}});
}

TEST(RowsAhead, GivesTheRowsOfTheStream) {
  const Program program = counting(100'000);
  for (const auto& [begin, end] : std::vector<std::pair<uint64_t, uint64_t>>{
           {0, 0}, {0, 1}, {5, 4000}, {0, 5000}, {3, 100'000}}) {
    std::string expected;
    numbers(program, RowFormat::kCopyText).append(begin, end - begin, expected);
    RowsAhead ahead(numbers(program, RowFormat::kCopyText), begin, end);
    std::string bytes;
    uint64_t rows = 0;
    while (const RowsAhead::Run* run = ahead.next()) {
      bytes += run->bytes;
      rows += run->rows;
    }
    EXPECT_EQ(rows, end - begin);
    EXPECT_TRUE(bytes == expected) << begin << ".." << end;
    EXPECT_EQ(ahead.next(), nullptr);
  }
}

TEST(RowsAhead, FailsWhenItIsTheRowsTurn) {
  const Program program = counting(100'000);
  for (const uint64_t begin : {uint64_t{0}, uint64_t{32'000}}) {
    RowsAhead ahead(numbers(program, RowFormat::kCopyBinary), begin, 33'000);
    uint64_t rows = begin;
    try {
      while (const RowsAhead::Run* run = ahead.next()) rows += run->rows;
      FAIL() << begin;
    } catch (const ValueTooLarge& error) {
      EXPECT_EQ(error.row, 32'767U) << begin;
      EXPECT_LE(rows, 32'767U) << begin;
    }
  }
}

TEST(RowsAhead, IsLeftWithoutWaiting) {
  const Program program = counting(1'000'000'000);
  for (int i = 0; i < 20; ++i) {
    RowsAhead ahead(numbers(program, RowFormat::kCopyText), 0, 1'000'000'000);
    if (i % 2 == 0) {
      ASSERT_NE(ahead.next(), nullptr);
    }
    if (i % 3 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

}  // namespace
}  // namespace resow

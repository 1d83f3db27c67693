// The law that everything else rests on: a value depends on its row alone, not on which other rows
// are computed with it or in which order.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include "tests/generators/every_rule.h"
#include "tests/generators/programs.h"

namespace resow {
namespace {

// Slices of all rows in several orders: ascending, descending, shuffled, with repeats, one by one.
std::vector<std::vector<uint64_t>> slices_of(uint64_t rows, std::mt19937_64& random) {
  std::vector<std::vector<uint64_t>> slices;
  for (uint64_t first = 0; first < rows;) {
    const uint64_t end = std::min(rows, first + 1 + random() % 200);
    slices.push_back(row_range(first, end));
    first = end;
  }
  std::vector<uint64_t> all = row_range(0, rows);
  slices.emplace_back(all.rbegin(), all.rend());
  std::shuffle(all.begin(), all.end(), random);
  slices.push_back(all);
  std::vector<uint64_t> repeats;
  for (int i = 0; i < 50; ++i) {
    const uint64_t row = random() % rows;
    repeats.insert(repeats.end(), 1 + random() % 3, row);
    slices.push_back({row});
  }
  slices.push_back(repeats);
  return slices;
}

TEST(Fill, AnySliceInAnyOrderEqualsTheWhole) {
  std::mt19937_64 random(20260119);
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    const Program program = every_rule(seed, 1 + random() % 600);
    for (size_t table = 0; table < program.tables.size(); ++table) {
      const uint64_t rows = program.tables[table].shape.rows();
      if (rows == 0) continue;
      const auto slices = slices_of(rows, random);
      for (size_t column = 0; column < program.tables[table].columns.size(); ++column) {
        const std::vector<std::string> whole = texts(program, table, column);
        for (const std::vector<uint64_t>& slice : slices) {
          const std::vector<std::string> part = texts(program, table, column, slice);
          ASSERT_EQ(part.size(), slice.size());
          for (size_t i = 0; i < slice.size(); ++i) {
            ASSERT_EQ(part[i], whole[slice[i]])
                << "seed " << seed << ", " << program.tables[table].name << "."
                << program.tables[table].columns[column].name << ", row " << slice[i];
          }
        }
      }
    }
  }
}

TEST(Fill, OfNoRowsIsEmpty) {
  const Program program = every_rule(1, 10);
  for (size_t table = 0; table < program.tables.size(); ++table) {
    for (size_t column = 0; column < program.tables[table].columns.size(); ++column) {
      ColumnBatch batch;
      batch.nulls = {1};
      batch.bytes = "left over";
      fill(program, table, column, {}, batch);
      EXPECT_EQ(batch.rows(), 0u) << program.tables[table].columns[column].name;
      EXPECT_EQ(batch.bytes, "") << program.tables[table].columns[column].name;
    }
  }
}

TEST(Fill, SeedsAndColumnsDiffer) {
  const Program one = every_rule(1, 200);
  const Program two = every_rule(2, 200);
  for (const size_t column : {4u, 6u, 7u, 8u, 9u, 10u, 12u, 13u, 15u, 16u}) {
    EXPECT_NE(texts(one, 0, column), texts(two, 0, column)) << one.tables[0].columns[column].name;
  }
}

TEST(Fill, EveryRuleIsTested) {
  std::vector<bool> seen(std::variant_size_v<decltype(ColumnRule::how)>);
  for (const TableProgram& table : every_rule(1, 10).tables) {
    for (const ColumnProgram& column : table.columns) seen[column.rule.how.index()] = true;
  }
  for (size_t i = 0; i < seen.size(); ++i) EXPECT_TRUE(seen[i]) << "rule number " << i;
}

}  // namespace
}  // namespace resow

#include "generators/row_shape.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <ostream>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace resow {

static bool operator==(const RowPlace& a, const RowPlace& b) {
  return a.parent == b.parent && a.item == b.item && a.ordinal == b.ordinal;
}
static std::ostream& operator<<(std::ostream& out, const RowPlace& place) {
  return out << "(parent " << place.parent << ", item " << place.item << ", ordinal "
             << place.ordinal << ")";
}

namespace {

constexpr uint64_t kMostRows = std::numeric_limits<uint64_t>::max();

std::vector<uint64_t> all_rows(const RowShape& shape) {
  std::vector<uint64_t> rows(shape.rows());
  std::iota(rows.begin(), rows.end(), 0);
  return rows;
}

std::vector<RowPlace> locate(const RowShape& shape, const std::vector<uint64_t>& rows) {
  std::vector<RowPlace> places(rows.size());
  shape.locate(rows, places);
  return places;
}

struct Case {
  std::string name;
  uint64_t parents;
  uint64_t items;
  CountRule rule;
};

// Many shapes, with empty groups in every position.
std::vector<Case> shapes() {
  std::mt19937_64 random(20260119);
  const auto below = [&](uint64_t bound) { return random() % bound; };
  std::vector<Case> cases = {
      {"plain", 1, 1, FixedCount{1000}},
      {"plain and empty", 1, 1, FixedCount{0}},
      {"no parents", 0, 3, FixedCount{5}},
      {"no items", 4, 0, CountByItem{}},
      {"no parents, random", 0, 1, UniformCount{1, 4, {1, 2}}},
      {"by item", 7, 4, CountByItem{{3, 0, 2, 0}}},
      {"by item, first empty", 7, 3, CountByItem{{0, 0, 2}}},
      {"by item, all empty", 7, 2, CountByItem{{0, 0}}},
  };
  for (int i = 0; i < 20; ++i) {
    const uint64_t parents = below(3) == 0 ? below(1000) : below(20);
    const uint64_t items = parents < 20 && below(3) == 0 ? 1 + below(600) : 1 + below(3);
    const StreamKey key{random(), random()};
    const std::string name = "random " + std::to_string(i);
    std::vector<uint64_t> counts(items);
    for (uint64_t& count : counts) count = below(4);
    cases.push_back({name + " fixed", parents, items, FixedCount{below(4)}});
    cases.push_back({name + " by item", parents, items, CountByItem{counts}});
    cases.push_back({name + " uniform", parents, items, UniformCount{below(2), 1 + below(4), key}});
    cases.push_back(
        {name + " weighted", parents, items, WeightedCount{{0, 1, 7}, {0.6, 0.9, 1}, key}});
    const uint64_t modulus = 1 + below(50);
    cases.push_back({name + " by parent", parents, items,
                     CountByParent{[modulus](uint64_t first, std::span<uint64_t> out) {
                       for (size_t g = 0; g < out.size(); ++g) {
                         out[g] = (first + g) % modulus == 0 ? 2 * modulus : 0;
                       }
                     }}});
  }
  return cases;
}

TEST(RowShape, GroupsFollowOneAnother) {
  for (const Case& c : shapes()) {
    const RowShape shape(c.parents, c.items, c.rule);
    const uint64_t groups = c.parents * c.items;
    std::vector<uint64_t> sizes(groups);
    shape.group_sizes(0, sizes);
    uint64_t row = 0;
    for (uint64_t group = 0; group < groups; ++group) {
      ASSERT_EQ(shape.first_row(group), row) << c.name << ", group " << group;
      row += sizes[group];
    }
    EXPECT_EQ(shape.rows(), row) << c.name;
    EXPECT_EQ(shape.first_row(groups), row) << c.name;
  }
}

TEST(RowShape, LocateIsTheInverseOfFirstRow) {
  for (const Case& c : shapes()) {
    const RowShape shape(c.parents, c.items, c.rule);
    const std::vector<RowPlace> places = locate(shape, all_rows(shape));
    for (uint64_t row = 0; row < shape.rows(); ++row) {
      const RowPlace& place = places[row];
      ASSERT_LT(place.item, shape.items()) << c.name << ", row " << row;
      const uint64_t group = place.parent * shape.items() + place.item;
      ASSERT_EQ(shape.first_row(group) + place.ordinal, row) << c.name << " " << place;
      ASSERT_LT(row, shape.first_row(group + 1)) << c.name << " " << place;
    }
  }
}

TEST(RowShape, AnySliceInAnyOrderEqualsTheWhole) {
  std::mt19937_64 random(7);
  for (const Case& c : shapes()) {
    const RowShape shape(c.parents, c.items, c.rule);
    if (shape.rows() == 0) continue;
    std::vector<uint64_t> rows = all_rows(shape);
    const std::vector<RowPlace> whole = locate(shape, rows);
    std::vector<std::vector<uint64_t>> slices;
    const uint64_t first = random() % rows.size();
    slices.emplace_back(rows.begin() + static_cast<ptrdiff_t>(first), rows.end());
    slices.emplace_back(rows.rbegin(), rows.rend());
    std::shuffle(rows.begin(), rows.end(), random);
    slices.push_back(rows);
    slices.push_back({rows[0], rows[0], rows[0]});
    for (const std::vector<uint64_t>& slice : slices) {
      const std::vector<RowPlace> places = locate(shape, slice);
      for (size_t i = 0; i < slice.size(); ++i) {
        ASSERT_EQ(places[i], whole[slice[i]]) << c.name << ", row " << slice[i];
      }
    }
  }
}

TEST(RowShape, RowsOfAddsUpTheItems) {
  std::mt19937_64 random(7);
  for (const Case& c : shapes()) {
    const RowShape shape(c.parents, c.items, c.rule);
    std::vector<uint64_t> parents(c.parents);
    std::iota(parents.begin(), parents.end(), 0);
    for (int round = 0; round < 2; ++round) {
      std::vector<uint64_t> counts(parents.size());
      shape.rows_of(parents, counts);
      for (size_t i = 0; i < parents.size(); ++i) {
        const uint64_t group = parents[i] * c.items;
        ASSERT_EQ(counts[i], shape.first_row(group + c.items) - shape.first_row(group))
            << c.name << ", parent " << parents[i];
      }
      std::shuffle(parents.begin(), parents.end(), random);
    }
  }
}

TEST(RowShape, RandomCountsKeepToTheirRule) {
  const RowShape uniform(20'000, 1, UniformCount{1, 4, {1, 2}});
  std::vector<uint64_t> sizes(20'000);
  uniform.group_sizes(0, sizes);
  for (uint64_t count = 1; count <= 4; ++count) {
    EXPECT_NEAR(static_cast<double>(std::ranges::count(sizes, count)), 5000, 200) << count;
  }
  const RowShape weighted(20'000, 1, WeightedCount{{0, 10, 5}, {0.5, 0.5, 1}, {1, 2}});
  weighted.group_sizes(0, sizes);
  EXPECT_NEAR(static_cast<double>(std::ranges::count(sizes, 0u)), 10'000, 300);
  EXPECT_EQ(std::ranges::count(sizes, 10u), 0);
}

TEST(RowShape, RefusesMoreRowsThanFit) {
  const auto huge = [](uint64_t, std::span<uint64_t> out) {
    std::ranges::fill(out, kMostRows / 2);
  };
  const Case cases[] = {
      {"fixed", uint64_t{1} << 31, 1, FixedCount{uint64_t{1} << 31}},
      {"groups", uint64_t{1} << 40, uint64_t{1} << 40, FixedCount{1}},
      {"by item", 2, 2, CountByItem{{uint64_t{1} << 61, 1}}},
      {"uniform", 4, 1, UniformCount{kMostRows / 8, kMostRows / 8, {}}},
      {"uniform over everything", 4, 1, UniformCount{0, kMostRows, {}}},
      {"by parent", 1, 1, CountByParent{huge}},
  };
  for (const Case& c : cases) {
    EXPECT_THROW(RowShape(c.parents, c.items, c.rule), std::overflow_error) << c.name;
  }
  EXPECT_EQ(RowShape(1, 1, FixedCount{(uint64_t{1} << 62) - 1}).rows(), (uint64_t{1} << 62) - 1);
}

}  // namespace
}  // namespace resow

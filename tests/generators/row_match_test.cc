#include "generators/row_match.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace resow {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

StoredAt at(uint16_t offset) { return {1, 0, offset}; }
RowDigest row(uint64_t key, uint64_t values) { return {key, values, values}; }
RowDigest keyless(uint64_t values) { return {values, values, values}; }

TEST(RowMatch, ByKey) {
  RowMatch match(true);
  for (uint64_t i = 0; i < 6; ++i) match.expect(i, row(100 + i, i));
  match.find(row(104, 4), at(1));
  match.find(row(100, 0), at(2));
  match.find(row(103, 77), at(3));   // not as planned
  match.find(row(900, 1), at(4));    // of nobody
  match.find(row(101, 102), at(5));  // two values, each in the other's row
  match.find(row(102, 101), at(6));
  const RowDifferences found = match.differences();
  EXPECT_THAT(found.changed,
              ElementsAre(ChangedRow{1, at(5)}, ChangedRow{2, at(6)}, ChangedRow{3, at(3)}));
  EXPECT_THAT(found.missing, ElementsAre(MissingRow{5, 1, 0}));
  EXPECT_THAT(found.unexpected, ElementsAre(UnexpectedRow{at(4), 0, 1}));
  EXPECT_EQ(found.size(), 5U);
}

TEST(RowMatch, WithoutAKeyRowsThatAreAlikeAreCounted) {
  RowMatch match(false);
  match.expect(0, keyless(5));
  match.expect(1, keyless(5));
  match.expect(2, keyless(5));
  match.expect(3, keyless(6));
  match.expect(4, keyless(7));
  match.find(keyless(5), at(1));
  match.find(keyless(6), at(2));
  match.find(keyless(6), at(3));
  match.find(keyless(7), at(4));
  match.find(keyless(8), at(5));
  match.find(keyless(8), at(6));
  const RowDifferences found = match.differences();
  EXPECT_THAT(found.changed, IsEmpty());
  EXPECT_THAT(found.missing, ElementsAre(MissingRow{0, 3, 1}));
  EXPECT_THAT(found.unexpected,
              ElementsAre(UnexpectedRow{at(3), 1, 2}, UnexpectedRow{at(6), 0, 2}));
}

TEST(RowMatch, NothingWhereAllIsAlike) {
  for (const bool has_key : {true, false}) {
    RowMatch match(has_key);
    match.expect(0, keyless(1));
    match.expect(1, keyless(2));
    match.find(keyless(2), at(1));
    match.find(keyless(1), at(2));
    EXPECT_EQ(match.differences().size(), 0U);
  }
}

}  // namespace
}  // namespace resow

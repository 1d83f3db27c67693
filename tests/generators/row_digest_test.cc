#include "generators/row_digest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "generators/encode.h"
#include "generators/gather.h"
#include "generators/program.h"

namespace resow {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Rows of an integer and a text as COPY has them in binary form.
std::string rows(const std::vector<Constant>& numbers, const std::vector<Constant>& texts) {
  const std::vector<ColumnBatch> batches = {constants_batch(ValueKind::kInteger, 0, numbers),
                                            constants_batch(ValueKind::kText, 0, texts)};
  const std::vector<WireType> wires = {WireType::kInt4, WireType::kText};
  std::string bytes;
  encode_copy_binary(batches, wires, bytes);
  return bytes;
}

TEST(RowDigest, TakesRowsApart) {
  const std::string bytes = rows({"1", {}}, {"one", "none"});
  const CopyRow first = split_row(bytes, 1, 2);
  EXPECT_EQ(first.fields, std::string("\0\0\0\4\0\0\0\1\0\0\0\3one", 15));
  EXPECT_EQ(first.key, first.fields.substr(0, 8));
  const CopyRow second = split_row(first.rest, 2, 2);
  EXPECT_EQ(second.fields, std::string("\xff\xff\xff\xff\0\0\0\4none", 12));
  EXPECT_EQ(second.key, second.fields);
  EXPECT_EQ(second.rest, "");
  EXPECT_EQ(split_row(bytes, 0, 2).key, "");
  // Fields that were not asked for are what is left.
  EXPECT_EQ(split_row(first.rest, 1, 1).rest, std::string("\0\0\0\4none", 8));
}

TEST(RowDigest, RefusesWhatIsNoRow) {
  const std::string bytes = rows({"1"}, {"one"});
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THROW(split_row(std::string_view(bytes).substr(0, size), 1, 2), std::invalid_argument)
        << size;
  }
}

TEST(RowDigest, TellsRowsAndKeysApart) {
  const auto of = [](const Constant& number, const Constant& text, size_t key) {
    const std::string bytes = rows({number}, {text});
    return digest(split_row(bytes, key, 2));
  };
  EXPECT_EQ(of("1", "a", 1), of("1", "a", 1));
  EXPECT_EQ(of("1", "a", 1).key, of("1", "b", 1).key);
  EXPECT_NE(of("1", "a", 1).low, of("1", "b", 1).low);
  EXPECT_NE(of("1", "a", 1).high, of("1", "b", 1).high);
  EXPECT_NE(of("1", "a", 1).key, of("2", "a", 1).key);
  EXPECT_NE(of("1", "", 1), of("1", {}, 1)) << "an empty text is not NULL";
  EXPECT_EQ(of("1", "a", 0).key, of("1", "a", 0).low) << "without a key, the row is its own";
}

std::vector<RowDigest> digests(uint64_t count) {
  std::vector<RowDigest> all;
  for (uint64_t i = 0; i < count; ++i) {
    const std::string bytes = rows({std::to_string(i)}, {"value " + std::to_string(i)});
    all.push_back(digest(split_row(bytes, 1, 2)));
  }
  return all;
}

ContentSums sums(const std::vector<RowDigest>& all, uint64_t size) {
  ContentSums result(size);
  for (const RowDigest& row : all) result.add(row);
  return result;
}

TEST(ContentSums, DoNotDependOnTheOrder) {
  std::vector<RowDigest> all = digests(3000);
  all.push_back(all.front());
  const ContentSums before = sums(all, all.size());
  std::shuffle(all.begin(), all.end(), std::mt19937(1));
  EXPECT_THAT(ContentSums::differing(before, sums(all, all.size())), IsEmpty());
  EXPECT_EQ(before.rows(), all.size());
}

TEST(ContentSums, TellWhereARowIsNotTheSame) {
  const std::vector<RowDigest> all = digests(300'000);
  const ContentSums whole = sums(all, all.size());
  EXPECT_EQ(whole.groups(), 512U);
  const std::string changed = rows({"7"}, {"another value"});
  std::vector<RowDigest> other = all;
  other[7] = digest(split_row(changed, 1, 2));
  EXPECT_THAT(ContentSums::differing(whole, sums(other, all.size())),
              ElementsAre(whole.group_of(all[7].key)));
  other = all;
  other.pop_back();
  EXPECT_THAT(ContentSums::differing(whole, sums(other, all.size())),
              ElementsAre(whole.group_of(all.back().key)));
  other = all;
  other.push_back(all[9]);  // the same row twice
  EXPECT_THAT(ContentSums::differing(whole, sums(other, all.size())),
              ElementsAre(whole.group_of(all[9].key)));
  // One twice and another one not at all, in the same group or in two.
  other = all;
  other[3] = all[4];
  EXPECT_THAT(ContentSums::differing(whole, sums(other, all.size())), SizeIs(2));
}

TEST(ContentSums, StaySmall) {
  EXPECT_EQ(ContentSums(0).groups(), 64U);
  EXPECT_EQ(ContentSums(4'000'000).groups(), 4096U);
  EXPECT_EQ(ContentSums(1'000'000'000'000).groups(), 65'536U);
}

}  // namespace
}  // namespace resow

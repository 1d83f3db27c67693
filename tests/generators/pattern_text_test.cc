#include "generators/pattern_text.h"

#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "generators/permutation.h"

namespace resow {
namespace {

TEST(PatternText, MatchesItsPattern) {
  for (const char* pattern :
       {"^[A-Z]{2}$", "^[a-z0-9]+(-[a-z0-9]+)*$",
        "^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Za-z]{2,}$", "^\\d{3}-\\d{4}$", "^#[0-9a-fA-F]{6}$",
        "^(draft|final)$", "^v\\d+\\.\\d+(\\.\\d+)?$", "^https?://.+", "^\\+?[1-9]\\d{1,14}$",
        "^[^@ ]+@[^@ ]+$", "^[[:alpha:]_][[:alnum:]_]*$", "^(?:a|bc|d{2,3})+$", "^\\(x\\)$",
        "^a.c$", "^$", "", "x", "^[a-c-]+$"}) {
    const std::optional<PatternText> texts = PatternText::of_regex(pattern);
    ASSERT_TRUE(texts) << pattern;
    ASSERT_GE(texts->size(), 1U) << pattern;
    const std::regex regex(pattern);
    const Permutation shuffled(texts->size(), stream_key(7, "", "", pattern));
    for (uint64_t i = 0; i < std::min<uint64_t>(texts->size(), 500); ++i) {
      const std::string text = texts->at(shuffled(i));
      EXPECT_TRUE(std::regex_search(text, regex)) << pattern << " gave " << text;
    }
  }
}

TEST(PatternText, TakesABracketThatComesFirstAsItself) {
  EXPECT_EQ(PatternText::of_regex("^[]a]$")->at(0), "]");
}

TEST(PatternText, CountsWhatThereIs) {
  const struct {
    const char* pattern;
    uint64_t size;
  } kCases[] = {{"^[A-Z]{2}$", 676},
                {"^(a|b|c)$", 3},
                {"^\\d{3}$", 1000},
                {"^a?b?$", 4},
                {"^$", 1},
                {"^[ab]{0,2}$", 1 + 2 + 4},
                {"^[a-z]{40}$", uint64_t{1} << 62}};
  for (const auto& c : kCases)
    EXPECT_EQ(PatternText::of_regex(c.pattern)->size(), c.size) << c.pattern;
}

TEST(PatternText, GivesEveryTextOnce) {
  for (const char* pattern : {"^[ab]{0,3}(x|yz)$", "^\\d{2}[A-C]?$", "^v(1|2)\\.\\d$"}) {
    const PatternText texts = *PatternText::of_regex(pattern);
    std::set<std::string> seen;
    for (uint64_t i = 0; i < texts.size(); ++i) seen.insert(texts.at(i));
    EXPECT_EQ(seen.size(), texts.size()) << pattern;
  }
}

TEST(PatternText, MeetsLike) {
  EXPECT_EQ(PatternText::of_like("a\\%b")->at(0), "a%b");
  EXPECT_EQ(PatternText::of_like("SKU-__")->at(0), "SKU-aa");
  EXPECT_EQ(PatternText::of_like("%@%.é")->at(0), "a@a.é");
  EXPECT_FALSE(PatternText::of_like("a\\"));
}

TEST(PatternText, RefusesWhatItDoesNotUnderstand) {
  for (const char* pattern : {"^(?=x)y", "(?!a)b", "(a)\\1", "[a", "(a", "a)", "*a", "a{2", "[z-a]",
                              "a{9999}", "\\", "[[:nope:]]", "***=x"}) {
    EXPECT_FALSE(PatternText::of_regex(pattern)) << pattern;
  }
  EXPECT_FALSE(PatternText::of_regex(std::string(100'000, '(')));
}

}  // namespace
}  // namespace resow

// Named generators: every one of them, in every locale.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "generators/believable/locale.h"
#include "generators/believable/short_text.h"
#include "generators/believable/subject.h"
#include "generators/believable/world.h"
#include "generators/catalogue.h"
#include "tests/generators/programs.h"

namespace resow {
namespace {

using believable::length_in_characters;
using believable::Words;
using rule::Locale;
using ::testing::MatchesRegex;

constexpr Locale kLocales[] = {Locale::kEnglish, Locale::kFrench, Locale::kGerman};

bool is_utf8(std::string_view text) {
  size_t more = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (more > 0) {
      if ((byte & 0xc0) != 0x80) return false;
      --more;
    } else if (byte >= 0x80) {
      more = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1;
      if (byte < 0xc2) return false;
    }
  }
  return more == 0;
}

rule::Named named(std::string_view name, Locale locale = Locale::kEnglish) {
  return {.name = std::string(name), .locale = locale};
}

std::vector<std::string> values(const rule::Named& rule, uint64_t rows) {
  return texts(one_column(rows, ValueKind::kText, {rule}));
}

std::string describe(const rule::Named& rule) {
  return fmt::format("{}, locale {}, max_length {}", rule.name, static_cast<int>(rule.locale),
                     rule.max_length);
}

TEST(Catalogue, NamesAndDescriptionsAreInOrder) {
  std::set<std::string_view> names;
  for (const CatalogueEntry& entry : catalogue()) {
    EXPECT_TRUE(names.insert(entry.name).second) << entry.name << " twice";
    EXPECT_THAT(std::string(entry.name), MatchesRegex("[a-z][a-z0-9_]*"));
    EXPECT_FALSE(entry.description.empty()) << entry.name;
    EXPECT_FALSE(entry.description.ends_with('.')) << entry.name;
    EXPECT_EQ(find_generator(entry.name)->description, entry.description);
    for (const Locale locale : kLocales) EXPECT_NE(example_of(entry, locale), "") << entry.name;
  }
  EXPECT_EQ(find_generator("e-mail"), nullptr);
  EXPECT_GE(names.size(), 60u);
}

TEST(Catalogue, AnUnknownNameIsRefused) {
  try {
    values(named("e-mail"), 1);
    FAIL() << "accepted";
  } catch (const std::invalid_argument& error) {
    EXPECT_STREQ(error.what(), "no generator is called \"e-mail\"");
  }
}

TEST(Named, KeepsToItsLength) {
  for (const CatalogueEntry& entry : catalogue()) {
    for (const Locale locale : kLocales) {
      for (const size_t more : {0u, 1u, 7u, 30u}) {
        rule::Named rule = named(entry.name, locale);
        rule.max_length = entry.number ? 0 : entry.min_length + more;
        for (const std::string& text : values(rule, 60)) {
          ASSERT_TRUE(is_utf8(text)) << describe(rule) << ": " << text;
          ASSERT_FALSE(text.empty()) << describe(rule);
          ASSERT_FALSE(text.ends_with(' ') || text.starts_with(' '))
              << describe(rule) << ": " << text;
          if (entry.number) continue;
          ASSERT_LE(length_in_characters(text), rule.max_length) << describe(rule) << ": " << text;
        }
      }
    }
  }
}

TEST(Named, DistinctMeansDistinct) {
  for (const CatalogueEntry& entry : catalogue()) {
    if (entry.number) continue;
    for (const Locale locale : kLocales) {
      for (const uint64_t wanted : {1u, 10u, 1100u}) {
        const uint64_t rows = std::min(wanted, entry.distinct_values);
        rule::Named rule = named(entry.name, locale);
        rule.distinct = true;
        rule.size = rows;
        for (const bool limited : {false, true}) {
          rule.max_length = limited ? distinct_length(entry, rows) : 0;
          const std::vector<std::string> all = values(rule, rows);
          const std::set<std::string> different(all.begin(), all.end());
          ASSERT_EQ(different.size(), rows) << describe(rule) << ": " << all[0];
          for (const std::string& text : all) {
            ASSERT_TRUE(is_utf8(text)) << describe(rule) << ": " << text;
            if (limited) {
              ASSERT_LE(length_in_characters(text), rule.max_length)
                  << describe(rule) << ": " << text;
            }
          }
        }
      }
    }
  }
}

// The numbers that codes are made from: all of them below the bound, each once, then what is above.
TEST(Named, NumbersOfCodesAreABijection) {
  believable::Subject subject{.locale = believable::locale_data(Locale::kEnglish)};
  for (const uint64_t bound : {1u, 2u, 10u, 16u, 256u, 1000u, 4096u}) {
    std::set<uint64_t> seen;
    for (uint64_t unique = 0; unique < bound + 10; ++unique) {
      subject.unique = unique;
      const uint64_t number = subject.number(bound);
      EXPECT_EQ(number < bound, unique < bound) << unique << " of " << bound;
      EXPECT_TRUE(seen.insert(number).second) << unique << " of " << bound;
    }
  }
}

TEST(Named, HasItsForm) {
  const struct {
    std::string name;
    std::string pattern;
  } cases[] = {
      {"email", "[a-z]+(\\.[a-z]+)*(\\.[0-9]+)?@example\\.(com|org|net)"},
      {"username", "[a-z]+(_[a-z]+)*(_[0-9]+)?"},
      {"phone", "\\+[0-9]+( [0-9]+)+"},
      {"gender", "(fe)?male( [0-9]+)?"},
      {"postcode", "[0-9]{5}( [0-9]+)?"},
      {"country_code", "[A-Z]{2}"},
      {"currency", "[A-Z]{3}"},
      {"language", "[a-z]{2}"},
      {"locale", "[a-z]{2}_[A-Z]{2}"},
      {"time_zone", "UTC|[A-Z][A-Za-z]+/[A-Z][A-Za-z_]+"},
      {"sku", "[A-Z]{3}-[0-9]{6}"},
      {"ean", "2[0-9]{12}"},
      {"iban", "DE[0-9]{20}"},
      {"card_number", "400000[0-9]{10}"},
      {"url", "https://www\\.example\\.(com|org|net)/[a-z0-9]+(-[a-z0-9]+)*"},
      {"image_url", "https://images\\.example\\.com/[a-z]+(-[a-z]+)*(-[0-9]+)?\\.jpg"},
      {"domain", "[a-z]+(-[a-z]+)*(-[0-9]+)?\\.example\\.(com|org|net)"},
      {"slug", "[a-z0-9]+(-[a-z0-9]+)*"},
      {"ipv4", "10\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}"},
      {"ipv6", "2001:db8:(:[0-9a-f]{1,4}){4}"},
      {"mac_address", "02(:[0-9a-f]{2}){5}"},
      {"file_name", "[a-z]+(_[a-z]+)*(_[0-9]+)?\\.[a-z0-9]+"},
      {"version", "[0-9]+\\.[0-9]+\\.[0-9]+"},
      {"md5", "[0-9a-f]{32}"},
      {"sha1", "[0-9a-f]{40}"},
      {"sha256", "[0-9a-f]{64}"},
      {"token", "[0-9a-f]{24}"},
      {"hex_color", "#[0-9a-f]{6}"},
  };
  for (const auto& c : cases) {
    const std::regex pattern(c.pattern);
    for (const Locale locale : kLocales) {
      rule::Named rule = named(c.name, locale);
      rule.size = std::min<uint64_t>(300, find_generator(c.name)->distinct_values);
      for (const bool distinct : {false, true}) {
        rule.distinct = distinct;
        for (const std::string& text : values(rule, rule.size)) {
          ASSERT_TRUE(std::regex_match(text, pattern)) << c.name << ": " << text;
        }
      }
    }
  }
}

// Weighted digits from the right, as the standards have them, written out once more.
TEST(Named, CheckDigitsAreRight) {
  for (const std::string& ean : values(named("ean"), 500)) {
    int sum = 0;
    for (size_t i = 0; i < 13; ++i) sum += (ean[i] - '0') * (i % 2 == 0 ? 1 : 3);
    EXPECT_EQ(sum % 10, 0) << ean;
  }
  for (const std::string& card : values(named("card_number"), 500)) {
    int sum = 0;
    for (size_t i = 0; i < 16; ++i) {
      const int digit = (card[i] - '0') * (i % 2 == 0 ? 2 : 1);
      sum += digit > 9 ? digit - 9 : digit;
    }
    EXPECT_EQ(sum % 10, 0) << card;
  }
  for (const std::string& iban : values(named("iban"), 500)) {
    int rest = 0;
    for (const char c : iban.substr(4) + "1314" + iban.substr(2, 2)) {
      rest = (rest * 10 + (c - '0')) % 97;
    }
    EXPECT_EQ(rest, 1) << iban;
  }
}

TEST(Named, NumbersStayInTheirRange) {
  const struct {
    std::string name;
    double low, high, mean;
  } cases[] = {
      {"age", 18, 95, 43},           {"price", 1, 2001, 34},     {"quantity", 1, 50, 2},
      {"rating", 1, 5, 4},           {"percentage", 0, 100, 50}, {"latitude", 25, 48, 37},
      {"longitude", -123, -71, -95},
  };
  for (const auto& c : cases) {
    ColumnBatch batch;
    fill(one_column(5000, ValueKind::kReal, {named(c.name)}), 0, 0, row_range(0, 5000), batch);
    double sum = 0;
    for (const double value : batch.reals) {
      EXPECT_GE(value, c.low) << c.name;
      EXPECT_LE(value, c.high) << c.name;
      sum += value;
    }
    EXPECT_NEAR(sum / 5000, c.mean, (c.high - c.low) / 20) << c.name;
    EXPECT_TRUE(find_generator(c.name)->number) << c.name;
  }
}

TEST(Named, ColumnsWithOneSubjectAgree) {
  constexpr StreamKey kSubject{.high = 1, .low = 2};
  for (const Locale locale : kLocales) {
    std::vector<ColumnProgram> columns;
    for (const char* name :
         {"first_name", "last_name", "email", "full_name", "city", "address", "color", "slug"}) {
      rule::Named rule = named(name, locale);
      rule.subject = kSubject;
      columns.push_back(column(name, ValueKind::kText, {rule}));
    }
    const Program program = {
        .tables = {table("t", RowShape(1, 1, FixedCount{200}), std::move(columns))}};
    const auto first = texts(program, 0, 0);
    const auto last = texts(program, 0, 1);
    for (size_t row = 0; row < first.size(); ++row) {
      believable::ShortText plain;
      plain.append_plain(first[row], '.');
      plain.append('.');
      plain.append_plain(last[row], '.');
      plain.append('@');
      EXPECT_TRUE(texts(program, 0, 2, {row})[0].starts_with(plain.text())) << row;
      EXPECT_EQ(texts(program, 0, 3, {row})[0], first[row] + " " + last[row]);
      EXPECT_NE(texts(program, 0, 5, {row})[0].find(texts(program, 0, 4, {row})[0]),
                std::string::npos);
      believable::ShortText colour;
      colour.append_plain(texts(program, 0, 6, {row})[0], '-');
      EXPECT_TRUE(texts(program, 0, 7, {row})[0].ends_with(colour.text())) << row;
    }
  }
}

// Lists hold each entry once, and nothing that append_plain() would swallow.
void check_list(Words words, std::string_view what) {
  EXPECT_FALSE(words.empty()) << what;
  std::set<std::string_view> seen;
  for (const std::string_view word : words) {
    EXPECT_TRUE(seen.insert(word).second) << what << ": " << word << " twice";
    EXPECT_TRUE(is_utf8(word)) << what << ": " << word;
    EXPECT_LE(length_in_characters(word), 80u) << what << ": " << word;
    EXPECT_FALSE(word.starts_with(' ') || word.ends_with(' ')) << what << ": " << word;
  }
}

TEST(Locales, ListsAreClean) {
  for (const Locale locale : kLocales) {
    const believable::LocaleData& data = believable::locale_data(locale);
    for (const auto& [words, what] :
         {std::pair(data.female_names, "female_names"), std::pair(data.male_names, "male_names"),
          std::pair(data.last_names, "last_names"), std::pair(data.job_titles, "job_titles"),
          std::pair(data.departments, "departments"), std::pair(data.streets, "streets"),
          std::pair(data.company_patterns, "company_patterns"), std::pair(data.colours, "colours"),
          std::pair(data.materials, "materials"), std::pair(data.conditions, "conditions"),
          std::pair(data.sizes, "sizes"), std::pair(data.product_patterns, "product_patterns"),
          std::pair(data.title_patterns, "title_patterns"), std::pair(data.sentences, "sentences"),
          std::pair(data.remarks, "remarks")}) {
      check_list(words, fmt::format("{} {}", data.tag, what));
    }
    for (const believable::Category& category : data.categories) {
      check_list(category.things, category.name);
    }
    for (const believable::City& city : data.cities) {
      EXPECT_THAT(std::string(city.postcode_prefix), MatchesRegex("[0-9]{2,3}")) << city.name;
    }
  }
}

TEST(Locales, EveryLetterOfANameCanBeWrittenInAscii) {
  for (const Locale locale : kLocales) {
    const believable::LocaleData& data = believable::locale_data(locale);
    std::string letters;
    for (const Words words : {data.female_names, data.male_names, data.last_names, data.colours}) {
      for (const std::string_view word : words) letters += word;
    }
    for (const believable::Category& category : data.categories) {
      for (const std::string_view thing : category.things) letters += thing;
    }
    for (size_t i = 0; i < letters.size();) {
      size_t size = 1;
      while (i + size < letters.size() && (letters[i + size] & 0xc0) == 0x80) ++size;
      const std::string letter = letters.substr(i, size);
      believable::ShortText plain;
      plain.append_plain(letter, '-');
      const bool separates = letter == "'" || letter == " " || letter == "-";
      EXPECT_EQ(plain.text().empty(), separates) << letter;
      i += size;
    }
  }
}

TEST(ShortText, PlainText) {
  const struct {
    std::string text, plain;
  } cases[] = {
      {"Jörg O'Brien", "joerg.o.brien"},
      {"Weiß", "weiss"},
      {"  Élise  ", "elise"},
      {"T-Shirt 2", "t.shirt.2"},
      {"Table d'appoint", "table.d.appoint"},
      {"!", ""},
  };
  for (const auto& c : cases) {
    believable::ShortText text;
    text.append_plain(c.text, '.');
    EXPECT_EQ(text.text(), c.plain) << c.text;
  }
}

TEST(ShortText, CutsBetweenCharacters) {
  EXPECT_EQ(length_in_characters("Größe"), 5u);
  EXPECT_EQ(believable::first_characters("Größe", 3), "Grö");
  EXPECT_EQ(believable::first_characters("Größe", 5), "Größe");
  EXPECT_EQ(believable::first_characters("Größe", 9), "Größe");
  EXPECT_EQ(believable::first_characters("Größe", 0), "");
}

}  // namespace
}  // namespace resow

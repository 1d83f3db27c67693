#include "generators/suggest_generator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "generators/catalogue.h"

namespace resow {
namespace {

TEST(SuggestGenerator, ReadsNamesWordByWord) {
  constexpr ValueKind kText = ValueKind::kText;
  constexpr ValueKind kInteger = ValueKind::kInteger;
  constexpr ValueKind kDecimal = ValueKind::kDecimal;
  const struct {
    std::string table, column;
    ValueKind kind;
    std::string generator;  // "" for none
  } cases[] = {
      {"users", "email", kText, "email"},
      {"users", "EMAIL_ADDRESS", kText, "email"},
      {"users", "contactEmail", kText, "email"},
      {"users", "email_verified", ValueKind::kBoolean, ""},
      {"users", "mailbox_quota", kText, ""},
      {"users", "first_name", kText, "first_name"},
      {"users", "firstName", kText, "first_name"},
      {"users", "Vorname", kText, "first_name"},
      {"users", "name", kText, "full_name"},
      {"user_accounts", "name", kText, ""},
      {"companies", "name", kText, "company"},
      {"OrderItems", "name", kText, "product_title"},
      {"categories", "name", kText, "product_category"},
      {"countries", "name", kText, "country"},
      {"boss", "name", kText, ""},
      {"settings", "name", kText, ""},
      {"products", "title", kText, "product_title"},
      {"blog_posts", "title", kText, "title"},
      {"anything", "title", kText, "title"},
      {"orders", "shipping_city", kText, "city"},
      {"orders", "shipping_address", kText, "address"},
      {"orders", "country_code", kText, "country_code"},
      {"orders", "plz", kText, "postcode"},
      {"orders", "total", kDecimal, "price"},
      {"orders", "total_count", kInteger, ""},
      {"orders", "quantity", kInteger, "quantity"},
      {"places", "lat", kDecimal, "latitude"},
      {"places", "lat", kText, ""},
      {"places", "platform", kText, ""},
      {"files", "mime_type", kText, "media_type"},
      {"sessions", "ip", kText, "ipv4"},
      {"sessions", "trip", kText, ""},
      {"posts", "body", kText, "paragraph"},
      {"reviews", "comment", kText, "remark"},
      {"users", "password_hash", kText, "sha256"},
      {"t", "", kText, ""},
      {"", "name", kText, ""},
      {"t", "___", kText, ""},
      {"t", "status", kText, "status"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(suggest_generator(c.table, c.column, c.kind).value_or(""), c.generator)
        << c.table << "." << c.column;
  }
}

TEST(SuggestGenerator, SuggestsOnlyWhatThereIs) {
  // All words that any hint knows come up in one name or other: what is suggested has to exist.
  for (const ValueKind kind : {ValueKind::kText, ValueKind::kDecimal, ValueKind::kInteger}) {
    for (const CatalogueEntry& entry : catalogue()) {
      const auto suggested = suggest_generator("t", entry.name, kind);
      if (!suggested) continue;
      const CatalogueEntry* const found = find_generator(*suggested);
      ASSERT_NE(found, nullptr) << *suggested;
      EXPECT_EQ(found->number, kind != ValueKind::kText) << entry.name << ": " << *suggested;
    }
  }
}

TEST(SuggestGenerator, HintsLeadToTheirGenerators) {
  size_t hints = 0;
  for (const CatalogueEntry& entry : catalogue()) {
    for (const NameHint& hint : name_hints(entry.name)) {
      ++hints;
      std::string name(hint.words);
      std::replace(name.begin(), name.end(), ' ', '_');
      if (hint.of == NameHint::Of::kTable) {
        EXPECT_EQ(suggest_generator(name, "name", ValueKind::kText), entry.name) << name;
        continue;
      }
      const ValueKind kind = hint.of == NameHint::Of::kText       ? ValueKind::kText
                             : hint.of == NameHint::Of::kFraction ? ValueKind::kDecimal
                                                                  : ValueKind::kInteger;
      EXPECT_EQ(suggest_generator("t", name, kind), entry.name) << name;
    }
  }
  EXPECT_GT(hints, 250u);
}

}  // namespace
}  // namespace resow

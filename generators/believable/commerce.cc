#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include "generators/believable/generator.h"
#include "generators/believable/world.h"
#include "generators/portable_math.h"

namespace resow::believable {
namespace {

void company(const Subject& subject, ShortText& out) {
  Choices choices = subject.shared_choices(Aspect::kCompany);
  write_pattern(choices.of(subject.locale.company_patterns), out,
                [&](std::string_view, ShortText& text) {
                  text.append(choices.of(subject.locale.last_names));
                });
}

void brand(const Subject& subject, ShortText& out) { out.append(subject.product().brand); }
void product_category(const Subject& subject, ShortText& out) {
  out.append(subject.product().category);
}
void colour(const Subject& subject, ShortText& out) { out.append(subject.product().colour); }
void material(const Subject& subject, ShortText& out) { out.append(subject.product().material); }
void condition(const Subject& subject, ShortText& out) { out.append(subject.product().condition); }
void size(const Subject& subject, ShortText& out) { out.append(subject.product().size); }

void product_title(const Subject& subject, ShortText& out) {
  const Product product = subject.product();
  write_pattern(subject.choices().of(subject.locale.product_patterns), out,
                [&](std::string_view field, ShortText& text) {
                  if (field == "brand") text.append(product.brand);
                  if (field == "thing") text.append(product.thing);
                  if (field == "material") text.append(product.material);
                  if (field == "colour") text.append(product.colour);
                  if (field == "condition") text.append(product.condition);
                  if (field == "size") text.append(product.size);
                });
}

void sku(const Subject& subject, ShortText& out) {
  const std::string_view letters = subject.product().brand.substr(0, 3);
  for (const char c : letters) {
    out.append(c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c);
  }
  out.append('-');
  out.append_number(subject.number(1'000'000), 6);
}

// 13 digits that begin with 2, which is for a shop's own use, and end with the check digit of GS1.
void ean(const Subject& subject, ShortText& out) {
  constexpr uint64_t kNumbers = 100'000'000'000;
  uint64_t rest = 2 * kNumbers + subject.number(kNumbers);
  out.append_number(rest, 12);
  uint64_t sum = 0;
  for (uint64_t weight = 3; rest > 0; rest /= 10, weight = 4 - weight) sum += weight * (rest % 10);
  out.append_number((10 - sum % 10) % 10);
}

// 16 digits that begin with 400000 and end with the check digit of ISO 7812 (Luhn).
void card_number(const Subject& subject, ShortText& out) {
  constexpr uint64_t kNumbers = 1'000'000'000;
  uint64_t rest = 400'000 * kNumbers + subject.number(kNumbers);
  out.append_number(rest);
  uint64_t sum = 0;
  for (bool twice = true; rest > 0; rest /= 10, twice = !twice) {
    const uint64_t digit = rest % 10 * (twice ? 2 : 1);
    sum += digit / 10 + digit % 10;
  }
  out.append_number((10 - sum % 10) % 10);
}

// A German IBAN: a bank that does not exist, an account, and the check digits of ISO 13616, which
// make the whole, country last and letters as numbers, 1 modulo 97.
void iban(const Subject& subject, ShortText& out) {
  constexpr uint64_t kAccounts = 10'000'000'000;
  constexpr uint64_t kBank = 99'999'999;
  const uint64_t account = subject.number(kAccounts);
  const Uint128 whole = Uint128{kBank} * kAccounts + account;
  constexpr uint64_t kCountry = 1314;  // D, E
  const auto rest = static_cast<uint64_t>((whole * 1'000'000 + kCountry * 100) % 97);
  out.append("DE");
  out.append_number(98 - rest, 2);
  out.append_number(kBank, 8);
  out.append_number(account, 10);
}

void order_number(const Subject& subject, ShortText& out) {
  out.append("ORD-");
  out.append_number(subject.number(100'000'000), 8);
}

void tracking_number(const Subject& subject, ShortText& out) {
  out.append("JJD");
  out.append_number(subject.number(1'000'000'000'000), 15);
}

void payment_method(const Subject& subject, ShortText& out) {
  out.append(payment_methods()[subject.member(payment_methods().size())]);
}

constexpr std::array<std::string_view, 6> kStatuses = {"active",    "pending", "completed",
                                                       "cancelled", "failed",  "archived"};

void status(const Subject& subject, ShortText& out) {
  out.append(kStatuses[subject.member(kStatuses.size())]);
}

double normal(const Subject& subject) {
  return normal_quantile((static_cast<double>(subject.choices().left() >> 12) + 0.5) * 0x1.0p-52);
}

// Prices as shops like them: most end in .99, .50 or .00.
double price(const Subject& subject) {
  const double whole =
      std::clamp(std::floor(portable_exp(3.2 + 0.8 * normal(subject))), 1.0, 2000.0);
  constexpr std::array<double, 8> kCents = {0.99, 0.99, 0.99, 0.95, 0.50, 0.49, 0.0, 0.0};
  return whole + kCents[subject.choices(1).below(kCents.size())];
}

double quantity(const Subject& subject) {
  return std::clamp(std::floor(portable_exp(0.9 * normal(subject) + 0.5)), 1.0, 50.0);
}

// Of 20 ratings: 9 times 5, 6 times 4, 3 times 3, and 1 each of 2 and 1.
double rating(const Subject& subject) {
  constexpr double kRatings[] = {5, 5, 5, 5, 5, 5, 5, 5, 5, 4, 4, 4, 4, 4, 4, 3, 3, 3, 2, 1};
  return kRatings[subject.choices().below(std::size(kRatings))];
}

double percentage(const Subject& subject) {
  return static_cast<double>(subject.choices().below(10'001)) / 100;
}

constexpr Generator kCommerceGenerators[] = {
    text<company>("company", "a company's name"),
    text<brand>("brand", "a brand, invented"),
    text<product_title>("product_title", "what a seller calls a thing", 10),
    text<product_category>("product_category", "a category of a shop"),
    text<colour>("color", "a colour's name"),
    text<material>("material", "what a thing is made of"),
    text<size>("size", "a size of clothes", 3),
    text<condition>("condition", "new or used", 13),
    code<sku>("sku", "an article number", 10, CatalogueEntry::kUnlimited, 6),
    code<ean>("ean", "a bar code of 13 digits with its check digit", 13, 100'000'000'000),
    number<price>("price", "an amount that looks like a price, around 25", 1, 2001),
    number<quantity>("quantity", "how many, most often 1 or 2", 1, 50),
    number<rating>("rating", "1 to 5, mostly 4 and 5", 1, 5),
    number<percentage>("percentage", "0 to 100, two decimal places", 0, 100),
    code<payment_method>("payment_method", "how something is paid", 13, 6),
    code<status>("status", "where a thing has got to", 9, kStatuses.size()),
    code<order_number>("order_number", "a number of an order", 12, CatalogueEntry::kUnlimited, 8),
    code<tracking_number>("tracking_number", "a number of a parcel", 18, CatalogueEntry::kUnlimited,
                          15),
    code<iban>("iban", "an IBAN of a bank that does not exist, with its check digits", 22,
               10'000'000'000),
    code<card_number>("card_number", "16 digits with their check digit, nobody's", 16,
                      1'000'000'000),
};

}  // namespace

std::span<const Generator> commerce_generators() { return kCommerceGenerators; }

}  // namespace resow::believable

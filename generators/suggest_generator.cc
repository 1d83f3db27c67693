#include "generators/suggest_generator.h"

#include <algorithm>
#include <span>
#include <string>

#include "generators/catalogue.h"

namespace resow {
namespace {

// "shippingAddress", "Shipping-Address" and "SHIPPING_ADDRESS" give " shipping address ": words
// with a blank on either side, so that whole words can be found.
std::string words_of(std::string_view name) {
  std::string words = " ";
  for (size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool upper = c >= 'A' && c <= 'Z';
    const bool after_lower = i > 0 && name[i - 1] >= 'a' && name[i - 1] <= 'z';
    if (upper && after_lower) words.push_back(' ');
    const bool separates = c == '_' || c == '-' || c == ' ' || c == '.';
    if (separates) {
      if (words.back() != ' ') words.push_back(' ');
    } else {
      words.push_back(upper ? static_cast<char>(c - 'A' + 'a') : c);
    }
  }
  if (words.back() != ' ') words.push_back(' ');
  return words;
}

struct Hint {
  std::string_view words;  // the name's words hold these, one after another
  std::string_view generator;
};

// The first that fits decides, so what is more special stands first.
constexpr Hint kTextHints[] = {
    {"image url", "image_url"},
    {"photo url", "image_url"},
    {"picture url", "image_url"},
    {"avatar", "image_url"},
    {"thumbnail", "image_url"},
    {"logo", "image_url"},
    {"image", "image_url"},
    {"photo", "image_url"},
    {"email", "email"},
    {"e mail", "email"},
    {"mail", "email"},
    {"courriel", "email"},
    {"first name", "first_name"},
    {"firstname", "first_name"},
    {"given name", "first_name"},
    {"forename", "first_name"},
    {"vorname", "first_name"},
    {"prenom", "first_name"},
    {"prénom", "first_name"},
    {"last name", "last_name"},
    {"lastname", "last_name"},
    {"family name", "last_name"},
    {"surname", "last_name"},
    {"nachname", "last_name"},
    {"familienname", "last_name"},
    {"nom famille", "last_name"},
    {"user name", "username"},
    {"username", "username"},
    {"login", "username"},
    {"nickname", "username"},
    {"benutzername", "username"},
    {"file name", "file_name"},
    {"filename", "file_name"},
    {"dateiname", "file_name"},
    {"company name", "company"},
    {"company", "company"},
    {"organization name", "company"},
    {"organisation name", "company"},
    {"manufacturer", "company"},
    {"supplier name", "company"},
    {"firma", "company"},
    {"entreprise", "company"},
    {"product name", "product_title"},
    {"item name", "product_title"},
    {"article name", "product_title"},
    {"produktname", "product_title"},
    {"city name", "city"},
    {"country name", "country"},
    {"country code", "country_code"},
    {"currency code", "currency"},
    {"language code", "language"},
    {"full name", "full_name"},
    {"fullname", "full_name"},
    {"contact name", "full_name"},
    {"customer name", "full_name"},
    {"author name", "full_name"},
    {"display name", "full_name"},
    {"contact person", "full_name"},
    {"author", "full_name"},
    {"phone", "phone"},
    {"mobile", "phone"},
    {"telephone", "phone"},
    {"téléphone", "phone"},
    {"telefon", "phone"},
    {"tel", "phone"},
    {"fax", "phone"},
    {"gender", "gender"},
    {"sex", "gender"},
    {"geschlecht", "gender"},
    {"job title", "job_title"},
    {"jobtitle", "job_title"},
    {"profession", "job_title"},
    {"occupation", "job_title"},
    {"beruf", "job_title"},
    {"department", "department"},
    {"abteilung", "department"},
    {"ip address", "ipv4"},
    {"ip", "ipv4"},
    {"ipv4", "ipv4"},
    {"ipv6", "ipv6"},
    {"mac address", "mac_address"},
    {"email address", "email"},
    {"street", "street_address"},
    {"strasse", "street_address"},
    {"straße", "street_address"},
    {"rue", "street_address"},
    {"address line", "street_address"},
    {"address1", "street_address"},
    {"address 1", "street_address"},
    {"address", "address"},
    {"adresse", "address"},
    {"anschrift", "address"},
    {"postcode", "postcode"},
    {"post code", "postcode"},
    {"postal code", "postcode"},
    {"zip code", "postcode"},
    {"zipcode", "postcode"},
    {"zip", "postcode"},
    {"plz", "postcode"},
    {"code postal", "postcode"},
    {"city", "city"},
    {"town", "city"},
    {"stadt", "city"},
    {"ville", "city"},
    {"region", "region"},
    {"province", "region"},
    {"bundesland", "region"},
    {"country", "country"},
    {"land", "country"},
    {"pays", "country"},
    {"nationality", "country"},
    {"timezone", "time_zone"},
    {"time zone", "time_zone"},
    {"currency", "currency"},
    {"währung", "currency"},
    {"devise", "currency"},
    {"language", "language"},
    {"lang", "language"},
    {"sprache", "language"},
    {"langue", "language"},
    {"locale", "locale"},
    {"brand", "brand"},
    {"marke", "brand"},
    {"marque", "brand"},
    {"category", "product_category"},
    {"kategorie", "product_category"},
    {"hex color", "hex_color"},
    {"color", "color"},
    {"colour", "color"},
    {"farbe", "color"},
    {"couleur", "color"},
    {"material", "material"},
    {"condition", "condition"},
    {"zustand", "condition"},
    {"size", "size"},
    {"größe", "size"},
    {"taille", "size"},
    {"sku", "sku"},
    {"article number", "sku"},
    {"artikelnummer", "sku"},
    {"ean", "ean"},
    {"gtin", "ean"},
    {"barcode", "ean"},
    {"order number", "order_number"},
    {"order no", "order_number"},
    {"bestellnummer", "order_number"},
    {"tracking number", "tracking_number"},
    {"tracking code", "tracking_number"},
    {"payment method", "payment_method"},
    {"iban", "iban"},
    {"card number", "card_number"},
    {"user agent", "user_agent"},
    {"useragent", "user_agent"},
    {"http method", "http_method"},
    {"mime type", "media_type"},
    {"mimetype", "media_type"},
    {"media type", "media_type"},
    {"content type", "media_type"},
    {"file path", "file_path"},
    {"path", "file_path"},
    {"domain", "domain"},
    {"hostname", "domain"},
    {"host", "domain"},
    {"slug", "slug"},
    {"permalink", "slug"},
    {"url", "url"},
    {"uri", "url"},
    {"website", "url"},
    {"homepage", "url"},
    {"link", "url"},
    {"md5", "md5"},
    {"sha1", "sha1"},
    {"sha256", "sha256"},
    {"checksum", "sha256"},
    {"fingerprint", "sha256"},
    {"hash", "sha256"},
    {"digest", "sha256"},
    {"token", "token"},
    {"api key", "token"},
    {"secret", "token"},
    {"password", "token"},
    {"passwort", "token"},
    {"version", "version"},
    {"status", "status"},
    {"description", "description"},
    {"beschreibung", "description"},
    {"summary", "description"},
    {"body", "paragraph"},
    {"content", "paragraph"},
    {"biography", "paragraph"},
    {"bio", "description"},
    {"comment", "remark"},
    {"kommentar", "remark"},
    {"commentaire", "remark"},
    {"review", "remark"},
    {"note", "remark"},
    {"notes", "remark"},
    {"remark", "remark"},
    {"message", "sentence"},
    {"subject", "title"},
    {"headline", "title"},
    {"tag", "word"},
    {"keyword", "word"},
};

constexpr Hint kNumberHints[] = {
    {"rating", "rating"},     {"stars", "rating"},       {"percent", "percentage"},
    {"quantity", "quantity"}, {"qty", "quantity"},       {"percentage", "percentage"},
    {"menge", "quantity"},    {"quantité", "quantity"},  {"age", "age"},
    {"alter", "age"},         {"prozent", "percentage"},
};

// Of numbers with decimal places.
constexpr Hint kFractionHints[] = {
    {"latitude", "latitude"}, {"lat", "latitude"}, {"longitude", "longitude"}, {"lng", "longitude"},
    {"lon", "longitude"},     {"price", "price"},  {"amount", "price"},        {"total", "price"},
    {"subtotal", "price"},    {"cost", "price"},   {"fee", "price"},           {"balance", "price"},
    {"preis", "price"},       {"betrag", "price"}, {"kosten", "price"},        {"prix", "price"},
    {"montant", "price"},
};

// What "name", "title" or "label" means depends on whose it is.
constexpr Hint kTableHints[] = {
    {"user", "full_name"},
    {"customer", "full_name"},
    {"person", "full_name"},
    {"people", "full_name"},
    {"employee", "full_name"},
    {"contact", "full_name"},
    {"author", "full_name"},
    {"member", "full_name"},
    {"student", "full_name"},
    {"teacher", "full_name"},
    {"patient", "full_name"},
    {"doctor", "full_name"},
    {"driver", "full_name"},
    {"player", "full_name"},
    {"kunde", "full_name"},
    {"kunden", "full_name"},
    {"client", "full_name"},
    {"staff", "full_name"},
    {"company", "company"},
    {"organization", "company"},
    {"organisation", "company"},
    {"vendor", "company"},
    {"supplier", "company"},
    {"manufacturer", "company"},
    {"store", "company"},
    {"shop", "company"},
    {"firma", "company"},
    {"product", "product_title"},
    {"item", "product_title"},
    {"listing", "product_title"},
    {"offer", "product_title"},
    {"produkt", "product_title"},
    {"artikel", "product_title"},
    {"produit", "product_title"},
    {"article", "title"},
    {"post", "title"},
    {"page", "title"},
    {"book", "title"},
    {"course", "title"},
    {"event", "title"},
    {"city", "city"},
    {"country", "country"},
    {"region", "region"},
    {"currency", "currency"},
    {"language", "language"},
    {"brand", "brand"},
    {"category", "product_category"},
    {"kategorie", "product_category"},
    {"color", "color"},
    {"colour", "color"},
    {"department", "department"},
    {"tag", "word"},
    {"keyword", "word"},
    {"file", "file_name"},
    {"document", "file_name"},
    {"attachment", "file_name"},
};

// What they mean where the table says nothing.
constexpr Hint kTitleHints[] = {{"title", "title"}, {"titel", "title"}};

bool holds(std::string_view words, std::string_view hint) {
  for (size_t at = words.find(hint); at != std::string_view::npos; at = words.find(hint, at + 1)) {
    if (words[at - 1] == ' ' && words[at + hint.size()] == ' ') return true;
  }
  return false;
}

std::optional<std::string_view> first_of(std::span<const Hint> hints, std::string_view words) {
  for (const Hint& hint : hints) {
    if (holds(words, hint.words)) return hint.generator;
  }
  return std::nullopt;
}

// " order items " gives " item ", " categories " gives " category ": the last word of a table's
// name says what its rows are.
std::string last_word_singular(std::string_view words) {
  std::string word(words.substr(words.rfind(' ', words.size() - 2)));
  if (word.ends_with("ies ")) return word.replace(word.size() - 4, 4, "y ");
  if (word.ends_with("s ") && !word.ends_with("ss ")) word.erase(word.size() - 2, 1);
  return word;
}

std::optional<std::string_view> suggest_text(std::string_view table, std::string_view column) {
  const std::string words = words_of(column);
  const bool whose = words == " name " || words == " title " || words == " label " ||
                     words == " nom " || words == " bezeichnung " || words == " titel ";
  if (whose) {
    const auto suggested = first_of(kTableHints, last_word_singular(words_of(table)));
    return suggested ? suggested : first_of(kTitleHints, words);
  }
  return first_of(kTextHints, words);
}

void add_hints(std::span<const Hint> hints, std::string_view generator, NameHint::Of of,
               std::vector<NameHint>& out) {
  for (const Hint& hint : hints) {
    if (hint.generator == generator) out.push_back({hint.words, of});
  }
}

}  // namespace

std::optional<std::string_view> suggest_generator(std::string_view table, std::string_view column,
                                                  ValueKind kind) {
  switch (kind) {
    case ValueKind::kText:
      return suggest_text(table, column);
    case ValueKind::kDecimal:
    case ValueKind::kReal:
    case ValueKind::kSingle:
      if (const auto suggested = first_of(kFractionHints, words_of(column))) return suggested;
      return first_of(kNumberHints, words_of(column));
    case ValueKind::kInteger:
      return first_of(kNumberHints, words_of(column));
    default:
      return std::nullopt;
  }
}

std::vector<NameHint> name_hints(std::string_view generator) {
  std::vector<NameHint> hints;
  add_hints(kTextHints, generator, NameHint::Of::kText, hints);
  add_hints(kTitleHints, generator, NameHint::Of::kText, hints);
  add_hints(kFractionHints, generator, NameHint::Of::kFraction, hints);
  add_hints(kNumberHints, generator, NameHint::Of::kNumber, hints);
  add_hints(kTableHints, generator, NameHint::Of::kTable, hints);
  return hints;
}

}  // namespace resow

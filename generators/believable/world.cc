#include "generators/believable/world.h"

namespace resow::believable {
namespace {

constexpr Country kCountries[] = {
    {"US", "USD", "United States", "États-Unis", "Vereinigte Staaten"},
    {"DE", "EUR", "Germany", "Allemagne", "Deutschland"},
    {"FR", "EUR", "France", "France", "Frankreich"},
    {"GB", "GBP", "United Kingdom", "Royaume-Uni", "Vereinigtes Königreich"},
    {"IT", "EUR", "Italy", "Italie", "Italien"},
    {"ES", "EUR", "Spain", "Espagne", "Spanien"},
    {"NL", "EUR", "Netherlands", "Pays-Bas", "Niederlande"},
    {"BE", "EUR", "Belgium", "Belgique", "Belgien"},
    {"AT", "EUR", "Austria", "Autriche", "Österreich"},
    {"CH", "CHF", "Switzerland", "Suisse", "Schweiz"},
    {"PL", "PLN", "Poland", "Pologne", "Polen"},
    {"CZ", "CZK", "Czechia", "Tchéquie", "Tschechien"},
    {"SE", "SEK", "Sweden", "Suède", "Schweden"},
    {"NO", "NOK", "Norway", "Norvège", "Norwegen"},
    {"DK", "DKK", "Denmark", "Danemark", "Dänemark"},
    {"FI", "EUR", "Finland", "Finlande", "Finnland"},
    {"PT", "EUR", "Portugal", "Portugal", "Portugal"},
    {"IE", "EUR", "Ireland", "Irlande", "Irland"},
    {"GR", "EUR", "Greece", "Grèce", "Griechenland"},
    {"HU", "HUF", "Hungary", "Hongrie", "Ungarn"},
    {"RO", "RON", "Romania", "Roumanie", "Rumänien"},
    {"BG", "BGN", "Bulgaria", "Bulgarie", "Bulgarien"},
    {"HR", "EUR", "Croatia", "Croatie", "Kroatien"},
    {"SK", "EUR", "Slovakia", "Slovaquie", "Slowakei"},
    {"SI", "EUR", "Slovenia", "Slovénie", "Slowenien"},
    {"LT", "EUR", "Lithuania", "Lituanie", "Litauen"},
    {"LV", "EUR", "Latvia", "Lettonie", "Lettland"},
    {"EE", "EUR", "Estonia", "Estonie", "Estland"},
    {"LU", "EUR", "Luxembourg", "Luxembourg", "Luxemburg"},
    {"UA", "UAH", "Ukraine", "Ukraine", "Ukraine"},
    {"TR", "TRY", "Turkey", "Turquie", "Türkei"},
    {"CA", "CAD", "Canada", "Canada", "Kanada"},
    {"MX", "MXN", "Mexico", "Mexique", "Mexiko"},
    {"BR", "BRL", "Brazil", "Brésil", "Brasilien"},
    {"AR", "ARS", "Argentina", "Argentine", "Argentinien"},
    {"CL", "CLP", "Chile", "Chili", "Chile"},
    {"AU", "AUD", "Australia", "Australie", "Australien"},
    {"NZ", "NZD", "New Zealand", "Nouvelle-Zélande", "Neuseeland"},
    {"JP", "JPY", "Japan", "Japon", "Japan"},
    {"KR", "KRW", "South Korea", "Corée du Sud", "Südkorea"},
    {"CN", "CNY", "China", "Chine", "China"},
    {"IN", "INR", "India", "Inde", "Indien"},
    {"ID", "IDR", "Indonesia", "Indonésie", "Indonesien"},
    {"TH", "THB", "Thailand", "Thaïlande", "Thailand"},
    {"VN", "VND", "Vietnam", "Viêt Nam", "Vietnam"},
    {"SG", "SGD", "Singapore", "Singapour", "Singapur"},
    {"IL", "ILS", "Israel", "Israël", "Israel"},
    {"AE", "AED", "United Arab Emirates", "Émirats arabes unis", "Vereinigte Arabische Emirate"},
    {"ZA", "ZAR", "South Africa", "Afrique du Sud", "Südafrika"},
    {"EG", "EGP", "Egypt", "Égypte", "Ägypten"},
    {"MA", "MAD", "Morocco", "Maroc", "Marokko"},
    {"KE", "KES", "Kenya", "Kenya", "Kenia"},
};

constexpr std::string_view kCurrencies[] = {
    "USD", "EUR", "GBP", "CHF", "PLN", "CZK", "SEK", "NOK", "DKK", "HUF", "RON", "BGN",
    "UAH", "TRY", "CAD", "MXN", "BRL", "ARS", "CLP", "AUD", "NZD", "JPY", "KRW", "CNY",
    "INR", "IDR", "THB", "VND", "SGD", "ILS", "AED", "ZAR", "EGP", "MAD", "KES"};

constexpr std::string_view kBrands[] = {
    "Alderwick", "Avelline", "Bellmora", "Brightholm", "Calderis",  "Corvane",  "Dovelin",
    "Elmstead",  "Fennwood", "Feldhaus", "Gallivere",  "Halvorsen", "Isenburg", "Junipero",
    "Kestrane",  "Lorvette", "Lumina",   "Marlowe",    "Montclair", "Nordhav",  "Oakridge",
    "Ostervik",  "Pellagio", "Quillon",  "Ravenna",    "Sablier",   "Solveig",  "Tamarind",
    "Ulvestad",  "Velmora",  "Westerly", "Zephyrine",
};

constexpr std::string_view kLanguages[] = {
    "en", "de", "fr", "es", "it", "nl", "pt", "pl", "cs", "sv", "da", "fi", "nb", "el", "hu", "ro",
    "bg", "hr", "sk", "sl", "lt", "lv", "et", "uk", "tr", "ja", "ko", "zh", "hi", "ar", "he", "vi",
};

constexpr std::string_view kTimeZones[] = {
    "UTC",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Paris",
    "Europe/Madrid",
    "Europe/Rome",
    "Europe/Amsterdam",
    "Europe/Vienna",
    "Europe/Zurich",
    "Europe/Stockholm",
    "Europe/Warsaw",
    "Europe/Athens",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Toronto",
    "America/Sao_Paulo",
    "Asia/Tokyo",
    "Asia/Shanghai",
    "Asia/Singapore",
    "Asia/Kolkata",
    "Asia/Dubai",
    "Australia/Sydney",
};

constexpr std::string_view kExampleDomains[] = {"example.com", "example.org", "example.net"};

constexpr std::string_view kMediaTypes[] = {
    "application/json", "application/pdf", "application/zip", "application/xml", "audio/mpeg",
    "image/gif",        "image/jpeg",      "image/png",       "image/webp",      "image/svg+xml",
    "text/csv",         "text/html",       "text/plain",      "video/mp4",
};

constexpr std::string_view kFileExtensions[] = {
    "csv", "doc", "docx", "gif", "html", "jpg", "json", "mp3",
    "mp4", "pdf", "png",  "txt", "webp", "xls", "xlsx", "zip",
};

constexpr std::string_view kHttpMethods[] = {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"};

constexpr std::string_view kPaymentMethods[] = {"credit_card", "debit_card", "bank_transfer",
                                                "paypal",      "invoice",    "gift_card"};

constexpr std::string_view kProductWords[] = {
    "autumn", "basic",  "bright",  "canvas", "classic", "coastal", "cotton", "crafted",
    "daily",  "easy",   "elegant", "fresh",  "garden",  "gentle",  "golden", "green",
    "harbor", "indoor", "leather", "light",  "linen",   "little",  "lunar",  "maple",
    "meadow", "modern", "morning", "nordic", "ocean",   "outdoor", "paper",  "pocket",
    "quiet",  "retro",  "river",   "royal",  "rustic",  "silver",  "simple", "slim",
    "smart",  "soft",   "solid",   "spring", "studio",  "summer",  "sunny",  "swift",
    "tiny",   "trail",  "travel",  "urban",  "velvet",  "vintage", "warm",   "wild",
    "window", "winter", "wonder",  "wooden", "woven",   "young",   "zen",    "zero",
};

}  // namespace

std::span<const Country> countries() { return kCountries; }
Words currencies() { return kCurrencies; }
Words brands() { return kBrands; }
Words languages() { return kLanguages; }
Words time_zones() { return kTimeZones; }
Words example_domains() { return kExampleDomains; }
Words media_types() { return kMediaTypes; }
Words file_extensions() { return kFileExtensions; }
Words http_methods() { return kHttpMethods; }
Words payment_methods() { return kPaymentMethods; }
Words product_words() { return kProductWords; }

}  // namespace resow::believable

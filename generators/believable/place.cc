#include "generators/believable/generator.h"
#include "generators/believable/world.h"

namespace resow::believable {
namespace {

void street_address(const Subject& subject, ShortText& out) {
  Choices choices = subject.shared_choices(Aspect::kStreet);
  write_pattern(subject.locale.street_address, out, [&](std::string_view field, ShortText& text) {
    if (field == "street") {
      text.append(choices.of(subject.locale.streets));
    } else {
      text.append_number(1 + choices.below(180));
    }
  });
}

void city(const Subject& subject, ShortText& out) { out.append(subject.city().name); }
void region(const Subject& subject, ShortText& out) { out.append(subject.city().region); }

void postcode(const Subject& subject, ShortText& out) {
  constexpr size_t kDigits = 5;
  const std::string_view prefix = subject.city().postcode_prefix;
  const size_t rest = kDigits - prefix.size();
  out.append(prefix);
  out.append_number(subject.shared_choices(Aspect::kStreet).left() % (rest == 2 ? 100 : 1000),
                    rest);
}

void address(const Subject& subject, ShortText& out) {
  write_pattern(subject.locale.address, out, [&](std::string_view field, ShortText& text) {
    if (field == "street_address") street_address(subject, text);
    if (field == "postcode") postcode(subject, text);
    if (field == "city") city(subject, text);
    if (field == "region") region(subject, text);
  });
}

// Within some kilometres of the city's centre.
double near(double centre, uint64_t bits) {
  const double degrees = centre + (unit_interval(bits) - 0.5) * 0.1;
  return static_cast<double>(static_cast<int64_t>(degrees * 1e6)) / 1e6;
}
double latitude(const Subject& subject) {
  return near(subject.city().latitude, subject.choices().left());
}
double longitude(const Subject& subject) {
  return near(subject.city().longitude, subject.choices().left());
}

const Country& country_of(const Subject& subject) {
  const std::span<const Country> all = countries();
  return subject.unique ? all[*subject.unique % all.size()]
                        : subject.shared_choices(Aspect::kCountry).of(all);
}
void country(const Subject& subject, ShortText& out) {
  out.append(country_of(subject).name(subject.language));
}
void country_code(const Subject& subject, ShortText& out) { out.append(country_of(subject).code); }

void currency(const Subject& subject, ShortText& out) {
  // Where they must not repeat, several countries of one currency must not either.
  out.append(subject.unique ? currencies()[*subject.unique % currencies().size()]
                            : country_of(subject).currency);
}

void language(const Subject& subject, ShortText& out) {
  out.append(languages()[subject.member(languages().size())]);
}
void locale(const Subject& subject, ShortText& out) {
  const rule::Locale all[] = {rule::Locale::kEnglish, rule::Locale::kFrench, rule::Locale::kGerman};
  out.append(locale_data(all[subject.member(std::size(all))]).tag);
}
void time_zone(const Subject& subject, ShortText& out) {
  out.append(time_zones()[subject.member(time_zones().size())]);
}

}  // namespace

std::span<const Generator> place_generators() {
  static const Generator kGenerators[] = {
      text<street_address>("street_address", "street and house number"),
      text<address>("address", "street, postcode and city in one line", 20),
      text<city>("city", "a city of the locale's country"),
      text<region>("region", "its state, Bundesland or région"),
      text<postcode>("postcode", "a postcode of the city", 5),
      code<country>("country", "the name of a country", 28, countries().size()),
      code<country_code>("country_code", "its two letters", 2, countries().size()),
      code<currency>("currency", "the country's currency, three letters", 3, currencies().size()),
      code<language>("language", "a language, two letters", 2, languages().size()),
      code<locale>("locale", "language and country: one of the locales that there are", 5, 3),
      code<time_zone>("time_zone", "a time zone's name", 19, time_zones().size()),
      number<latitude>("latitude", "degrees north, near the city", -90, 90),
      number<longitude>("longitude", "degrees east, near the city", -180, 180),
  };
  return kGenerators;
}

}  // namespace resow::believable

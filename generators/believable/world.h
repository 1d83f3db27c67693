// Lists that are the same in every language.
#pragma once

#include <span>
#include <string_view>

#include "generators/believable/locale.h"

namespace resow::believable {

struct Country {
  std::string_view code;      // ISO 3166, two letters
  std::string_view currency;  // ISO 4217
  std::string_view english, french, german;

  std::string_view name(rule::Locale locale) const {
    switch (locale) {
      case rule::Locale::kFrench:
        return french;
      case rule::Locale::kGerman:
        return german;
      case rule::Locale::kEnglish:
        break;
    }
    return english;
  }
};

std::span<const Country> countries();
Words currencies();       // of all of them, each once
Words brands();           // invented
Words languages();        // ISO 639, two letters
Words time_zones();       // IANA
Words example_domains();  // RFC 2606: nobody's
Words media_types();
Words file_extensions();
Words http_methods();
Words payment_methods();
Words product_words();  // short English words for slugs, file names and the like

}  // namespace resow::believable

// What believable values of a language and country are made of: plain lists.
#pragma once

#include <span>
#include <string_view>

#include "generators/program.h"

namespace resow::believable {

using Words = std::span<const std::string_view>;

struct City {
  std::string_view name;
  std::string_view region;           // a state's code, a Bundesland, a région
  std::string_view postcode_prefix;  // digits; the rest of the five is drawn
  double latitude, longitude;
};

struct Category {
  std::string_view name;
  Words things;  // what is sold in it: singular, as it stands in a title
};

// Patterns are text with {fields}; each user of one says which fields there are.
struct LocaleData {
  std::string_view tag;      // "en_US"
  std::string_view country;  // ISO 3166: "US"

  Words female_names, male_names, last_names;
  Words job_titles, departments;

  std::span<const City> cities;
  Words streets;
  std::string_view street_address;  // {number} {street}
  std::string_view address;         // {street_address} {postcode} {city} {region}
  std::string_view phone_prefix;    // followed by at least `phone_digits` digits
  int phone_digits;

  Words company_patterns;  // {last_name} {other_name}

  std::span<const Category> categories;
  Words colours, materials, conditions, sizes;
  Words product_patterns;  // {brand} {thing} {material} {colour} {condition} {size}

  Words title_patterns;  // {thing}
  Words sentences;       // of a seller about a thing
  Words remarks;         // of a buyer: comments, reviews
};

const LocaleData& locale_data(rule::Locale locale);

}  // namespace resow::believable

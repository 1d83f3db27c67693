// The named generators of believable values: what `resow generators` lists, what a dataset's
// {"generate": NAME} and rule::Named refer to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "generators/program.h"

namespace resow {

struct CatalogueEntry {
  static constexpr uint64_t kUnlimited = std::numeric_limits<uint64_t>::max();

  std::string_view name;         // "email"
  std::string_view description;  // "an address at example.com, .org or .net, made from the name"
  bool number = false;           // for columns of numbers; else text
  // How many rows can have values of their own (Named::distinct), and the shortest max_length with
  // which a value keeps its form; a number that makes it distinct comes on top (see
  // distinct_length).
  uint64_t distinct_values = kUnlimited;
  size_t min_length = 1;
  double least = 0, most = 0;  // of numbers
};

// In the order in which to list them: by subject.
std::span<const CatalogueEntry> catalogue();

// nullptr if there is none of that name.
const CatalogueEntry* find_generator(std::string_view name);

// The shortest max_length with which `rows` rows can be distinct. REQUIRES: entry.distinct_values
// allows as many.
size_t distinct_length(const CatalogueEntry& entry, uint64_t rows);

// What the first row of a table gets: "frieda.schulz@example.com".
std::string example_of(const CatalogueEntry& entry, rule::Locale locale);

}  // namespace resow

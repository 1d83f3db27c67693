// Whom or what the believable values of one row are about. Columns with equal `subject` keys speak
// of the same: an email address is made from the first and last name that stand beside it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "generators/believable/locale.h"
#include "generators/random.h"

namespace resow::believable {

// Random bits, used up choice by choice. REQUIRES: the product of all bounds is far below 2^64.
class Choices {
 public:
  explicit Choices(uint64_t bits) : bits_(bits) {}

  // A number below `bound`. What the multiplication leaves behind is as random as before.
  uint64_t below(uint64_t bound) {
    const Uint128 product = Uint128{bits_} * bound;
    bits_ = static_cast<uint64_t>(product);
    return static_cast<uint64_t>(product >> 64);
  }
  template <typename Item>
  const Item& of(std::span<const Item> items) {
    return items[below(items.size())];
  }
  uint64_t left() const { return bits_; }

 private:
  uint64_t bits_;
};

// What columns with a common subject agree on; each is a draw of the shared key.
enum class Aspect : uint64_t { kPerson, kCity, kStreet, kCountry, kCompany, kProduct };

struct Person {
  bool female = false;
  std::string_view first_name, last_name;
};

struct Product {
  std::string_view brand, category, thing, material, colour, condition, size;
};

struct Subject {
  const LocaleData& locale;
  rule::Locale language = rule::Locale::kEnglish;
  StreamKey shared = {};  // of all columns that speak of the same
  StreamKey own = {};     // of this column alone
  uint64_t row = 0;
  // A number that no other row of the column has, where it must not repeat itself.
  std::optional<uint64_t> unique = {};

  size_t max_length = 0;  // characters; 0: no limit

  Person person() const;
  const City& city() const;
  Product product() const;
  Choices shared_choices(Aspect aspect) const {
    return Choices(random_bits(shared, row, static_cast<uint64_t>(aspect)));
  }
  // Whatever does not have to agree with other columns.
  Choices choices(uint64_t draw = 0) const { return Choices(random_bits(own, row, draw)); }
  // A number below `bound`, which is a power of 2 or of 10 (0 stands for 2^64). Where values must
  // not repeat: another one for each unique number, above `bound` where that is.
  uint64_t number(uint64_t bound) const;
  // A member of a list; where values must not repeat, each of them once before any comes again.
  uint64_t member(uint64_t size) const { return unique ? *unique % size : choices().below(size); }
};

}  // namespace resow::believable

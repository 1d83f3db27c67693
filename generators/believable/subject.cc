#include "generators/believable/subject.h"

#include "generators/believable/world.h"

namespace resow::believable {
Person Subject::person() const {
  Choices choices = shared_choices(Aspect::kPerson);
  Person person;
  person.female = choices.below(2) == 0;
  person.first_name = choices.of(person.female ? locale.female_names : locale.male_names);
  person.last_name = choices.of(locale.last_names);
  return person;
}

const City& Subject::city() const { return shared_choices(Aspect::kCity).of(locale.cities); }

uint64_t Subject::number(uint64_t bound) const {
  if (!unique) return bound == 0 ? choices().left() : choices().below(bound);
  if (bound != 0 && *unique >= bound) return *unique;
  // To multiply by a number that has no divisor in common with the modulus is a bijection.
  constexpr uint64_t kOddAndNoMultipleOf5 = 6'364'136'223'846'793'003;
  const Uint128 product = Uint128{*unique} * kOddAndNoMultipleOf5;
  return static_cast<uint64_t>(bound == 0 ? product : product % bound);
}

Product Subject::product() const {
  Choices choices = shared_choices(Aspect::kProduct);
  const Category& category = choices.of(locale.categories);
  Product product;
  product.category = category.name;
  product.thing = choices.of(category.things);
  product.brand = choices.of(brands());
  product.material = choices.of(locale.materials);
  product.colour = choices.of(locale.colours);
  product.condition = choices.of(locale.conditions);
  product.size = choices.of(locale.sizes);
  return product;
}

}  // namespace resow::believable

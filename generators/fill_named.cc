#include <fmt/format.h>

#include <stdexcept>

#include "generators/believable/find.h"
#include "generators/believable/generator.h"
#include "generators/filling.h"
#include "generators/permutation.h"

namespace resow {

void fill_rule(const Filling& filling, const rule::Named& rule, ColumnBatch& out) {
  const believable::Generator* const generator = believable::find(rule.name);
  if (generator == nullptr) {
    throw std::invalid_argument(fmt::format("no generator is called \"{}\"", rule.name));
  }
  std::vector<uint64_t> unique;
  if (rule.distinct) {
    unique.assign(filling.rows.begin(), filling.rows.end());
    Permutation(rule.size, filling.column.key).apply(unique);
  }
  const believable::Subject subject{.locale = believable::locale_data(rule.locale),
                                    .language = rule.locale,
                                    .shared = rule.subject,
                                    .own = filling.column.key,
                                    .row = 0,
                                    .unique = {},
                                    .max_length = rule.max_length};
  generator->fill({.subject = subject, .rows = filling.rows, .unique = unique}, out);
}

}  // namespace resow

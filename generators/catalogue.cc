#include "generators/catalogue.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "generators/believable/find.h"
#include "generators/believable/generator.h"

namespace resow {
namespace {

using believable::Generator;

std::vector<Generator> all_generators() {
  std::vector<Generator> all;
  for (const auto some : {believable::person_generators(), believable::place_generators(),
                          believable::commerce_generators(), believable::web_generators(),
                          believable::prose_generators()}) {
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

const std::vector<Generator>& generators() {
  static const std::vector<Generator> kAll = all_generators();
  return kAll;
}

std::vector<CatalogueEntry> all_entries() {
  std::vector<CatalogueEntry> entries;
  for (const Generator& generator : generators()) entries.push_back(generator.entry);
  return entries;
}

}  // namespace

namespace believable {

const Generator* find(std::string_view name) {
  const auto found = std::ranges::find(
      generators(), name, [](const Generator& generator) { return generator.entry.name; });
  return found == generators().end() ? nullptr : &*found;
}

}  // namespace believable

std::span<const CatalogueEntry> catalogue() {
  static const std::vector<CatalogueEntry> kEntries = all_entries();
  return kEntries;
}

const CatalogueEntry* find_generator(std::string_view name) {
  const Generator* const found = believable::find(name);
  return found == nullptr ? nullptr : &found->entry;
}

size_t distinct_length(const CatalogueEntry& entry, uint64_t rows) {
  const Generator* const generator = believable::find(entry.name);
  size_t digits = 1;
  for (uint64_t rest = rows == 0 ? 0 : (rows - 1) / 10; rest > 0; rest /= 10) ++digits;
  if (generator->number == believable::Number::kAppended) return entry.min_length + 1 + digits;
  return entry.min_length + (digits > generator->digits ? digits - generator->digits : 0);
}

std::string example_of(const CatalogueEntry& entry, rule::Locale locale) {
  ColumnProgram column;
  column.kind = ValueKind::kText;
  column.rule = {rule::Named{.name = std::string(entry.name), .locale = locale}};
  TableProgram table;
  table.shape = RowShape(1, 1, FixedCount{1});
  table.columns.push_back(std::move(column));
  ColumnBatch batch;
  const uint64_t row = 0;
  fill({.tables = {std::move(table)}}, 0, 0, {&row, 1}, batch);
  return std::string(batch.text(0));
}

}  // namespace resow

#include <cassert>
#include <vector>

#include "generators/filling.h"
#include "generators/pattern_text.h"
#include "generators/permutation.h"
#include "generators/settle.h"
#include "generators/text_rows.h"

namespace resow {

void fill_rule(const Filling& filling, const rule::Pattern& rule, ColumnBatch& out) {
  const uint64_t size = rule.texts->size();
  std::vector<uint64_t> indexes(filling.rows.begin(), filling.rows.end());
  if (rule.distinct) {
    Permutation(size, filling.column.key).apply(indexes);
  } else {
    random_bits(filling.column.key, filling.rows, 0, indexes);
    for (uint64_t& index : indexes) index = bounded(index, size);
  }
  {
    TextRows rows(out);
    for (const uint64_t index : indexes) {
      rows.append(rule.texts->at(index));
      rows.end_row();
    }
  }
  settle_text(out);
}

}  // namespace resow

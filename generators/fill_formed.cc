#include <string>
#include <vector>

#include "generators/filling.h"
#include "generators/permutation.h"
#include "generators/settle.h"
#include "generators/text_rows.h"
#include "generators/value_form.h"

namespace resow {

void fill_rule(const Filling& filling, const rule::Formed& rule, ColumnBatch& out) {
  const StreamKey key = filling.column.key;
  std::vector<uint64_t> unique;
  if (rule.distinct) {
    unique.assign(filling.rows.begin(), filling.rows.end());
    Permutation(rule.size, key).apply(unique);
  }
  {
    TextRows rows(out);
    std::string text;
    for (size_t i = 0; i < filling.rows.size(); ++i) {
      ValueNumbers numbers = rule.distinct
                                 ? ValueNumbers(key, filling.rows[i], unique[i], rule.size)
                                 : ValueNumbers(key, filling.rows[i]);
      text.clear();
      append_value(*rule.form, numbers, text);
      rows.append(text);
      rows.end_row();
    }
  }
  settle_text(out);
}

}  // namespace resow

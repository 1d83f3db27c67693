#include <algorithm>
#include <cassert>
#include <string>
#include <utility>

#include "generators/filling.h"
#include "generators/gather.h"
#include "generators/settle.h"
#include "generators/text_form.h"
#include "generators/text_rows.h"

namespace resow {
namespace {

using Part = rule::TemplatePart;

// What a part draws on, computed once for all rows.
struct PartSource {
  Part::What what = Part::What::kLiteral;
  std::string_view text;              // kLiteral, kSchema
  size_t width = 0;                   // kRow, kOrdinal
  std::span<const Constant> by_item;  // kItem
  ColumnBatch values;                 // kColumn, kParent
};

bool needs_places(const rule::Template& rule) {
  return std::ranges::any_of(rule.parts, [](const Part& part) {
    return part.what == Part::What::kOrdinal || part.what == Part::What::kItem;
  });
}

PartSource source_of(const Filling& filling, const Part& part) {
  PartSource source;
  source.what = part.what;
  source.text = part.what == Part::What::kSchema ? std::string_view(filling.table_program().schema)
                                                 : std::string_view(part.literal);
  source.width = static_cast<size_t>(std::max(0, part.width));
  source.by_item = part.by_item;
  if (part.what == Part::What::kColumn) {
    fill(filling.program, filling.table, part.index, filling.rows, source.values);
  } else if (part.what == Part::What::kParent) {
    fill_parent_column(filling, part.index, source.values);
  }
  return source;
}

void write_padded(uint64_t number, size_t width, TextRows& rows) {
  constexpr size_t kMostZeros = 1024;
  char digits[kMaxTextForm];
  const char* const end = write_integer(digits, static_cast<int64_t>(number));
  const auto size = static_cast<size_t>(end - digits);
  for (size_t zeros = size; zeros < std::min(width, kMostZeros); ++zeros) rows.append('0');
  rows.append({digits, size});
}

// A NULL of another column adds nothing.
void write_value(const ColumnBatch& values, size_t row, std::string& scratch, TextRows& rows) {
  if (values.nulls[row] != 0) return;
  if (values.kind == ValueKind::kText) return rows.append(values.text(row));
  if (values.kind == ValueKind::kInteger) {
    return rows.advance(write_integer(rows.room(kMaxTextForm), values.numbers[row]));
  }
  scratch.clear();
  append_text(values, row, scratch);
  rows.append(scratch);
}

}  // namespace

void fill_rule(const Filling& filling, const rule::Template& rule, ColumnBatch& out) {
  std::vector<PartSource> sources;
  sources.reserve(rule.parts.size());
  for (const Part& part : rule.parts) sources.push_back(source_of(filling, part));
  const std::vector<RowPlace> places =
      needs_places(rule) ? locate(filling) : std::vector<RowPlace>();
  {
    std::string scratch;
    TextRows rows(out);
    for (size_t i = 0; i < filling.rows.size(); ++i) {
      for (const PartSource& source : sources) {
        switch (source.what) {
          case Part::What::kLiteral:
          case Part::What::kSchema:
            rows.append(source.text);
            break;
          case Part::What::kRow:
            write_padded(filling.rows[i] + 1, source.width, rows);
            break;
          case Part::What::kOrdinal:
            write_padded(places[i].ordinal + 1, source.width, rows);
            break;
          case Part::What::kItem:
            if (const Constant& text = source.by_item[places[i].item]) rows.append(*text);
            break;
          case Part::What::kColumn:
          case Part::What::kParent:
            write_value(source.values, i, scratch, rows);
            break;
        }
      }
      rows.end_row();
    }
  }
  settle_text(out);
}

}  // namespace resow

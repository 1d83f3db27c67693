#include "generators/content_rows.h"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

#include "generators/gather.h"
#include "generators/text_rows.h"

namespace resow {
namespace {

// As the server rounds a time to the digits that its type keeps: half away from zero.
void round_times(int digits, ColumnBatch& batch) {
  static constexpr std::array<int64_t, 7> kUnits = {1'000'000, 100'000, 10'000, 1'000, 100, 10, 1};
  const int64_t unit = kUnits[static_cast<size_t>(std::clamp(digits, 0, 6))];
  if (unit == 1) return;
  for (size_t row = 0; row < batch.rows(); ++row) {
    if (batch.nulls[row] != 0) continue;
    int64_t& number = batch.numbers[row];
    const int64_t half = number >= 0 ? unit / 2 : -unit / 2;
    number = (number + half) / unit * unit;
  }
}

void repeat(const Constant& constant, size_t rows, ColumnBatch& out) {
  begin_batch(ValueKind::kText, 0, rows, out);
  TextRows texts(out);
  for (size_t row = 0; row < rows; ++row) {
    if (constant) {
      texts.append(*constant);
    } else {
      out.nulls[row] = 1;
    }
    texts.end_row();
  }
}

void become_texts(ColumnBatch& batch) {
  if (batch.kind == ValueKind::kText) return;
  if (batch.kind == ValueKind::kLiteral) {
    batch.kind = ValueKind::kText;
    return;
  }
  ColumnBatch texts;
  begin_batch(ValueKind::kText, 0, batch.rows(), texts);
  texts.nulls = batch.nulls;
  for (size_t row = 0; row < batch.rows(); ++row) {
    if (batch.nulls[row] == 0) append_text(batch, row, texts.bytes);
    texts.ends.push_back(texts.bytes.size());
  }
  batch = std::move(texts);
}

// Each text is replaced by its first `kept(text)` bytes.
template <typename Kept>
void shorten(ColumnBatch& batch, const Kept& kept) {
  ColumnBatch shorter;
  begin_batch(ValueKind::kText, 0, batch.rows(), shorter);
  shorter.nulls = batch.nulls;
  {
    TextRows texts(shorter);
    for (size_t row = 0; row < batch.rows(); ++row) {
      const std::string_view text = batch.text(row);
      texts.append(text.substr(0, kept(text)));
      texts.end_row();
    }
  }
  batch = std::move(shorter);
}

size_t without_blanks(std::string_view text) { return text.find_last_not_of(' ') + 1; }

// Bytes of the first so many characters.
size_t bytes_of(std::string_view text, size_t characters) {
  size_t at = 0;
  for (; at < text.size(); ++at) {
    const bool begins = (static_cast<unsigned char>(text[at]) & 0xc0U) != 0x80U;
    if (begins && characters-- == 0) break;
  }
  return at;
}

// As varchar(n) takes texts whose blanks alone are too many.
void cut_blanks(size_t length, ColumnBatch& batch) {
  size_t longest = 0;
  for (size_t row = 0; row < batch.rows(); ++row) {
    if (batch.nulls[row] == 0) longest = std::max(longest, batch.text(row).size());
  }
  if (longest <= length) return;
  shorten(batch, [&](std::string_view text) {
    const size_t end = bytes_of(text, length);
    return without_blanks(text) <= end ? end : text.size();
  });
}

// Adds what the rule can give; false where that is not written down in it.
bool add_listed(const ColumnRule& rule, std::vector<Constant>& values) {
  const auto add = [&](const std::vector<Constant>& more) {
    values.insert(values.end(), more.begin(), more.end());
    return true;
  };
  if (const auto* always = std::get_if<rule::Always>(&rule.how)) return add({always->value});
  if (const auto* items = std::get_if<rule::ByItem>(&rule.how)) return add(items->values);
  if (const auto* one = std::get_if<rule::OneOf>(&rule.how)) return add(one->values);
  if (const auto* cycle = std::get_if<rule::Cycle>(&rule.how)) return add(cycle->values);
  if (const auto* by = std::get_if<rule::ByColumns>(&rule.how)) {
    return std::all_of(by->values.begin(), by->values.end(),
                       [&](const auto& group) { return add(group.second); });
  }
  const auto* literal = std::get_if<rule::Literal>(&rule.how);
  if (literal == nullptr) return false;
  return std::all_of(literal->cells.begin(), literal->cells.end(), [&](const rule::Cell& cell) {
    if (cell.what == rule::Cell::What::kConstant) return add({cell.constant});
    return cell.what == rule::Cell::What::kOtherwise && literal->otherwise != nullptr &&
           add_listed(*literal->otherwise, values);
  });
}

}  // namespace

ContentRows::ContentRows(const Program& program, size_t table, std::span<const ContentField> fields,
                         ReplaceTexts server_texts)
    : program_(program),
      table_(table),
      fields_(fields),
      server_texts_(std::move(server_texts)),
      batches_(fields.size()) {
  for (const ContentField& field : fields) {
    wires_.push_back(field.form == FieldForm::kBinary ? field.wire : WireType::kText);
  }
}

std::string_view ContentRows::encode(std::span<const uint64_t> rows) {
  for (size_t i = 0; i < fields_.size(); ++i) {
    const ContentField& field = fields_[i];
    if (field.form != FieldForm::kBinary) {
      fill_texts(i, rows, batches_[i]);
      if (field.form == FieldForm::kTrimmedText) shorten(batches_[i], without_blanks);
      if (field.form == FieldForm::kServerText) server_texts_(i, batches_[i]);
      continue;
    }
    fill(program_, table_, field.column.value(), rows, batches_[i]);
    if (payload(batches_[i].kind) == Payload::kNumbers) round_times(field.digits, batches_[i]);
    if (field.length > 0 && batches_[i].kind == ValueKind::kText) {
      cut_blanks(field.length, batches_[i]);
    }
  }
  bytes_.clear();
  encode_copy_binary(batches_, wires_, bytes_);
  if (!rows.empty()) bytes_in_row_ = bytes_.size() / rows.size();
  return bytes_;
}

uint64_t ContentRows::rows_in_run() const {
  constexpr uint64_t kMostRows = 8192;
  constexpr uint64_t kMostValues = kMostRows * 16;
  constexpr uint64_t kMostBytes = 1U << 20U;
  uint64_t rows = std::min(kMostRows, kMostValues / fields_.size());
  if (bytes_in_row_ > 0) {
    rows = std::min(rows, kMostBytes / bytes_in_row_);
  } else {
    rows /= 16;  // nothing is known of the values yet
  }
  return std::max<uint64_t>(1, rows);
}

void ContentRows::fill_texts(size_t field, std::span<const uint64_t> rows, ColumnBatch& out) const {
  const ContentField& of = fields_[field];
  if (!of.column) return repeat(of.constant, rows.size(), out);
  fill(program_, table_, *of.column, rows, out);
  become_texts(out);
}

std::optional<std::vector<std::string>> listed_texts(const Program& program, size_t table,
                                                     const ContentField& field) {
  std::vector<Constant> values;
  ValueKind kind = ValueKind::kText;
  int scale = 0;
  if (field.column) {
    const ColumnProgram& column = program.tables[table].columns[*field.column];
    if (!add_listed(column.rule, values)) return std::nullopt;
    kind = column.kind;
    scale = column.scale;
  } else {
    values.push_back(field.constant);
  }
  std::erase(values, Constant());
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  ColumnBatch batch = constants_batch(kind, scale, values);
  become_texts(batch);
  std::vector<std::string> texts;
  for (size_t row = 0; row < batch.rows(); ++row) texts.emplace_back(batch.text(row));
  return texts;
}

}  // namespace resow

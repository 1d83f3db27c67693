// How a named generator is written down: a function that writes one row's value, and what the
// catalogue says of it. The loop over the rows is made for each of them at compile time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "generators/believable/short_text.h"
#include "generators/believable/subject.h"
#include "generators/catalogue.h"
#include "generators/column_batch.h"
#include "generators/settle.h"
#include "generators/text_rows.h"

namespace resow::believable {

// A batch of rows of one column.
struct NamedRows {
  Subject subject;  // of the first row; its row and unique number are set for each
  std::span<const uint64_t> rows;
  std::span<const uint64_t> unique;  // one per row, or none
};

// Whether the number that makes a value distinct is appended, or part of what is written anyway.
enum class Number : uint8_t { kAppended, kWithin };

struct Generator {
  CatalogueEntry entry;
  Number number;
  size_t digits;  // kWithin: of the number, that min_length has room for
  void (*fill)(const NamedRows& rows, ColumnBatch& out);
};

// Ends a row: puts the number in, keeps to the length, appends to `out`.
void finish(const Subject& subject, Number number, const ShortText& text, TextRows& out);

template <auto kWrite, Number kNumber>
void fill_texts(const NamedRows& rows, ColumnBatch& out) {
  Subject subject = rows.subject;
  ShortText text;
  {
    TextRows texts(out);
    for (size_t i = 0; i < rows.rows.size(); ++i) {
      subject.row = rows.rows[i];
      if (!rows.unique.empty()) subject.unique = rows.unique[i];
      text.clear();
      kWrite(subject, text);
      finish(subject, kNumber, text, texts);
    }
  }
  settle_text(out);
}

template <auto kCompute>
void fill_reals(const NamedRows& rows, ColumnBatch& out) {
  Subject subject = rows.subject;
  out.reals.resize(rows.rows.size());
  for (size_t i = 0; i < rows.rows.size(); ++i) {
    subject.row = rows.rows[i];
    out.reals[i] = kCompute(subject);
  }
  settle_reals(out);
}

// Text whose number is appended.
template <auto kWrite>
constexpr Generator text(std::string_view name, std::string_view description,
                         size_t min_length = 1) {
  return {{name, description, false, CatalogueEntry::kUnlimited, min_length},
          Number::kAppended,
          0,
          fill_texts<kWrite, Number::kAppended>};
}

// Text that holds its number itself, for so many rows; with more than `digits` digits it grows.
template <auto kWrite>
constexpr Generator code(std::string_view name, std::string_view description, size_t min_length,
                         uint64_t distinct_values = CatalogueEntry::kUnlimited,
                         size_t digits = 20) {
  return {{name, description, false, distinct_values, min_length},
          Number::kWithin,
          digits,
          fill_texts<kWrite, Number::kWithin>};
}

template <auto kCompute>
constexpr Generator number(std::string_view name, std::string_view description, double least,
                           double most) {
  return {{name, description, true, 0, 1, least, most}, Number::kWithin, 0, fill_reals<kCompute>};
}

// Writes a pattern; `write_field(name, out)` does so for what stands in braces.
template <typename WriteField>
void write_pattern(std::string_view pattern, ShortText& out, WriteField write_field) {
  while (!pattern.empty()) {
    const size_t brace = pattern.find('{');
    out.append(pattern.substr(0, brace));
    if (brace == std::string_view::npos) return;
    const size_t end = pattern.find('}', brace);
    write_field(pattern.substr(brace + 1, end - brace - 1), out);
    pattern.remove_prefix(end + 1);
  }
}

// The generators by subject, one file each.
std::span<const Generator> person_generators();
std::span<const Generator> place_generators();
std::span<const Generator> commerce_generators();
std::span<const Generator> web_generators();
std::span<const Generator> prose_generators();

}  // namespace resow::believable

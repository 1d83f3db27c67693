#include "runner/copy_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <vector>

#include "fixtures/text.h"
#include "generators/column_batch.h"

namespace resow {
namespace {

constexpr size_t kValueShown = 60;  // characters
constexpr size_t kColumnsShown = 8;

// The first number in `text`, and what follows it. The word before it depends on the server's
// language.
std::optional<uint64_t> first_number(std::string_view& text) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  while (!text.empty() && !digit(text.front())) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  uint64_t number = 0;
  for (; !text.empty() && digit(text.front()); text.remove_prefix(1)) {
    number = number * 10 + static_cast<uint64_t>(text.front() - '0');
  }
  return number;
}

// "status" of `, column status: "x"` and of `, column status, nothing`.
std::string column_after(std::string_view text) {
  if (text.substr(0, 2) != ", ") return "";
  const size_t space = text.find(' ', 2);
  if (space == std::string_view::npos) return "";
  text.remove_prefix(space + 1);
  const size_t end = std::min(text.find(": "), text.rfind(", "));
  return std::string(text.substr(0, end));
}

// Columns of the constraint that an error names, as far as the catalog knows it.
std::vector<ColumnNumber> columns_of_constraint(const Relation& relation, std::string_view name) {
  for (const UniqueKey& key : relation.unique_keys) {
    if (key.name == name) return key.columns;
  }
  for (const ForeignKey& key : relation.foreign_keys) {
    if (key.name == name) return key.columns;
  }
  for (const Check& check : relation.checks) {
    if (check.name == name) return check.columns;
  }
  for (const Exclusion& exclusion : relation.exclusions) {
    if (exclusion.name == name) return exclusion.columns;
  }
  return {};
}

std::string shown(const Program& program, const LoadStep& step, size_t i, uint64_t row) {
  ColumnBatch batch;
  fill(program, step.table, step.programs[i], std::span(&row, 1), batch);
  if (batch.nulls[0] != 0) return "NULL";
  std::string text;
  append_text(batch, 0, text);
  return shortened(text, kValueShown);
}

}  // namespace

std::optional<CopyPlace> copy_place(std::string_view context, std::string_view table) {
  const std::string start = fmt::format("COPY {}, ", table);
  for (size_t at = context.find(start); at != std::string_view::npos;
       at = context.find(start, at + 1)) {
    if (at != 0 && context[at - 1] != '\n') continue;
    std::string_view rest = context.substr(at + start.size());
    rest = rest.substr(0, rest.find('\n'));
    if (const auto line = first_number(rest)) return CopyPlace{*line, column_after(rest)};
  }
  return std::nullopt;
}

void name_refused_row(DatabaseError& error, const Relation& relation, const Program& program,
                      const LoadStep& step) {
  const auto place = copy_place(error.context, relation.name);
  if (!place || place->line == 0 || place->line > step.rows) return;
  if (error.column.empty() && relation.column(place->column) != nullptr) {
    error.column = place->column;
  }
  // The key first, then what the error is about.
  std::vector<ColumnNumber> columns;
  const auto add = [&columns](ColumnNumber number) {
    if (std::find(columns.begin(), columns.end(), number) == columns.end()) {
      columns.push_back(number);
    }
  };
  if (const UniqueKey* key = relation.primary_key()) {
    for (const ColumnNumber number : key->columns) add(number);
  }
  if (const Column* column = relation.column(error.column)) add(column->number);
  for (const ColumnNumber number : columns_of_constraint(relation, error.constraint)) add(number);

  std::vector<std::string> values;
  for (const ColumnNumber number : columns) {
    const auto sent = std::find(step.columns.begin(), step.columns.end(), number);
    if (sent == step.columns.end() || values.size() == kColumnsShown) continue;
    const auto i = static_cast<size_t>(sent - step.columns.begin());
    values.push_back(fmt::format("{} = {}", relation.column(number)->name,
                                 shown(program, step, i, place->line - 1)));
  }
  error.context = fmt::format(
      "row {} of {}{}\n{}", with_thousands(place->line), with_thousands(step.rows),
      values.empty() ? "" : fmt::format(" ({})", fmt::join(values, ", ")), error.context);
}

}  // namespace resow

#include <utility>

#include "fixtures/text.h"
#include "runner/render.h"
#include "runner/text_table.h"

namespace resow {

namespace {

void add_line(std::string& text, std::string_view name, std::string_view value) {
  if (!value.empty()) text += "  " + std::string(name) + ": " + one_line(value) + "\n";
}

// The server's prose: its further lines stand below the first.
void add_lines(std::string& text, std::string_view name, std::string_view value) {
  std::string before = "  " + std::string(name) + ": ";
  while (!value.empty()) {
    const size_t end = value.find('\n');
    text += before + one_line(value.substr(0, end)) + "\n";
    value.remove_prefix(end == std::string_view::npos ? value.size() : end + 1);
    before.assign(before.size(), ' ');
  }
}

std::string table_of(const DatabaseFailure& failure) {
  if (failure.table.empty()) return failure.schema;
  return failure.schema.empty() ? failure.table : failure.schema + "." + failure.table;
}

std::string database_failure_text(const DatabaseFailure& failure) {
  std::string text;
  if (!failure.step.empty()) text += one_line(failure.step) + ": ";
  text += one_line(failure.message);
  if (!failure.sqlstate.empty()) text += " (SQLSTATE " + failure.sqlstate + ")";
  text += "\n";
  add_line(text, "table", table_of(failure));
  add_line(text, "column", failure.column);
  add_line(text, "constraint", failure.constraint);
  add_lines(text, "detail", failure.detail);
  add_lines(text, "hint", failure.hint);
  add_lines(text, "context", failure.context);
  return text;
}

}  // namespace

std::string render_failure(const Report& report, const TextStyle& style) {
  const std::string prefix = tinted("resow:", Tint::kRed, style.color) + " ";
  std::string text;
  for (const Fault& fault : report.faults) text += prefix + one_line(to_string(fault)) + "\n";
  for (const DatabaseFailure& failure : report.database_errors) {
    text += prefix + database_failure_text(failure);
  }
  return text;
}

}  // namespace resow

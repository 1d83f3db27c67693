#include "runner/sql_text.h"

#include <algorithm>

namespace resow {
namespace {

// The server allows 1,664 columns in a row.
constexpr size_t kScalarsInQuery = 1000;

}  // namespace

std::string table_name(const Connection& connection, const Relation& relation) {
  return connection.quote_name(relation.schema, relation.name);
}

std::string only_table(const Connection& connection, const Relation& relation) {
  const bool only = relation.kind == RelationKind::kTable && relation.has_inheritors;
  return (only ? "ONLY " : "") + table_name(connection, relation);
}

std::string column_list(const Connection& connection, const Relation& relation,
                        std::span<const ColumnNumber> columns, std::string_view alias) {
  std::string list;
  for (const ColumnNumber number : columns) {
    if (!list.empty()) list += ", ";
    if (!alias.empty()) list.append(alias).append(".");
    list += connection.quote_name(relation.column(number)->name);
  }
  return list;
}

std::string type_name(const Connection& connection, const Catalog& catalog, const Column& column) {
  const Type& type = catalog.types.at(column.type);
  return connection.quote_name(type.schema, type.name);
}

std::string array_text(std::span<const Field> elements) {
  std::string text = "{";
  for (const Field& element : elements) {
    if (text.size() > 1) text += ',';
    if (!element) {
      text += "NULL";
      continue;
    }
    text += '"';
    for (const char c : *element) {
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
    text += '"';
  }
  return text += '}';
}

std::vector<Field> scalars(Transaction& transaction, std::span<const std::string> expressions,
                           std::string_view step) {
  std::vector<Field> values;
  values.reserve(expressions.size());
  while (!expressions.empty()) {
    const auto chunk = expressions.first(std::min(expressions.size(), kScalarsInQuery));
    expressions = expressions.subspan(chunk.size());
    std::string sql = "SELECT ";
    for (const std::string& expression : chunk) {
      if (&expression != chunk.data()) sql += ", ";
      sql += expression;
    }
    const Rows rows = transaction.query(sql, step);
    for (size_t i = 0; i < chunk.size(); ++i) {
      values.push_back(rows.is_null(0, i) ? Field() : Field(rows.text(0, i)));
    }
  }
  return values;
}

}  // namespace resow

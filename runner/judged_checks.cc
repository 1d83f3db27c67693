#include "runner/judged_checks.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <string_view>

#include "fixtures/candidate_values.h"
#include "fixtures/column_type.h"
#include "fixtures/expression.h"
#include "fixtures/json_document.h"
#include "fixtures/json_paths.h"
#include "fixtures/judgements.h"
#include "fixtures/partition_checks.h"

namespace resow {
namespace {

bool is_part_of_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '"' || c == '.';
}

// A domain's expression with the column in place of VALUE.
std::string with_column(std::string_view sql, const std::string& column) {
  constexpr std::string_view kValue = "VALUE";
  std::string result;
  char quote = 0;
  for (size_t i = 0; i < sql.size(); ++i) {
    const char c = sql[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (sql.substr(i).starts_with(kValue) && (i == 0 || !is_part_of_name(sql[i - 1])) &&
               (i + kValue.size() >= sql.size() || !is_part_of_name(sql[i + kValue.size()]))) {
      result += column;
      i += kValue.size() - 1;
      continue;
    }
    result += c;
  }
  return result;
}

// What a generated column is made of counts as well.
void add_column(const Relation& relation, const Column& column, std::vector<ColumnNumber>& to) {
  if (column.generated && column.default_expression) {
    for (const std::string& name : columns_of(parse_expression(*column.default_expression))) {
      const Column* other = relation.column(std::string_view(name));
      if (other != nullptr && !other->generated) add_column(relation, *other, to);
    }
  }
  if (std::find(to.begin(), to.end(), column.number) == to.end()) to.push_back(column.number);
}

// What is taken out of a document for a generated column becomes its type.
void say_values(const Catalog& catalog, const Column& column, std::vector<JsonPath>& paths) {
  const Type* type = column_type(catalog, column).type;
  std::vector<std::string> values = json_values_of(column.type_name);
  for (size_t i = 0; type != nullptr && i < type->labels.size(); ++i) {
    values.push_back(json_string(type->labels[i]));
  }
  for (JsonPath& path : paths) {
    if (path.values.empty()) path.values = values;
  }
}

std::vector<ColumnNumber> named_columns(const Relation& relation, const std::string& sql) {
  std::vector<ColumnNumber> numbers;
  for (const std::string& name : columns_of(parse_expression(sql))) {
    const Column* column = relation.column(std::string_view(name));
    if (column != nullptr) add_column(relation, *column, numbers);
  }
  return numbers;
}

}  // namespace

std::vector<JudgedCheck> judged_checks(const Connection& connection, const Catalog& catalog,
                                       size_t index) {
  const Relation& relation = catalog.relations[index];
  std::vector<JudgedCheck> checks;
  const auto add = [&](std::string name, const std::string& constraint, std::string what,
                       std::string sql, std::vector<ColumnNumber> columns) {
    if (columns.empty()) return;
    std::vector<std::string> words = xml_documents(sql);
    for (std::string& word : words_of(sql)) words.push_back(std::move(word));
    std::vector<JsonPath> paths = json_paths(sql);
    std::string refuses = name == kSomePartition ? "no partition takes" : what + " refuses";
    checks.push_back({std::move(name), constraint, std::move(what), std::move(refuses),
                      std::move(sql), std::move(columns), std::move(words), std::move(paths)});
  };
  for (const Check& check : relation.checks) {
    std::vector<ColumnNumber> columns;
    for (const ColumnNumber number : check.columns) {
      const Column* column = number > 0 ? relation.column(number) : nullptr;
      if (column != nullptr) add_column(relation, *column, columns);
    }
    add(judged_name(check.name), check.name, "the check " + check.name, check.expression,
        std::move(columns));
  }
  for (const Check& check : partition_checks(catalog, index)) {
    add(judged_name(check.name), "", check.name, check.expression,
        named_columns(relation, check.expression));
  }
  for (const Column& column : relation.columns) {
    const std::string name = connection.quote_name(column.name);
    if (column.generated && column.default_expression) {
      // Where its value cannot be made, or is NULL and must not be.
      add(column.name, "", "what column " + column.name + " is made of",
          "(" + *column.default_expression + ")" +
              (column.not_null ? " IS NOT NULL" : " IS NULL IS NOT NULL"),
          named_columns(relation, *column.default_expression));
      if (!checks.empty() && checks.back().name == column.name) {
        say_values(catalog, column, checks.back().paths);
      }
      continue;
    }
    for (const Type* domain : column_type(catalog, column).domains) {
      for (const DomainCheck& check : domain->checks) {
        add(judged_name(check.name, column.name), check.name,
            "the check " + check.name + " of domain " + domain->name,
            with_column(check.expression, name), {column.number});
      }
    }
  }
  return checks;
}

}  // namespace resow

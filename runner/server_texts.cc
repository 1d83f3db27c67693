#include "runner/server_texts.h"

#include <fmt/format.h>

#include <unordered_set>

#include "generators/gather.h"
#include "generators/text_rows.h"
#include "runner/at_table.h"
#include "runner/sql_text.h"

namespace resow {
namespace {

constexpr size_t kMostKnown = 65'536;  // texts of a column

// u.text as a value of the column's type. The server casts texts to any type as its input function
// reads them, but for regclass, whose cast takes names alone.
std::string value_sql(const Column& column) {
  if (column.type_name != "regclass") return "u.text::" + column.type_name;
  return "CASE WHEN u.text OPERATOR(pg_catalog.~) '^[0-9]+$' THEN"
         " u.text::pg_catalog.oid::pg_catalog.regclass ELSE u.text::pg_catalog.regclass END";
}

}  // namespace

ServerTexts::ServerTexts(Transaction& transaction, const Relation& relation,
                         std::span<const ColumnNumber> columns)
    : transaction_(transaction), relation_(relation), columns_(columns), known_(columns.size()) {}

void ServerTexts::learn(size_t column, std::span<const std::string> texts) {
  std::unordered_set<std::string> unknown;
  for (const std::string& text : texts) {
    if (!known_[column].contains(text)) unknown.insert(text);
  }
  if (unknown.empty()) return;
  if (known_[column].size() + unknown.size() > kMostKnown) {
    known_[column].clear();
    unknown.insert(texts.begin(), texts.end());
  }
  const std::vector<Field> asked(unknown.begin(), unknown.end());
  const std::vector<Field> parameters = {array_text(asked)};
  const Column& of = *relation_.column(columns_[column]);
  try {
    const Rows rows = at_table(relation_, [&] {
      return transaction_.query(
          fmt::format("SELECT ({})::pg_catalog.text FROM"
                      " pg_catalog.unnest($1::pg_catalog.text[]) WITH ORDINALITY AS u(text, place)"
                      " ORDER BY u.place",
                      value_sql(of)),
          parameters, "read values of " + display_name(relation_) + "." + of.name);
    });
    for (size_t i = 0; i < asked.size(); ++i) known_[column][*asked[i]] = rows.text(i, 0);
  } catch (DatabaseError& error) {
    if (error.column.empty()) error.column = of.name;
    throw;
  }
}

void ServerTexts::replace(size_t column, ColumnBatch& texts) const {
  ColumnBatch replaced;
  begin_batch(ValueKind::kText, 0, texts.rows(), replaced);
  replaced.nulls = texts.nulls;
  {
    TextRows rows(replaced);
    std::string text;
    for (size_t row = 0; row < texts.rows(); ++row) {
      if (texts.nulls[row] == 0) {
        text = texts.text(row);
        rows.append(known_[column].at(text));
      }
      rows.end_row();
    }
  }
  texts = std::move(replaced);
}

void ServerTexts::learn_and_replace(size_t column, ColumnBatch& texts) {
  std::vector<std::string> all;
  for (size_t row = 0; row < texts.rows(); ++row) {
    if (texts.nulls[row] == 0) all.emplace_back(texts.text(row));
  }
  learn(column, all);
  replace(column, texts);
}

const std::string& ServerTexts::of(size_t column, const std::string& text) {
  learn(column, std::span(&text, 1));
  return known_[column].at(text);
}

}  // namespace resow

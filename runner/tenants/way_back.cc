#include "runner/tenants/way_back.h"

#include <fmt/format.h>

#include <algorithm>

#include "fixtures/catalog.h"
#include "runner/catalog/exact_sql.h"
#include "runner/catalog/row_values.h"
#include "runner/sql_text.h"

namespace resow {
namespace {

bool are_there(Transaction& transaction) {
  return transaction
      .query("SELECT pg_catalog.to_regclass('resow.way_back') IS NOT NULL", "look for ways back")
      .boolean(0, 0);
}

Field as_array(const std::vector<std::string>& texts) {
  const std::vector<Field> fields(texts.begin(), texts.end());
  return array_text(fields);
}

std::vector<std::string> texts_at(const Rows& rows, size_t row, size_t column) {
  std::vector<std::string> texts;
  for (const Field& field : array_elements(rows.text(row, column))) {
    texts.push_back(field.value_or(""));
  }
  return texts;
}

void drop_kept(Transaction& transaction, const std::vector<std::string>& tables) {
  for (const std::string& table : tables) {
    transaction.execute(
        fmt::format("DROP TABLE IF EXISTS {}", transaction.connection().quote_name("resow", table)),
        "forget what was lost");
  }
}

}  // namespace

void make_ways_back(Transaction& transaction) {
  if (are_there(transaction)) return;
  transaction.execute(
      "CREATE TABLE resow.way_back ("
      "run pg_catalog.int8 NOT NULL, schema pg_catalog.text NOT NULL,"
      " before pg_catalog.text NOT NULL, after pg_catalog.text NOT NULL,"
      " statements pg_catalog.text[] NOT NULL, kept pg_catalog.text[] NOT NULL,"
      " losses pg_catalog.text[] NOT NULL, loss_sql pg_catalog.text[] NOT NULL,"
      " notes pg_catalog.text[] NOT NULL, PRIMARY KEY (run, schema))",
      "make the table of ways back");
}

void keep_way_back(Transaction& transaction, int64_t run, const WayBack& way) {
  std::vector<std::string> losses;
  std::vector<std::string> loss_sql;
  for (const auto& [what, sql] : way.losses) {
    losses.push_back(what);
    loss_sql.push_back(sql);
  }
  const Field parameters[] = {
      std::to_string(run),      way.schema,         way.before,       way.after,
      as_array(way.statements), as_array(way.kept), as_array(losses), as_array(loss_sql),
      as_array(way.notes)};
  transaction.query(
      "INSERT INTO resow.way_back VALUES ($1::pg_catalog.int8, $2, $3, $4,"
      " $5::pg_catalog.text[], $6::pg_catalog.text[], $7::pg_catalog.text[],"
      " $8::pg_catalog.text[], $9::pg_catalog.text[])",
      parameters, "keep the way back");
}

std::vector<WayBack> ways_back(Transaction& transaction, int64_t run) {
  std::vector<WayBack> ways;
  if (!are_there(transaction)) return ways;
  const Field parameters[] = {std::to_string(run)};
  const Rows rows = transaction.query(
      exact("SELECT w.schema, w.before, w.after, w.statements, w.kept, w.losses, w.loss_sql,"
            " w.notes FROM resow.way_back w WHERE w.run == $1::@int8"),
      parameters, "read the ways back");
  for (size_t row = 0; row < rows.size(); ++row) {
    WayBack way;
    way.schema = text_at(rows, row, 0);
    way.before = text_at(rows, row, 1);
    way.after = text_at(rows, row, 2);
    way.statements = texts_at(rows, row, 3);
    way.kept = texts_at(rows, row, 4);
    const std::vector<std::string> losses = texts_at(rows, row, 5);
    const std::vector<std::string> loss_sql = texts_at(rows, row, 6);
    for (size_t i = 0; i < losses.size() && i < loss_sql.size(); ++i) {
      way.losses.emplace_back(losses[i], loss_sql[i]);
    }
    way.notes = texts_at(rows, row, 7);
    ways.push_back(std::move(way));
  }
  std::sort(ways.begin(), ways.end(),
            [](const WayBack& a, const WayBack& b) { return natural_less(a.schema, b.schema); });
  return ways;
}

void forget_way_back(Transaction& transaction, int64_t run, const WayBack& way) {
  drop_kept(transaction, way.kept);
  const Field parameters[] = {std::to_string(run), way.schema};
  transaction.query(
      exact("DELETE FROM resow.way_back w WHERE w.run == $1::@int8 AND w.schema == $2"), parameters,
      "forget the way back");
}

void forget_ways_back(Transaction& transaction) {
  if (!are_there(transaction)) return;
  const Rows rows =
      transaction.query(exact("DELETE FROM resow.way_back w WHERE NOT EXISTS"
                              " (SELECT FROM resow.run r WHERE r.id == w.run) RETURNING w.kept"),
                        "forget old ways back");
  for (size_t row = 0; row < rows.size(); ++row) drop_kept(transaction, texts_at(rows, row, 0));
}

}  // namespace resow

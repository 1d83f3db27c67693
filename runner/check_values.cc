#include "runner/check_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <sstream>
#include <string>
#include <utility>

#include "fixtures/expression.h"
#include "fixtures/partition_checks.h"
#include "fixtures/text.h"
#include "fixtures/written_values.h"
#include "runner/error_kinds.h"
#include "runner/server_texts.h"
#include "runner/sql_text.h"

namespace resow {
namespace {

constexpr size_t kMostOfCheck = 120;

// Why the server does not take one of these texts; "" when it takes all of them.
std::string refusal(Transaction& transaction, ServerTexts& server,
                    std::span<const std::string> texts) {
  try {
    transaction.savepoint([&] { server.learn(0, texts); });
  } catch (const DatabaseError& error) {
    if (!refuses_a_value(error)) {
      if (cannot_judge_here(error)) return "";
      throw;
    }
    return error.detail.empty() ? error.what() : fmt::format("{} ({})", error.what(), error.detail);
  }
  return "";
}

// The texts that are refused, each with the reason: all at once first, then by halves.
void find_refused(Transaction& transaction, ServerTexts& server, std::span<const std::string> texts,
                  std::map<std::string, std::string>& refused) {
  std::string why = refusal(transaction, server, texts);
  if (why.empty()) return;
  if (texts.size() == 1) {
    refused.emplace(texts.front(), std::move(why));
    return;
  }
  find_refused(transaction, server, texts.first(texts.size() / 2), refused);
  find_refused(transaction, server, texts.subspan(texts.size() / 2), refused);
}

using OfColumn = std::pair<size_t, ColumnNumber>;

// What follows the value in the fault, by column and text.
using Refusals = std::map<OfColumn, std::map<std::string, std::string>>;

// All that is asked about a column: columns that are alike ask the same.
std::string question(std::string_view about, const std::vector<std::string>& texts) {
  const std::vector<Field> fields(texts.begin(), texts.end());
  return fmt::format("{}\n{}", about, array_text(fields));
}

void find_unreadable(Transaction& transaction, const Catalog& catalog,
                     const std::vector<WrittenValue>& values, ValueVerdicts& verdicts,
                     Refusals& refusals) {
  std::map<OfColumn, std::set<std::string>> texts;
  for (const WrittenValue& value : values) {
    if (value.open) texts[{value.relation, value.column}].insert(value.text);
  }
  for (const auto& [of, set] : texts) {
    const Relation& relation = catalog.relations[of.first];
    const ColumnNumber number = of.second;
    const Column& column = *relation.column(number);
    const std::vector<std::string> all(set.begin(), set.end());
    refusals[of] = verdicts.unreadable.of(question(column.type_name, all), [&] {
      ServerTexts server(transaction, relation, std::span(&number, 1));
      std::map<std::string, std::string> refused;
      find_refused(transaction, server, all, refused);
      return refused;
    });
    for (auto& [text, why] : refusals[of]) {
      why = fmt::format("does not fit {} ({}): {}", column.name, column.type_name, why);
    }
  }
}

// A condition on one column, and what is said of a value that it refuses.
struct ColumnCheck {
  std::string expression;
  std::string refuses;
};

std::vector<ColumnCheck> checks_on(const Catalog& catalog, size_t index, ColumnNumber number) {
  const Relation& relation = catalog.relations[index];
  std::vector<ColumnCheck> checks;
  for (const Check& check : relation.checks) {
    if (check.columns.size() != 1 || check.columns.front() != number) continue;
    checks.push_back({check.expression, fmt::format("is refused by the check {}: {}", check.name,
                                                    shortened(check.expression, kMostOfCheck))});
  }
  for (const Check& check : partition_checks(catalog, index)) {
    const std::vector<std::string> columns = columns_of(parse_expression(check.expression));
    const bool alone = std::all_of(columns.begin(), columns.end(), [&](const std::string& name) {
      return name == relation.column(number)->name;
    });
    if (!alone || columns.empty()) continue;
    checks.push_back(
        {check.expression, fmt::format("lies in no partition of {}", display_name(relation))});
  }
  return checks;
}

// For each check the places, from 1, of the texts that it refuses; the texts are values of the
// column.
std::string refused_sql(const Connection& connection, const Catalog& catalog, const Column& column,
                        std::span<const ColumnCheck> checks) {
  std::string sql;
  for (const ColumnCheck& check : checks) {
    sql += fmt::format(
        "{}(SELECT pg_catalog.string_agg(t.\"resow place\"::pg_catalog.text, ' ') FROM v AS t"
        " WHERE ({}) IS FALSE)",
        sql.empty() ? "" : ", ", check.expression);
  }
  return fmt::format(
      "WITH v AS MATERIALIZED (SELECT u.text::{} AS {}, u.place AS \"resow place\""
      " FROM pg_catalog.unnest($1::pg_catalog.text[]) WITH ORDINALITY AS u(text, place)) SELECT {}",
      type_name(connection, catalog, column), connection.quote_name(column.name), sql);
}

// For each check the texts that it refuses. Asks all of the checks with one query. Where one cannot
// be asked about here (it raises an error, or names functions by the application's search_path),
// each by itself: that one is left to loading.
RefusedByChecks ask_checks(Transaction& transaction, const Catalog& catalog,
                           const Relation& relation, const Column& column,
                           std::span<const ColumnCheck> checks,
                           const std::vector<std::string>& texts) {
  const std::vector<Field> asked(texts.begin(), texts.end());
  const std::vector<Field> parameters = {array_text(asked)};
  RefusedByChecks refused(checks.size());
  try {
    transaction.savepoint([&] {
      const Rows rows =
          transaction.query(refused_sql(transaction.connection(), catalog, column, checks),
                            parameters, "ask the checks of " + display_name(relation));
      for (size_t i = 0; i < checks.size(); ++i) {
        if (rows.is_null(0, i)) continue;
        std::istringstream places{std::string(rows.text(0, i))};
        for (size_t place = 0; places >> place;) refused[i].push_back(texts.at(place - 1));
      }
    });
  } catch (const DatabaseError& error) {
    if (!refuses_a_value(error) && !cannot_judge_here(error)) throw;
    for (size_t i = 0; i < checks.size() && checks.size() > 1; ++i) {
      refused[i] =
          ask_checks(transaction, catalog, relation, column, checks.subspan(i, 1), texts).front();
    }
  }
  return refused;
}

void find_refused_by_checks(Transaction& transaction, const Catalog& catalog,
                            const std::vector<WrittenValue>& values, ValueVerdicts& verdicts,
                            Refusals& refusals) {
  std::map<OfColumn, std::set<std::string>> texts;
  for (const WrittenValue& value : values) {
    const OfColumn of{value.relation, value.column};
    if (!refusals[of].contains(value.text)) texts[of].insert(value.text);
  }
  for (const auto& [of, set] : texts) {
    const std::vector<ColumnCheck> checks = checks_on(catalog, of.first, of.second);
    if (checks.empty()) continue;
    const Relation& relation = catalog.relations[of.first];
    const Column& column = *relation.column(of.second);
    const std::vector<std::string> all(set.begin(), set.end());
    const std::string sql = refused_sql(transaction.connection(), catalog, column, checks);
    const RefusedByChecks refused = verdicts.by_checks.of(question(sql, all), [&] {
      return ask_checks(transaction, catalog, relation, column, checks, all);
    });
    for (size_t i = 0; i < checks.size(); ++i) {
      for (const std::string& text : refused[i]) refusals[of].emplace(text, checks[i].refuses);
    }
  }
}

}  // namespace

std::vector<Fault> check_values(Transaction& transaction, const Catalog& catalog,
                                const Dataset& dataset, const Scope& scope,
                                ValueVerdicts& verdicts) {
  const std::vector<WrittenValue> values = written_values(catalog, dataset, scope);
  Refusals refusals;
  find_unreadable(transaction, catalog, values, verdicts, refusals);
  find_refused_by_checks(transaction, catalog, values, verdicts, refusals);
  std::vector<Fault> faults;
  std::set<std::pair<Place, std::string>> told;
  for (const WrittenValue& value : values) {
    const auto& reasons = refusals[{value.relation, value.column}];
    const auto why = reasons.find(value.text);
    if (why == reasons.end() || !told.emplace(value.place, value.text).second) continue;
    const Column& column = *catalog.relations[value.relation].column(value.column);
    faults.push_back({value.place, value.shown + " " + why->second, "", {column.name}});
  }
  return faults;
}

}  // namespace resow

#include "runner/check_values.h"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>

#include "fixtures/text.h"
#include "fixtures/written_values.h"
#include "runner/server_texts.h"
#include "runner/sql_text.h"

namespace resow {
namespace {

constexpr size_t kMostOfCheck = 120;

// Data exceptions, checks of domains, and texts that have a syntax (tsquery, jsonpath).
bool refuses_a_value(const DatabaseError& error) {
  const std::string_view state = error.sqlstate;
  return !error.connection_lost &&
         (state.starts_with("22") || state.starts_with("23") || state == "42601");
}

// What the server could not find out here: a domain's check that names functions by the
// application's search_path. Loading will tell.
bool cannot_judge_here(const DatabaseError& error) {
  return !error.connection_lost && std::string_view(error.sqlstate).starts_with("42");
}

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

void find_unreadable(Transaction& transaction, const Catalog& catalog,
                     const std::vector<WrittenValue>& values, Refusals& refusals) {
  std::map<OfColumn, std::set<std::string>> texts;
  for (const WrittenValue& value : values) {
    if (value.open) texts[{value.relation, value.column}].insert(value.text);
  }
  for (const auto& [of, set] : texts) {
    ServerTexts server(transaction, catalog.relations[of.first], std::span(&of.second, 1));
    const std::vector<std::string> all(set.begin(), set.end());
    find_refused(transaction, server, all, refusals[of]);
    const Column& column = *catalog.relations[of.first].column(of.second);
    for (auto& [text, why] : refusals[of]) {
      why = fmt::format("does not fit {} ({}): {}", column.name, column.type_name, why);
    }
  }
}

// Those of the texts that a check on their column alone refuses. What a check cannot be asked about
// here (it raises an error, or names functions by the application's search_path) is left to
// loading.
void ask_check(Transaction& transaction, const Catalog& catalog, const Relation& relation,
               const Check& check, const std::vector<std::string>& texts,
               std::map<std::string, std::string>& refused) {
  const Connection& connection = transaction.connection();
  const Column& column = *relation.column(check.columns.front());
  const std::vector<Field> asked(texts.begin(), texts.end());
  const std::vector<Field> parameters = {array_text(asked)};
  try {
    transaction.savepoint([&] {
      const Rows rows = transaction.query(
          fmt::format("SELECT t.\"resow place\" FROM (SELECT u.text::{} AS {}, u.place AS"
                      " \"resow place\" FROM pg_catalog.unnest($1::pg_catalog.text[])"
                      " WITH ORDINALITY AS u(text, place) OFFSET 0) AS t WHERE ({}) IS FALSE",
                      type_name(connection, catalog, column), connection.quote_name(column.name),
                      check.expression),
          parameters, "ask a check of " + display_name(relation));
      for (size_t row = 0; row < rows.size(); ++row) {
        refused.emplace(texts[static_cast<size_t>(rows.integer(row, 0) - 1)],
                        fmt::format("is refused by the check {}: {}", check.name,
                                    shortened(check.expression, kMostOfCheck)));
      }
    });
  } catch (const DatabaseError& error) {
    if (!refuses_a_value(error) && !cannot_judge_here(error)) throw;
  }
}

void find_refused_by_checks(Transaction& transaction, const Catalog& catalog,
                            const std::vector<WrittenValue>& values, Refusals& refusals) {
  std::map<OfColumn, std::set<std::string>> texts;
  for (const WrittenValue& value : values) {
    const OfColumn of{value.relation, value.column};
    if (!refusals[of].contains(value.text)) texts[of].insert(value.text);
  }
  for (const auto& [of, set] : texts) {
    const Relation& relation = catalog.relations[of.first];
    const std::vector<std::string> all(set.begin(), set.end());
    for (const Check& check : relation.checks) {
      if (check.columns.size() != 1 || check.columns.front() != of.second) continue;
      ask_check(transaction, catalog, relation, check, all, refusals[of]);
    }
  }
}

}  // namespace

std::vector<Fault> check_values(Transaction& transaction, const Catalog& catalog,
                                const Dataset& dataset, const Scope& scope) {
  const std::vector<WrittenValue> values = written_values(catalog, dataset, scope);
  Refusals refusals;
  find_unreadable(transaction, catalog, values, refusals);
  find_refused_by_checks(transaction, catalog, values, refusals);
  std::vector<Fault> faults;
  std::set<std::pair<Place, std::string>> told;
  for (const WrittenValue& value : values) {
    const auto& reasons = refusals[{value.relation, value.column}];
    const auto why = reasons.find(value.text);
    if (why == reasons.end() || !told.emplace(value.place, value.text).second) continue;
    faults.push_back({value.place, value.shown + " " + why->second, ""});
  }
  return faults;
}

}  // namespace resow

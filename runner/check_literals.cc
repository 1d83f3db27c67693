#include "runner/check_literals.h"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>

#include "fixtures/open_literals.h"
#include "fixtures/text.h"
#include "runner/server_texts.h"

namespace resow {
namespace {

constexpr size_t kMostOfLiteral = 60;

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

}  // namespace

std::vector<Fault> check_literals(Transaction& transaction, const Catalog& catalog,
                                  const Dataset& dataset, const Scope& scope) {
  using Of = std::pair<size_t, ColumnNumber>;
  const std::vector<OpenLiteral> open = open_literals(catalog, dataset, scope);
  std::map<Of, std::set<std::string>> texts;
  for (const OpenLiteral& literal : open) {
    texts[{literal.relation, literal.column}].insert(literal.text);
  }
  std::map<Of, std::map<std::string, std::string>> refused;
  for (const auto& [of, values] : texts) {
    ServerTexts server(transaction, catalog.relations[of.first], std::span(&of.second, 1));
    const std::vector<std::string> all(values.begin(), values.end());
    find_refused(transaction, server, all, refused[of]);
  }
  std::vector<Fault> faults;
  std::set<std::pair<Place, std::string>> told;
  for (const OpenLiteral& literal : open) {
    const auto& reasons = refused[{literal.relation, literal.column}];
    const auto why = reasons.find(literal.text);
    if (why == reasons.end() || !told.emplace(literal.place, literal.text).second) continue;
    const Column& column = *catalog.relations[literal.relation].column(literal.column);
    faults.push_back(
        {literal.place,
         fmt::format("\"{}\" does not fit {} ({}): {}", shortened(literal.text, kMostOfLiteral),
                     column.name, column.type_name, why->second),
         ""});
  }
  return faults;
}

}  // namespace resow

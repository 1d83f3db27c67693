#include "runner/render_generators.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "generators/catalogue.h"
#include "generators/suggest_generator.h"
#include "runner/text_table.h"

namespace resow {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kLineWidth = 100;

// "first name" as names are mostly written.
std::string as_name(std::string_view words) {
  std::string name(words);
  std::replace(name.begin(), name.end(), ' ', '_');
  return name;
}

std::vector<std::string> names_of(const CatalogueEntry& entry, bool tables) {
  std::vector<std::string> names;
  for (const NameHint& hint : name_hints(entry.name)) {
    if ((hint.of == NameHint::Of::kTable) == tables) names.push_back(as_name(hint.words));
  }
  return names;
}

// Broken between words, each line after the first one indented.
std::string wrapped(std::string_view text, size_t indent) {
  std::string result;
  size_t width = indent;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find(' ', at), text.size());
    const std::string_view word = text.substr(at, end - at);
    at = end + 1;
    const size_t length = display_width(word);
    if (width > indent && width + 1 + length > kLineWidth) {
      result += "\n" + std::string(indent, ' ');
      width = indent;
    } else if (width > indent) {
      result += ' ';
      ++width;
    }
    result += word;
    width += length;
  }
  return result;
}

std::string chosen_for(const CatalogueEntry& entry) {
  const std::vector<std::string> columns = names_of(entry, false), tables = names_of(entry, true);
  std::string text;
  if (!columns.empty()) {
    text = fmt::format("for columns of {} named {}", entry.number ? "numbers" : "text",
                       fmt::join(columns, ", "));
  }
  if (!tables.empty()) {
    text += fmt::format("{}the name or title of a table named {}",
                        text.empty() ? "for " : "; and for ", fmt::join(tables, ", "));
  }
  return text;
}

}  // namespace

const char* locale_name(rule::Locale locale) {
  switch (locale) {
    case rule::Locale::kEnglish:
      return "en";
    case rule::Locale::kFrench:
      return "fr";
    case rule::Locale::kGerman:
      return "de";
  }
  return "";
}

std::string render_generators_text(rule::Locale locale, bool color) {
  size_t indent = 0;
  for (const CatalogueEntry& entry : catalogue()) indent = std::max(indent, entry.name.size() + 2);
  std::string text;
  for (const CatalogueEntry& entry : catalogue()) {
    const std::string blanks(indent, ' ');
    text += tinted(entry.name, Tint::kBold, color) + blanks.substr(entry.name.size()) +
            wrapped(example_of(entry, locale), indent) + "\n";
    const std::string names = chosen_for(entry);
    const std::string words =
        fmt::format("{}{}{}", entry.description, names.empty() ? "" : "; ", names);
    text += blanks + tinted(wrapped(words, indent), Tint::kDim, color) + "\n";
  }
  return text;
}

std::string render_generators_json(rule::Locale locale) {
  Json document = {{"command", "generators"},
                   {"outcome", "ok"},
                   {"locale", locale_name(locale)},
                   {"generators", Json::array()}};
  for (const CatalogueEntry& entry : catalogue()) {
    Json json = {{"generator", entry.name},
                 {"description", entry.description},
                 {"type", entry.number ? "number" : "text"},
                 {"example", example_of(entry, locale)}};
    if (entry.number) {
      json["least"] = entry.least;
      json["most"] = entry.most;
    } else if (entry.distinct_values != CatalogueEntry::kUnlimited) {
      json["distinct_values"] = entry.distinct_values;
    }
    json["columns"] = names_of(entry, false);
    json["tables"] = names_of(entry, true);
    document["generators"].push_back(std::move(json));
  }
  return document.dump(2) + "\n";
}

}  // namespace resow

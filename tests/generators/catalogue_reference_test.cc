// What docs/generators.md lists is the catalogue.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

#include "generators/catalogue.h"
#include "generators/suggest_generator.h"
#include "tests/support/samples.h"

namespace resow {
namespace {

constexpr const char* kDocument = "docs/generators.md";

// At most 40 characters, in the code that a cell of a table can hold.
std::string cell(std::string text) {
  constexpr size_t kMost = 40;
  size_t characters = 0, end = 0;
  for (; end < text.size(); ++end) {
    const bool begins = (static_cast<unsigned char>(text[end]) & 0xc0U) != 0x80U;
    if (begins && characters++ == kMost) break;
  }
  const bool cut = end < text.size();
  text.resize(end);
  while (text.ends_with(' ')) text.pop_back();
  return "`" + text + (cut ? "..." : "") + "`";
}

std::string examples() {
  std::string text = "| generator | what it gives | English | French | German |\n";
  text += "| --- | --- | --- | --- | --- |\n";
  for (const CatalogueEntry& entry : catalogue()) {
    text += "| `" + std::string(entry.name) + "` | " + std::string(entry.description);
    for (const auto locale : {rule::Locale::kEnglish, rule::Locale::kFrench, rule::Locale::kGerman})
      text += " | " + cell(example_of(entry, locale));
    text += " |\n";
  }
  return text;
}

std::string names_of(const CatalogueEntry& entry, bool tables) {
  std::string text;
  for (const NameHint& hint : name_hints(entry.name)) {
    if ((hint.of == NameHint::Of::kTable) != tables) continue;
    std::string name(hint.words);
    std::replace(name.begin(), name.end(), ' ', '_');
    text += (text.empty() ? "" : ", ") + name;
    if (hint.of == NameHint::Of::kFraction) text += " _(fractions)_";
  }
  return text;
}

std::string names() {
  std::string text = "| generator | column | `name` of the table |\n| --- | --- | --- |\n";
  for (const CatalogueEntry& entry : catalogue()) {
    const std::string columns = names_of(entry, false), tables = names_of(entry, true);
    if (columns.empty() && tables.empty()) continue;
    text += "| `" + std::string(entry.name) + "` | " + columns + " | " + tables + " |\n";
  }
  return text;
}

// The document with `text` as the paragraph that follows the mark.
std::string with_section(std::string document, std::string_view mark, const std::string& text) {
  const size_t begin = document.find(mark);
  if (begin == std::string::npos) throw std::runtime_error("no " + std::string(mark));
  const size_t from = begin + mark.size() + 2;
  const bool filled = document[from] == '|';
  const size_t end = document.find("\n\n", from);
  const size_t to = !filled ? from : end == std::string::npos ? document.size() : end + 1;
  return document.replace(from, to - from, filled ? text : text + "\n");
}

TEST(CatalogueReference, ListsTheCatalogue) {
  const std::string document = read_source_file(kDocument);
  std::string expected = with_section(document, "<!-- catalogue: examples -->", examples());
  expected = with_section(expected, "<!-- catalogue: names -->", names());
  if (std::getenv("RESOW_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(std::string(RESOW_SOURCE_DIR) + "/" + kDocument, std::ios::binary) << expected;
    return;
  }
  EXPECT_EQ(document, expected) << "RESOW_UPDATE_GOLDEN=1 writes it anew";
}

}  // namespace
}  // namespace resow

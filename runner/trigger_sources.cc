#include "runner/trigger_sources.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "fixtures/candidate_values.h"
#include "runner/sql_text.h"

namespace resow {
namespace {

bool is_word_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

char lowered(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

// An apostrophe in one is no quote.
std::string without_comments(std::string_view source) {
  std::string result;
  for (size_t i = 0; i < source.size(); ++i) {
    const std::string_view rest = source.substr(i);
    if (rest.starts_with("--")) {
      i = std::min(source.find('\n', i), source.size());
      result += '\n';
    } else if (rest.starts_with("/*")) {
      const size_t end = source.find("*/", i + 2);
      i = end == std::string_view::npos ? source.size() : end + 1;
      result += ' ';
    } else {
      result += source[i];
    }
  }
  return result;
}

}  // namespace

std::string sources_of_triggers(Transaction& transaction, const Relation& relation) {
  const Rows rows = transaction.query(
      "WITH RECURSIVE f(oid, prosrc, depth) AS ("
      " SELECT p.oid, p.prosrc, 0 FROM pg_catalog.pg_trigger AS t"
      " JOIN pg_catalog.pg_proc AS p ON p.oid OPERATOR(pg_catalog.=) t.tgfoid"
      " WHERE t.tgrelid OPERATOR(pg_catalog.=) " +
          std::to_string(relation.oid) +
          "::pg_catalog.oid AND NOT t.tgisinternal UNION"
          " SELECT p.oid, p.prosrc, f.depth OPERATOR(pg_catalog.+) 1"
          " FROM f JOIN pg_catalog.pg_proc AS p ON f.depth OPERATOR(pg_catalog.<) 2"
          " AND pg_catalog.strpos(f.prosrc, pg_catalog.concat(p.proname, '('))"
          " OPERATOR(pg_catalog.>) 0"
          " JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) p.pronamespace"
          " AND NOT (n.nspname OPERATOR(pg_catalog.=) ANY"
          " (ARRAY['pg_catalog', 'information_schema']::pg_catalog.name[])))"
          " (SELECT pg_catalog.concat('''', pg_catalog.replace("
          "pg_catalog.encode(t.tgargs, 'escape'), '\\000', ''' '''), '''')"
          " FROM pg_catalog.pg_trigger AS t WHERE t.tgrelid OPERATOR(pg_catalog.=) " +
          std::to_string(relation.oid) +
          "::pg_catalog.oid AND NOT t.tgisinternal AND t.tgnargs OPERATOR(pg_catalog.>) 0"
          " ORDER BY t.tgname) UNION ALL"
          " (SELECT prosrc FROM f GROUP BY oid, prosrc"
          " ORDER BY pg_catalog.min(depth), prosrc LIMIT 40)",
      "look at the triggers of " + display_name(relation));
  std::string sources;
  for (size_t i = 0; i < rows.size(); ++i) {
    sources += without_comments(rows.text(i, 0)) + "\n";
  }
  return sources;
}

std::vector<std::string> likely_words(const std::string& sources) {
  constexpr size_t kLongestPhrase = 30;
  std::vector<std::string> words = words_of(sources);
  std::erase_if(words, [](const std::string& word) {
    const bool pattern = word.find_first_of("^$[\\") != std::string::npos;
    return !pattern && word.size() > kLongestPhrase && word.find(' ') != std::string::npos;
  });
  const std::vector<std::string> documents = xml_documents(sources);
  words.insert(words.begin(), documents.begin(), documents.end());
  return words;
}

bool mentions(std::string_view text, std::string_view name) {
  const auto alike = [](char a, char b) { return lowered(a) == lowered(b); };
  for (auto at = text.begin();;) {
    at = std::search(at, text.end(), name.begin(), name.end(), alike);
    if (at == text.end()) return false;
    const auto after = at + static_cast<std::ptrdiff_t>(name.size());
    const bool starts = at == text.begin() || !is_word_character(*(at - 1));
    if (starts && (after == text.end() || !is_word_character(*after))) return true;
    ++at;
  }
}

std::vector<std::string> settings_in(std::string_view sources) {
  constexpr std::string_view kCall = "current_setting('";
  std::vector<std::string> names;
  for (size_t at = sources.find(kCall); at != std::string_view::npos;
       at = sources.find(kCall, at + 1)) {
    const std::string_view rest = sources.substr(at + kCall.size());
    std::string name(rest.substr(0, rest.find('\'')));
    const bool own = name.find('.') != std::string::npos &&
                     std::all_of(name.begin(), name.end(),
                                 [](char c) { return is_word_character(c) || c == '.'; });
    if (own && std::find(names.begin(), names.end(), name) == names.end()) {
      names.push_back(std::move(name));
    }
  }
  return names;
}

}  // namespace resow

#include "runner/connection_text.h"

#include <fmt/format.h>

#include <memory>

#include "runner/connection_pqxx.h"

namespace resow {

namespace {

bool is_secret(const PQconninfoOption& option) {
  const std::string_view keyword = option.keyword;
  const std::string_view shown_as = option.dispchar == nullptr ? "" : option.dispchar;
  return shown_as == "*" || keyword.ends_with("password") || keyword.ends_with("secret") ||
         keyword.starts_with("scram_");
}

struct FreeConninfo {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};

// REQUIRES: `conninfo` is a conninfo string or URI.
std::string conninfo_without_password(const std::string& conninfo) {
  char* message = nullptr;
  const std::unique_ptr<PQconninfoOption, FreeConninfo> options(
      PQconninfoParse(conninfo.c_str(), &message));
  PQfreemem(message);
  if (!options) return "";  // not to be read, so nobody can tell where a password is in it
  bool secret = false;
  std::string text;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val == nullptr) continue;
    if (is_secret(*option)) {
      secret = true;
      continue;
    }
    if (!text.empty()) text += ' ';
    text += fmt::format("{}={}", option->keyword, conninfo_value(option->val));
  }
  return secret ? text : conninfo;
}

}  // namespace

bool is_connection_uri(std::string_view text) {
  return text.starts_with("postgresql://") || text.starts_with("postgres://");
}

std::string conninfo_value(std::string_view value) {
  if (!value.empty() && value.find_first_of(" \t\n'\\") == std::string_view::npos) {
    return std::string(value);
  }
  std::string quoted = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

std::string dbname_without_password(const std::string& dbname) {
  const bool conninfo = is_connection_uri(dbname) || dbname.find('=') != std::string::npos;
  return conninfo ? conninfo_without_password(dbname) : dbname;
}

std::string without_password(const std::string& word) {
  const auto holds = [&](const char* part) { return word.find(part) != std::string::npos; };
  const bool conninfo = is_connection_uri(word) ||
                        (holds("=") && (holds("password") || holds("secret") || holds("scram_")));
  return conninfo ? conninfo_without_password(word) : word;
}

std::vector<std::string> conninfo_keywords() {
  const std::unique_ptr<PQconninfoOption, FreeConninfo> options(PQconndefaults());
  std::vector<std::string> keywords;
  for (const PQconninfoOption* option = options.get(); option && option->keyword; ++option) {
    keywords.emplace_back(option->keyword);
  }
  return keywords;
}

std::string driver_versions() {
  const int libpq = PQlibVersion();
  return fmt::format("libpqxx {}, libpq {}.{}", pqxx_version(), libpq / 10000, libpq % 10000);
}

}  // namespace resow

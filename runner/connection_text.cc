#include "runner/connection_text.h"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <memory>
#include <pqxx/version>
#include <string_view>

namespace resow {

namespace {

bool is_secret(std::string_view keyword) { return keyword.ends_with("password"); }

std::string conninfo_quoted(std::string_view value) {
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

bool is_conninfo(const std::string& dbname) {
  return dbname.find("password") != std::string::npos || dbname.starts_with("postgresql://") ||
         dbname.starts_with("postgres://");
}

}  // namespace

std::string without_password(const std::string& dbname) {
  if (!is_conninfo(dbname)) return dbname;
  char* message = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
      PQconninfoParse(dbname.c_str(), &message), &PQconninfoFree);
  PQfreemem(message);
  if (!options) return "";  // not to be read, so nobody can tell where a password is in it
  bool secret = false;
  std::string text;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val == nullptr) continue;
    if (is_secret(option->keyword)) {
      secret = true;
      continue;
    }
    if (!text.empty()) text += ' ';
    text += fmt::format("{}={}", option->keyword, conninfo_quoted(option->val));
  }
  return secret ? text : dbname;
}

std::string driver_versions() {
  const int libpq = PQlibVersion();
  return fmt::format("libpqxx {}, libpq {}.{}", PQXX_VERSION, libpq / 10000, libpq % 10000);
}

}  // namespace resow

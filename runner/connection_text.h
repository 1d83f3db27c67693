// What the driver knows about connection strings and itself, without a connection.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace resow {

bool is_connection_uri(std::string_view text);

// A value of a conninfo string: in quotes where it has to be.
std::string conninfo_value(std::string_view value);

// `dbname` (a name, conninfo or URI, as ConnectionOptions has it) without the passwords in it; ""
// where it looks like a conninfo and cannot be read.
std::string dbname_without_password(const std::string& dbname);

// Any word that may be a conninfo or URI by mistake: the same unless it is a URI or gives a value
// to a password.
std::string without_password(const std::string& word);

std::vector<std::string> conninfo_keywords();  // "host", "port", ...

std::string driver_versions();  // "libpqxx 6.4.5, libpq 15.20"

}  // namespace resow

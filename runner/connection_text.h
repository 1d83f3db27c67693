// What the driver knows about connection strings and itself, without a connection.
#pragma once

#include <string>

namespace resow {

// `dbname` (a name, conninfo or URI, as ConnectionOptions has it) without the passwords in it.
std::string without_password(const std::string& dbname);

std::string driver_versions();  // "libpqxx 6.4.5, libpq 15.20"

}  // namespace resow

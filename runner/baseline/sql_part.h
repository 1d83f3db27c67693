// A part of the SQL of schema resow, and what removes it again.
#pragma once

namespace resow {

struct SqlPart {
  const char* sql;        // makes it
  const char* functions;  // the functions that it makes, as REVOKE and DROP name them
  const char* drop = "";  // removes what else it makes, once no function is left
};

}  // namespace resow

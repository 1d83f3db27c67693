#pragma once

#include <string>

#include "fixtures/report.h"
#include "runner/connection.h"

namespace resow {

// What a report keeps of an error.
DatabaseFailure database_failure(const DatabaseError& error);

// Whether it says more about the server, the session or other sessions than about the statement and
// its rows: another one would meet the same.
bool is_about_the_session(const DatabaseError& error);

// One line: "COPY user_1.jobs: invalid input value ... (SQLSTATE 22P02)".
std::string to_string(const DatabaseFailure& failure);

}  // namespace resow

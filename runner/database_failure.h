#pragma once

#include <string>

#include "fixtures/report.h"
#include "runner/connection.h"

namespace resow {

// What a report keeps of an error.
DatabaseFailure database_failure(const DatabaseError& error);

// One line: "COPY user_1.jobs: invalid input value ... (SQLSTATE 22P02)".
std::string to_string(const DatabaseFailure& failure);

}  // namespace resow

// What an error of the server says about values that it was asked to take.
#pragma once

#include "runner/connection.h"

namespace resow {

// Data exceptions, checks of domains, and texts that have a syntax (tsquery, jsonpath).
bool refuses_a_value(const DatabaseError& error);

// What the server could not find out here: what it may not read, or an expression that names
// functions by the application's search_path. Loading will tell.
bool cannot_judge_here(const DatabaseError& error);

}  // namespace resow

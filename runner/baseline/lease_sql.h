// The SQL of leases: a session takes a schema that has a baseline for itself, and gives it back
// rewound. What it holds is a session-level advisory lock, which the server frees when the session
// ends, however it ends.
#pragma once

namespace resow {

// Run after the tables of schema resow were made.
extern const char* const kLeaseSql;

// What removes it, before they go.
extern const char* const kDropLeaseSql;

}  // namespace resow

// What commands about whole schemas have in common: they are chosen, and something is printed.
#pragma once

#include <string>
#include <vector>

#include "fixtures/pattern.h"
#include "runner/connection.h"
#include "runner/options.h"

namespace resow {

// Throws InputError for a format that is about tests, and but for a command that has a `page` for
// HTML.
void require_text_or_json(const CommonOptions& common, const char* command, bool page = false);

// Every schema but the server's own, those of extensions and the one where resow keeps things, in
// natural order.
std::vector<std::string> users_schemas(Transaction& transaction);

// The server's own name for the database.
std::string database_name(Transaction& transaction);

// Those of `known` that are asked for. Throws InputError for a pattern that matches none of them;
// `what` they are: "schema".
std::vector<std::string> choose_schemas(const std::vector<std::string>& known,
                                        const Selection& asked, const char* what);

// To stdout. Returns the exit status.
int print_text(const std::string& text);

}  // namespace resow

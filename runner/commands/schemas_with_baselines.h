// What baseline and rewind have in common: schemas are chosen, and something is printed.
#pragma once

#include <string>
#include <vector>

#include "fixtures/pattern.h"
#include "runner/options.h"

namespace resow {

// Throws InputError for a format that is about tests.
void require_text_or_json(const CommonOptions& common, const char* command);

// Those of `known` that are asked for. Throws InputError for a pattern that matches none of them;
// `what` they are: "schema".
std::vector<std::string> choose_schemas(const std::vector<std::string>& known,
                                        const Selection& asked, const char* what);

// To stdout. Returns the exit status.
int print_text(const std::string& text);

}  // namespace resow

// What the functions of triggers say of the rows that they take.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fixtures/catalog.h"
#include "runner/connection.h"

namespace resow {

// What a table's triggers are called with, their functions, and those that they call, one after the
// other; without comments.
std::string sources_of_triggers(Transaction& transaction, const Relation& relation);

// Whether a text has a name in it, as a word; in whatever case.
bool mentions(std::string_view text, std::string_view name);

// The strings and numbers in functions, without what is said in whole sentences; before them, where
// they speak of XML, documents.
std::vector<std::string> likely_words(const std::string& sources);

// The application's own settings that functions read: "app.tenant" of
// current_setting('app.tenant').
std::vector<std::string> settings_in(std::string_view sources);

}  // namespace resow

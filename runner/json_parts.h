// Parts that the JSON documents of several commands have in common.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include "fixtures/report.h"

namespace resow {

// Puts a text in, if there is any.
void put_text(nlohmann::ordered_json& object, const char* key, const std::string& text);

nlohmann::ordered_json text_or_null(const std::string& text);  // null for ""

// "faults" and "database_errors", as docs/report.schema.json describes them.
void add_failures(const Report& report, nlohmann::ordered_json& document);

// "timings": seconds of each phase.
nlohmann::ordered_json timings_json(const std::vector<std::pair<std::string, double>>& timings);

// As it is printed: indented, with what is not UTF-8 replaced, and a newline at its end.
std::string document_text(const nlohmann::ordered_json& document);

}  // namespace resow

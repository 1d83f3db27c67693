// Parts that the JSON documents of several commands have in common.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include "fixtures/report.h"

namespace resow {

// "faults" and "database_errors", as docs/report.schema.json describes them.
void add_failures(const Report& report, nlohmann::ordered_json& document);

// "timings": seconds of each phase.
nlohmann::ordered_json timings_json(const std::vector<std::pair<std::string, double>>& timings);

}  // namespace resow

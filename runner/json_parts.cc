#include "runner/json_parts.h"

#include <nlohmann/json.hpp>

namespace resow {
namespace {

using JsonPart = nlohmann::ordered_json;

JsonPart fault_json(const Fault& fault) {
  JsonPart json = JsonPart::object();
  put_text(json, "where", fault.where);
  json["what"] = fault.what;
  put_text(json, "mend", fault.mend);
  return json;
}

JsonPart database_failure_json(const DatabaseFailure& failure) {
  JsonPart json = {{"message", failure.message}};
  put_text(json, "sqlstate", failure.sqlstate);
  put_text(json, "step", failure.step);
  put_text(json, "schema", failure.schema);
  put_text(json, "table", failure.table);
  put_text(json, "column", failure.column);
  put_text(json, "constraint", failure.constraint);
  put_text(json, "detail", failure.detail);
  put_text(json, "hint", failure.hint);
  put_text(json, "context", failure.context);
  if (failure.in_doubt) json["in_doubt"] = true;
  return json;
}

}  // namespace

void put_text(nlohmann::ordered_json& object, const char* key, const std::string& text) {
  if (!text.empty()) object[key] = text;
}

nlohmann::ordered_json text_or_null(const std::string& text) {
  return text.empty() ? JsonPart(nullptr) : JsonPart(text);
}

void add_failures(const Report& report, nlohmann::ordered_json& document) {
  JsonPart& faults = document["faults"] = JsonPart::array();
  for (const Fault& fault : report.faults) faults.push_back(fault_json(fault));
  JsonPart& errors = document["database_errors"] = JsonPart::array();
  for (const DatabaseFailure& failure : report.database_errors) {
    errors.push_back(database_failure_json(failure));
  }
}

nlohmann::ordered_json timings_json(const std::vector<std::pair<std::string, double>>& timings) {
  JsonPart json = JsonPart::object();
  for (const auto& [phase, seconds] : timings) {
    json[phase] = json.value(phase, 0.0) + seconds;
  }
  return json;
}

std::string document_text(const nlohmann::ordered_json& document) {
  return document.dump(2, ' ', false, JsonPart::error_handler_t::replace) + "\n";
}

}  // namespace resow

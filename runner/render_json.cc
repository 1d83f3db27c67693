#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "runner/json_parts.h"
#include "runner/render.h"

namespace resow {

namespace {

using Json = nlohmann::ordered_json;

void put(Json& object, const char* key, const std::optional<int64_t>& number) {
  if (number) object[key] = *number;
}

Json breakdown_json(const Breakdown& breakdown) {
  Json counts = Json::array();
  for (const auto& [value, rows] : breakdown.counts) {
    counts.push_back({{"value", value ? Json(*value) : Json(nullptr)}, {"rows", rows}});
  }
  return {{"column", breakdown.column}, {"counts", std::move(counts)}};
}

Json table_json(const TableReport& table) {
  Json json = {{"table", table.table}};
  put(json, "removed", table.removed);
  put(json, "seeded", table.seeded);
  put(json, "expected", table.expected);
  if (table.expected_between) {
    json["expected_between"] = {table.expected_between->first, table.expected_between->second};
  }
  put(json, "actual", table.actual);
  put_text(json, "strategy", table.strategy);
  put_text(json, "why", table.why);
  if (!table.partitions.empty()) json["partitions"] = table.partitions;
  if (!table.by.empty()) {
    json["by"] = Json::array();
    for (const Breakdown& breakdown : table.by) json["by"].push_back(breakdown_json(breakdown));
  }
  if (!table.not_compared.empty()) {
    json["not_compared"] = Json::array();
    for (const auto& [column, why] : table.not_compared) {
      json["not_compared"].push_back({{"column", column}, {"why", why}});
    }
  }
  return json;
}

Json check_json(const CheckReport& check) {
  Json json = Json::object();
  put_text(json, "table", check.table);
  json["check"] = check.what;
  json["passed"] = check.differences.empty();
  return json;
}

Json schema_json(const std::string& name, const SchemaReport& unit) {
  Json json = {{"schema", name}, {"outcome", to_string(unit.outcome)}};
  if (name != unit.schema) json["unit"] = unit.schema;
  json["tables"] = Json::array();
  for (const TableReport& table : unit.tables) {
    if (table.schema == name) json["tables"].push_back(table_json(table));
  }
  json["preserved"] = Json::array();
  for (const auto& [table, why] : unit.preserved) {
    json["preserved"].push_back({{"table", table}, {"why", why}});
  }
  if (!unit.left_out.empty()) {
    json["left_out"] = Json::array();
    for (const auto& [table, why] : unit.left_out) {
      json["left_out"].push_back({{"table", table}, {"why", why}});
    }
  }
  json["checks"] = Json::array();
  for (const CheckReport& check : unit.checks) {
    if (check.schema == name) json["checks"].push_back(check_json(check));
  }
  if (!unit.notes.empty()) json["notes"] = unit.notes;
  put_text(json, "error", unit.error);
  return json;
}

// The schemas of a unit in the order in which their tables come; one that changes together with
// others is an entry of its own, so that every schema is found under its name.
std::vector<std::string> schemas_of(const SchemaReport& unit) {
  std::vector<std::string> names;
  const auto add = [&](const std::string& name) {
    for (const std::string& known : names) {
      if (known == name) return;
    }
    names.push_back(name);
  };
  for (const TableReport& table : unit.tables) add(table.schema);
  for (const CheckReport& check : unit.checks) add(check.schema);
  if (names.empty()) names.push_back(unit.schema);
  return names;
}

Json difference_json(const Difference& difference) {
  Json json = {{"schema", difference.schema}, {"table", difference.table}};
  put_text(json, "key", difference.key);
  put_text(json, "column", difference.column);
  json["expected"] = difference.expected;
  json["actual"] = difference.actual;
  put_text(json, "place", difference.place);
  return json;
}

}  // namespace

std::string json_version() {
  return fmt::format("nlohmann_json {}.{}.{}", NLOHMANN_JSON_VERSION_MAJOR,
                     NLOHMANN_JSON_VERSION_MINOR, NLOHMANN_JSON_VERSION_PATCH);
}

std::string render_json(const Report& report) {
  Json json = {{"command", report.command},
               {"outcome", to_string(report.outcome)},
               {"database", report.database.empty() ? Json(nullptr) : Json(report.database)}};
  json["schemas"] = Json::array();
  for (const SchemaReport& unit : report.schemas) {
    for (const std::string& name : schemas_of(unit)) {
      json["schemas"].push_back(schema_json(name, unit));
    }
  }
  json["differences"] = Json::array();
  for (const Difference& difference : report.differences) {
    json["differences"].push_back(difference_json(difference));
  }
  add_failures(report, json);
  if (report.run) json["run"] = *report.run;
  put_text(json, "guard", report.guard);
  put_text(json, "next_command", report.next_command);
  json["timings"] = timings_json(report.timings);
  // Names in a database of encoding SQL_ASCII need not be UTF-8; the document is.
  return document_text(json);
}

}  // namespace resow

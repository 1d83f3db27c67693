#include <nlohmann/json.hpp>
#include <string>

#include "runner/audit/render_audit.h"
#include "runner/json_parts.h"

namespace resow {
namespace {

using AuditJson = nlohmann::ordered_json;

AuditJson json_of_places(const Places& places) {
  AuditJson json = {{"count", places.count}, {"first", AuditJson::array()}};
  for (const CodePlace& place : places.first) {
    json["first"].push_back({{"file", place.file}, {"line", place.line}});
  }
  return json;
}

AuditJson json_of_links(const std::vector<TableLink>& links) {
  AuditJson json = AuditJson::array();
  for (const TableLink& link : links) {
    json.push_back(
        {{"table", link.table}, {"columns", link.columns}, {"constraint", link.constraint}});
  }
  return json;
}

AuditJson json_of_use(const TableUse& use) {
  return {{"table_scans", use.table_scans},
          {"index_scans", use.index_scans},
          {"inserted", use.inserted},
          {"updated", use.updated},
          {"deleted", use.deleted},
          {"last_table_scan", text_or_null(use.last_table_scan)},
          {"last_index_scan", text_or_null(use.last_index_scan)}};
}

AuditJson json_of_decision(const Decision& decision) {
  AuditJson json = {{"verdict", to_string(decision.verdict)}, {"reason", decision.reason}};
  if (!decision.by.empty()) json["by"] = decision.by;
  if (!decision.on.empty()) json["on"] = decision.on;
  return json;
}

void add_names(const AuditedTable& table, AuditJson& json) {
  json["dependents"] = AuditJson::array();
  for (const TableDependent& dependent : table.dependents) {
    json["dependents"].push_back({{"kind", dependent.kind},
                                  {"schema", dependent.schema},
                                  {"name", dependent.name},
                                  {"by_text", dependent.by_text}});
  }
  json["names_nothing"] = AuditJson::array();
  for (const DeadName& dead : table.dead_names) {
    AuditJson name = {{"name", dead.name}, {"where", dead.where}, {"certain", dead.certain}};
    if (!dead.why.empty()) name["why"] = dead.why;
    json["names_nothing"].push_back(std::move(name));
  }
  json["same_columns"] = AuditJson::array();
  for (const SameColumns& other : table.same_columns) {
    json["same_columns"].push_back({{"table", other.table},
                                    {"shared", other.shared},
                                    {"own", other.own},
                                    {"same", other.same}});
  }
}

AuditJson json_of_table(const AuditedTable& table, bool code) {
  AuditJson json = {{"table", table.table},
                    {"schemas", table.schemas},
                    {"verdict", to_string(table.verdict())},
                    {"suggested", to_string(table.found)},
                    {"open", table.is_open()},
                    {"rows", table.rows ? AuditJson(*table.rows) : AuditJson(nullptr)},
                    {"rows_exact", table.rows.has_value() && table.exact},
                    {"bytes", table.bytes},
                    {"comment", text_or_null(table.comment)}};
  if (table.schemas.size() > 1 && table.rows) {
    json["rows_between"] = {table.least_rows, table.most_rows};
  }
  json["reasons"] = AuditJson::array();
  for (const Reason& reason : table.reasons) {
    json["reasons"].push_back({{"reason", to_string(reason.kind)},
                               {"towards", to_string(reason.towards)},
                               {"text", reason.text}});
  }
  if (table.decision) json["decision"] = json_of_decision(*table.decision);
  json["objections"] = table.objections;
  if (table.use) json["use"] = json_of_use(*table.use);
  json["refers_to"] = json_of_links(table.refers_to);
  json["referred_by"] = json_of_links(table.referred_by);
  add_names(table, json);
  if (code) {
    json["mentions"] = {{"code", json_of_places(table.mentions.code)},
                        {"similar", json_of_places(table.mentions.similar)},
                        {"comments", json_of_places(table.mentions.comments)},
                        {"migrations", json_of_places(table.mentions.migrations)}};
  }
  return json;
}

AuditJson json_of_finding(const AuditFinding& finding) {
  AuditJson json = {{"finding", to_string(finding.kind)},
                    {"schemas", finding.schemas},
                    {"table", text_or_null(finding.table)},
                    {"name", finding.name},
                    {"text", finding.text},
                    {"mend", text_or_null(finding.mend)},
                    {"accepted", text_or_null(finding.accepted)}};
  if (finding.share) json["share"] = *finding.share;
  if (finding.exact) json["exact"] = *finding.exact;
  return json;
}

}  // namespace

std::string render_audit_json(const Audit& audit, const std::string& script) {
  AuditJson json = {{"command", "audit"},
                    {"outcome", audit.open() == 0 ? "ok" : "differences"},
                    {"database", audit.database},
                    {"user", audit.user},
                    {"server_version", audit.server_version},
                    {"counted_since", text_or_null(audit.counted_since)},
                    {"decisions", text_or_null(audit.decisions_file)},
                    {"open", audit.open()}};
  if (!script.empty()) json["script"] = script;
  if (audit.code.looked()) {
    json["code"] = {{"trees", audit.code.trees},
                    {"files", audit.code.files},
                    {"bytes", audit.code.bytes},
                    {"binary", audit.code.binary},
                    {"unreadable", audit.code.unreadable}};
  }
  json["groups"] = audit.groups;
  json["tables"] = AuditJson::array();
  for (const AuditedTable& table : audit.tables) {
    json["tables"].push_back(json_of_table(table, audit.code.looked()));
  }
  json["findings"] = AuditJson::array();
  for (const AuditFinding& finding : audit.findings) {
    json["findings"].push_back(json_of_finding(finding));
  }
  json["notes"] = audit.notes;
  return document_text(json);
}

}  // namespace resow

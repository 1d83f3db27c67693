#include "runner/audit/audit_words.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "fixtures/table_names.h"
#include "fixtures/text.h"
#include "runner/bytes_text.h"

namespace resow {

std::string rows_of_audited(const AuditedTable& table) {
  if (!table.rows) return "? rows";
  return (table.exact ? "" : "~") + count_of_things(*table.rows, "row");
}

// The last moment that the statistics tell of; else whether they tell of anything.
std::string use_of_audited(const AuditedTable& table) {
  constexpr size_t kDay = 10;
  if (!table.use) return "";
  const TableUse& use = *table.use;
  const std::string last = std::max(use.last_index_scan, use.last_table_scan);
  if (!last.empty()) return last.substr(0, kDay);
  std::vector<std::string> parts;
  if (use.index_scans > 0) parts.push_back(count_of_things(use.index_scans, "index scan"));
  if (const int64_t written = use.inserted + use.updated + use.deleted; written > 0) {
    parts.push_back(count_of_things(written, "row") + " written");
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string mentions_text(const char* what, const Places& places) {
  if (places.count == 0) return "";
  std::vector<std::string> texts;
  for (const CodePlace& place : places.first) {
    texts.push_back(to_string(place));
  }
  const int64_t more = places.count - static_cast<int64_t>(places.first.size());
  return fmt::format("{}: {}{}", what, fmt::join(texts, ", "),
                     more > 0 ? fmt::format(" and {} more", with_thousands(more)) : "");
}

std::vector<std::string> audit_head(const Audit& audit) {
  constexpr int kMajor = 10000;
  constexpr size_t kDay = 10;
  const auto count = [&](Verdict verdict) {
    return with_thousands(static_cast<int64_t>(
        std::count_if(audit.tables.begin(), audit.tables.end(),
                      [&](const AuditedTable& table) { return table.verdict() == verdict; })));
  };
  const auto empty = std::count_if(audit.tables.begin(), audit.tables.end(),
                                   [](const AuditedTable& table) { return table.is_empty(); });
  std::vector<std::string> head;
  head.push_back(fmt::format("{}, PostgreSQL {}.{}, as {}", audit.database,
                             audit.server_version / kMajor, audit.server_version % kMajor,
                             audit.user));
  head.push_back(audit.counted_since.empty()
                     ? std::string("statistics count since the database was made, or the server's "
                                   "last crash")
                     : "statistics count since " + audit.counted_since.substr(0, kDay));
  head.push_back(audit.code.looked()
                     ? fmt::format("code: {} ({}, {})", fmt::join(audit.code.trees, ", "),
                                   count_of_things(audit.code.files, "file"),
                                   bytes_text(audit.code.bytes))
                     : std::string("code: none was looked at (--code PATH)"));
  head.push_back(fmt::format("{}, {} of them empty: keep {}, remove {}, ask {}",
                             count_of_things(static_cast<int64_t>(audit.tables.size()), "table"),
                             with_thousands(static_cast<int64_t>(empty)), count(Verdict::kKeep),
                             count(Verdict::kRemove), count(Verdict::kAsk)));
  return head;
}

std::string decision_text(const Audit& audit, const Decision& decision) {
  std::string who;
  if (!decision.by.empty()) who += " by " + decision.by;
  if (!decision.on.empty()) who += " on " + decision.on;
  return fmt::format("{} decides{}: {}",
                     decision.place == kNamedRemoval ? kNamedRemoval : audit.decisions_file, who,
                     decision.reason);
}

std::string place_of_finding(const AuditFinding& finding) {
  std::string place = finding.schemas.front() == "public" ? "" : finding.schemas.front() + ".";
  if (!finding.table.empty()) place += finding.table + ".";
  place += finding.name;
  if (finding.schemas.size() > 1) {
    place += fmt::format(" (in {})",
                         count_of_things(static_cast<int64_t>(finding.schemas.size()), "schema"));
  }
  return place;
}

std::vector<std::string> audit_notes(const Audit& audit) {
  std::vector<std::string> notes = audit.notes;
  std::vector<std::string> unreadable;
  for (const AuditedTable& table : audit.tables) {
    if (!table.rows) unreadable.push_back(table.display());
  }
  if (!unreadable.empty()) {
    notes.push_back(fmt::format("this role may not read {}: {}",
                                count_of_things(static_cast<int64_t>(unreadable.size()), "table"),
                                list_names(unreadable, 10)));
  }
  if (audit.code.binary > 0) {
    notes.push_back(fmt::format("{} no text: not looked at",
                                audit.code.binary == 1
                                    ? std::string("1 file is")
                                    : count_of_things(audit.code.binary, "file") + " are"));
  }
  if (!audit.code.unreadable.empty()) {
    notes.push_back("could not be read, or is too large: " + list_names(audit.code.unreadable, 10));
  }
  return notes;
}

std::string audit_end(const Audit& audit) {
  const size_t open = audit.open();
  if (open == 0) return "Nothing is left to decide.";
  const auto tables = static_cast<int64_t>(
      std::count_if(audit.tables.begin(), audit.tables.end(),
                    [](const AuditedTable& table) { return table.is_open(); }));
  return fmt::format("To decide: {}, {}.", count_of_things(tables, "table"),
                     count_of_things(static_cast<int64_t>(open) - tables, "finding"));
}

}  // namespace resow

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <vector>

#include "fixtures/table_names.h"
#include "fixtures/text.h"
#include "runner/audit/render_audit.h"
#include "runner/bytes_text.h"
#include "runner/text_table.h"

namespace resow {
namespace {

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

std::vector<std::string> links_of(const std::vector<TableLink>& links, bool out) {
  std::vector<std::string> texts;
  for (const TableLink& link : links) {
    texts.push_back(out ? fmt::format("{} ({})", link.table, link.columns)
                        : fmt::format("{}.{}", link.table, link.columns));
  }
  return texts;
}

std::string mentioned(const char* what, const Places& places) {
  if (places.count == 0) return "";
  std::vector<std::string> texts;
  for (const CodePlace& place : places.first) {
    texts.push_back(to_string(place));
  }
  const int64_t more = places.count - static_cast<int64_t>(places.first.size());
  return fmt::format("{}: {}{}", what, fmt::join(texts, ", "),
                     more > 0 ? fmt::format(" and {} more", with_thousands(more)) : "");
}

class AuditText {
 public:
  AuditText(const Audit& audit, const TextStyle& style) : audit_(audit), style_(style) {}

  std::string render() {
    if (!style_.quiet) add_head();
    add_tables(Verdict::kRemove);
    add_tables(Verdict::kAsk);
    if (!style_.quiet) add_kept_empty();
    if (!style_.quiet) add_kept_with_rows();
    add_findings();
    if (!style_.quiet) add_notes();
    add_end();
    return std::move(out_);
  }

 private:
  void line(size_t indent, const std::string& text) {
    if (!text.empty()) out_ += std::string(indent, ' ') + one_line(text) + "\n";
  }
  // Already tinted: its escapes are ours.
  void heading(const std::string& text) {
    out_ += (out_.empty() ? "" : "\n") + tinted(text, Tint::kBold, style_.color) + "\n";
  }
  int64_t count(Verdict verdict) const {
    return std::count_if(audit_.tables.begin(), audit_.tables.end(),
                         [&](const AuditedTable& t) { return t.verdict() == verdict; });
  }

  void add_head() {
    constexpr int kMajor = 10000;
    constexpr size_t kDay = 10;
    line(0,
         fmt::format("{}, PostgreSQL {}.{}, as {}", audit_.database, audit_.server_version / kMajor,
                     audit_.server_version % kMajor, audit_.user));
    line(0, audit_.counted_since.empty()
                ? std::string(
                      "statistics count since the database was made, or the server's last crash")
                : fmt::format("statistics count since {}", audit_.counted_since.substr(0, kDay)));
    if (audit_.code.looked()) {
      line(0,
           fmt::format("code: {} ({}, {})", fmt::join(audit_.code.trees, ", "),
                       count_of_things(audit_.code.files, "file"), bytes_text(audit_.code.bytes)));
    } else {
      line(0, "code: none was looked at (--code PATH)");
    }
    const auto empty = std::count_if(audit_.tables.begin(), audit_.tables.end(),
                                     [](const AuditedTable& table) { return table.is_empty(); });
    line(0, fmt::format(
                "{}, {} of them empty: keep {}, remove {}, ask {}",
                count_of_things(static_cast<int64_t>(audit_.tables.size()), "table"),
                with_thousands(static_cast<int64_t>(empty)), with_thousands(count(Verdict::kKeep)),
                with_thousands(count(Verdict::kRemove)), with_thousands(count(Verdict::kAsk))));
  }

  void add_tables(Verdict verdict) {
    bool any = false;
    for (const AuditedTable& table : audit_.tables) {
      if (table.verdict() != verdict || (style_.quiet && !table.is_open())) continue;
      if (!any) {
        heading(
            fmt::format("{}: {}", to_string(verdict), count_of_things(count(verdict), "table")));
      }
      any = true;
      add_table(table);
    }
  }

  void add_table(const AuditedTable& table) {
    line(2, fmt::format("{}: {}, {}{}", table.display(), rows_of_audited(table),
                        bytes_text(table.bytes), table.is_open() ? "" : ", decided"));
    if (table.decision) add_decision(table);
    for (const Reason& reason : table.reasons) line(4, "- " + reason.text);
    for (const std::string& objection : table.objections) line(4, "but " + objection);
    if (!table.comment.empty()) line(4, "comment: " + table.comment);
    if (!table.refers_to.empty()) {
      line(4, "refers to " + list_names(links_of(table.refers_to, true), 5));
    }
    if (!table.referred_by.empty()) {
      line(4, "referred to by " + list_names(links_of(table.referred_by, false), 5));
    }
    if (const std::string use = use_of_audited(table); !use.empty()) line(4, "used: " + use);
    line(4, mentioned("in comments and prose", table.mentions.comments));
    line(4, mentioned("in migrations", table.mentions.migrations));
  }

  void add_decision(const AuditedTable& table) {
    const Decision& decision = *table.decision;
    std::string who;
    if (!decision.by.empty()) who += " by " + decision.by;
    if (!decision.on.empty()) who += " on " + decision.on;
    line(4, fmt::format("{} decides{}: {}",
                        decision.place == kNamedRemoval ? kNamedRemoval : audit_.decisions_file,
                        who, decision.reason));
    if (decision.verdict != table.found) {
      line(4, fmt::format("(the facts speak for: {})", to_string(table.found)));
    }
  }

  void add_kept_empty() {
    bool any = false;
    for (const AuditedTable& table : audit_.tables) {
      if (table.verdict() != Verdict::kKeep || !table.is_empty()) continue;
      if (!any) heading("keep, though empty");
      any = true;
      std::string why;
      if (table.decision) {
        why = table.decision->reason;
      } else {
        for (const Reason& reason : table.reasons) {
          if (reason.towards == Verdict::kKeep) why += (why.empty() ? "" : "; ") + reason.text;
        }
      }
      line(2, fmt::format("{}: {}", table.display(), why));
    }
  }

  void add_kept_with_rows() {
    std::vector<std::vector<std::string>> rows;
    for (const AuditedTable& table : audit_.tables) {
      if (table.verdict() != Verdict::kKeep || table.is_empty()) continue;
      const std::string count =
          table.rows ? (table.exact ? "" : "~") + with_thousands(*table.rows) : "?";
      rows.push_back({one_line(table.display()), count, bytes_text(table.bytes),
                      use_of_audited(table), number(table.refers_to.size()),
                      number(table.referred_by.size()), number(table.dependents.size()),
                      audit_.code.looked() ? with_thousands(table.mentions.code.count) : "?"});
    }
    if (rows.empty()) return;
    heading("keep, with rows");
    out_ += text_table({{"table"},
                        {"rows", true},
                        {"size", true},
                        {"used"},
                        {"refers to", true},
                        {"referred by", true},
                        {"dependents", true},
                        {"code", true}},
                       rows, 2, style_.color);
  }
  static std::string number(size_t count) { return with_thousands(static_cast<uint64_t>(count)); }

  static std::string place_of(const AuditFinding& finding) {
    std::string place = finding.schemas.front() == "public" ? "" : finding.schemas.front() + ".";
    if (!finding.table.empty()) place += finding.table + ".";
    place += finding.name;
    if (finding.schemas.size() > 1) {
      place += fmt::format(" (in {})",
                           count_of_things(static_cast<int64_t>(finding.schemas.size()), "schema"));
    }
    return place;
  }

  void add_findings() {
    for (size_t i = 0; i < audit_.findings.size(); ++i) {
      const AuditFinding& finding = audit_.findings[i];
      if (style_.quiet && !finding.accepted.empty()) continue;
      if (told_ != to_string(finding.kind)) heading(told_ = to_string(finding.kind));
      line(2, fmt::format("{}: {}", place_of(finding), finding.text));
      if (!finding.accepted.empty()) {
        line(4, "accepted: " + finding.accepted);
      } else {
        line(4, finding.mend);
      }
    }
  }

  void add_notes() {
    std::vector<std::string> notes = audit_.notes;
    std::vector<std::string> unreadable;
    for (const AuditedTable& table : audit_.tables) {
      if (!table.rows) unreadable.push_back(table.display());
    }
    if (!unreadable.empty()) {
      notes.push_back(fmt::format("this role may not read {}: {}",
                                  count_of_things(static_cast<int64_t>(unreadable.size()), "table"),
                                  list_names(unreadable, 10)));
    }
    if (audit_.code.binary > 0) {
      notes.push_back(fmt::format("{} no text: not looked at",
                                  audit_.code.binary == 1
                                      ? std::string("1 file is")
                                      : count_of_things(audit_.code.binary, "file") + " are"));
    }
    if (!audit_.code.unreadable.empty()) {
      notes.push_back("could not be read, or is too large: " +
                      list_names(audit_.code.unreadable, 10));
    }
    if (notes.empty()) return;
    heading("notes");
    for (const std::string& note : notes) line(2, note);
  }

  void add_end() {
    const size_t open = audit_.open();
    if (open == 0) {
      if (!style_.quiet) out_ += "\nNothing is left to decide.\n";
      return;
    }
    const auto tables = static_cast<int64_t>(
        std::count_if(audit_.tables.begin(), audit_.tables.end(),
                      [](const AuditedTable& table) { return table.is_open(); }));
    out_ += fmt::format("\nTo decide: {}, {}.{}\n", count_of_things(tables, "table"),
                        count_of_things(static_cast<int64_t>(open) - tables, "finding"),
                        audit_.decisions_file.empty()
                            ? " --write-decisions audit.json begins a file of decisions."
                            : "");
  }

  const Audit& audit_;
  TextStyle style_;
  std::string out_;
  std::string told_;  // the kind of finding that has its heading
};

}  // namespace

std::string render_audit_text(const Audit& audit, const std::string& script,
                              const TextStyle& style) {
  std::string text = AuditText(audit, style).render();
  if (script.empty() || style.quiet) return text;
  return text + fmt::format(
                    "Written: {0}/01_backup.sql to {0}/06_record.sql; {0}/README.md says how "
                    "to run them.\n",
                    one_line(script));
}

}  // namespace resow

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <vector>

#include "fixtures/table_names.h"
#include "fixtures/text.h"
#include "runner/audit/audit_words.h"
#include "runner/audit/render_audit.h"
#include "runner/bytes_text.h"
#include "runner/text_table.h"

namespace resow {
namespace {

std::vector<std::string> links_of(const std::vector<TableLink>& links, bool out) {
  std::vector<std::string> texts;
  for (const TableLink& link : links) {
    texts.push_back(out ? fmt::format("{} ({})", link.table, link.columns)
                        : fmt::format("{}.{}", link.table, link.columns));
  }
  return texts;
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
    for (const std::string& text : audit_head(audit_)) line(0, text);
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
    line(4, mentions_text("in comments and prose", table.mentions.comments));
    line(4, mentions_text("in migrations", table.mentions.migrations));
  }

  void add_decision(const AuditedTable& table) {
    line(4, decision_text(audit_, *table.decision));
    if (table.decision->verdict != table.found) {
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

  void add_findings() {
    for (size_t i = 0; i < audit_.findings.size(); ++i) {
      const AuditFinding& finding = audit_.findings[i];
      if (style_.quiet && !finding.accepted.empty()) continue;
      if (told_ != to_string(finding.kind)) heading(told_ = to_string(finding.kind));
      line(2, fmt::format("{}: {}", place_of_finding(finding), finding.text));
      if (!finding.accepted.empty()) {
        line(4, "accepted: " + finding.accepted);
      } else {
        line(4, finding.mend);
      }
    }
  }

  void add_notes() {
    const std::vector<std::string> notes = audit_notes(audit_);
    if (notes.empty()) return;
    heading("notes");
    for (const std::string& note : notes) line(2, note);
  }

  void add_end() {
    if (audit_.open() == 0) {
      if (!style_.quiet) out_ += "\n" + audit_end(audit_) + "\n";
      return;
    }
    out_ += fmt::format("\n{}{}\n", audit_end(audit_),
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

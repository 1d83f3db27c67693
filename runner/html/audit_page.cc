#include "runner/html/audit_page.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "fixtures/dependency_order.h"
#include "fixtures/sql_name.h"
#include "fixtures/text.h"
#include "runner/audit/audit_words.h"
#include "runner/bytes_text.h"
#include "runner/html/catalog_links.h"
#include "runner/inspection_text.h"

namespace resow {
namespace {

Mark mark_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kKeep:
      return Mark::kGood;
    case Verdict::kRemove:
      return Mark::kBad;
    case Verdict::kAsk:
      break;
  }
  return Mark::kDoubt;
}

// In the list what goes comes first, and what stays last.
int rank_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kRemove:
      return 0;
    case Verdict::kAsk:
      return 1;
    case Verdict::kKeep:
      break;
  }
  return 2;
}

std::vector<std::string> why_of(const Audit& audit, const AuditedTable& table) {
  std::vector<std::string> lines;
  if (table.decision) lines.push_back(decision_text(audit, *table.decision));
  for (const Reason& reason : table.reasons) lines.push_back(reason.text);
  for (const std::string& objection : table.objections) lines.push_back("but " + objection);
  return lines;
}

// "customer_id -> customers", "orders.customer_id".
std::vector<std::string> links_of_table(const AuditedTable& table) {
  std::vector<std::string> lines;
  for (const TableLink& link : table.refers_to) {
    lines.push_back(fmt::format("{} -> {}", link.columns, link.table));
  }
  for (const TableLink& link : table.referred_by) {
    lines.push_back(fmt::format("<- {}.{}", link.table, link.columns));
  }
  return lines;
}

void add_known(std::vector<std::string>& lines, const std::string& before,
               const std::string& text) {
  if (!text.empty()) lines.push_back(before + text);
}

std::vector<std::string> known_of(const AuditedTable& table) {
  std::vector<std::string> lines;
  add_known(lines, "comment: ", table.comment);
  for (const TableDependent& each : table.dependents) {
    lines.push_back(fmt::format("used by {} {}", each.kind, display_name(each.schema, each.name)));
  }
  add_known(lines, "used: ", use_of_audited(table));
  // One place stands among the reasons.
  if (table.mentions.code.count > 1) lines.push_back(mentions_text("in code", table.mentions.code));
  add_known(lines, "", mentions_text("like it in code", table.mentions.similar));
  add_known(lines, "", mentions_text("in comments and prose", table.mentions.comments));
  add_known(lines, "", mentions_text("in migrations", table.mentions.migrations));
  return lines;
}

PageBox audited_box(const Audit& audit, const AuditedTable& table) {
  PageBox box;
  box.name = table.table;
  box.rows = table.rows;
  box.bytes = table.bytes;
  box.rows_text = rows_of_audited(table);
  box.size_text = bytes_text(table.bytes);
  box.mark = mark_of(table.verdict());
  box.mark_text = to_string(table.verdict());
  box.rank = rank_of(table.verdict());
  std::vector<std::string> why = why_of(audit, table);
  box.hint = fmt::format("{}: {}", box.mark_text, fmt::join(why, "; "));
  std::vector<std::string> verdict = {box.mark_text};
  if (table.is_open()) {
    verdict.emplace_back("to be decided");
  } else if (table.decision) {
    verdict.emplace_back("decided");
  }
  std::vector<std::string> healthy;
  for (const AuditFinding& finding : audit.findings) {
    if (finding.table != table.table || finding.schemas.front() != table.schemas.front()) continue;
    healthy.push_back(fmt::format("{}: {}{}", to_string(finding.kind), finding.name,
                                  finding.accepted.empty() ? "" : " (accepted)"));
  }
  box.cells = {{table.table},
               std::move(verdict),
               {table.rows ? (table.exact ? "" : "~") + with_thousands(*table.rows) : "?"},
               {box.size_text},
               std::move(why),
               links_of_table(table),
               known_of(table),
               std::move(healthy)};
  return box;
}

// The tables of schemas that are told together.
PageGroup audited_group(const Audit& audit, const Catalog& catalog,
                        const std::vector<std::string>& schemas) {
  std::map<size_t, const AuditedTable*> tables;  // by relation
  for (const AuditedTable& table : audit.tables) {
    if (table.schemas.front() == schemas.front()) tables.emplace(table.relations.front(), &table);
  }
  std::vector<size_t> relations;
  for (const auto& each : tables) relations.push_back(each.first);
  relations = order_by_dependency(catalog, relations).parents_first;
  PageGroup group;
  group.columns = {{"table"}, {"verdict"},      {"rows", true},          {"size", true},
                   {"why"},   {"foreign keys"}, {"what is known of it"}, {"not healthy"}};
  for (const size_t relation : relations) {
    group.boxes.push_back(audited_box(audit, *tables.at(relation)));
  }
  group.heading = fmt::format(
      "{}: {}{}", names_of_alike(schemas),
      relations.empty() ? std::string("no tables")
                        : count_of_things(static_cast<int64_t>(relations.size()), "table"),
      schemas.size() > 1 && !relations.empty() ? " each" : "");
  add_links(catalog, relations, group);
  return group;
}

// One list for each kind.
std::vector<PageList> findings_of(const Audit& audit) {
  std::vector<PageList> lists;
  std::string kind;
  for (const AuditFinding& finding : audit.findings) {
    if (kind != to_string(finding.kind)) {
      kind = to_string(finding.kind);
      lists.push_back({kind, "", {}, {}});
    }
    PageLine line;
    line.text = fmt::format("{}: {}", place_of_finding(finding), finding.text);
    if (!finding.accepted.empty()) {
      line.text += " (accepted: " + finding.accepted + ")";
    } else {
      line.code = finding.mend;
    }
    lists.back().lines.push_back(std::move(line));
  }
  for (PageList& list : lists) {
    list.heading += fmt::format(" ({})", with_thousands(static_cast<uint64_t>(list.lines.size())));
  }
  return lists;
}

}  // namespace

Page audit_page(const Audit& audit, const Catalog& catalog) {
  Page page;
  page.title = audit.database;
  page.head = audit_head(audit);
  page.head.front().insert(0, "audit: ");
  page.head.push_back(audit_end(audit));
  page.legend = {{Mark::kBad, "remove"}, {Mark::kDoubt, "ask"}, {Mark::kGood, "keep"}};
  for (const auto& schemas : audit.groups) {
    page.groups.push_back(audited_group(audit, catalog, schemas));
  }
  page.lists = findings_of(audit);
  if (std::vector<std::string> notes = audit_notes(audit); !notes.empty()) {
    PageList list{"notes", "", {}, {}};
    for (std::string& note : notes) list.lines.push_back({std::move(note), "", {}});
    page.lists.push_back(std::move(list));
  }
  return page;
}

}  // namespace resow

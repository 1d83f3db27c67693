#include "runner/commands/audit.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "fixtures/audit/decisions_draft.h"
#include "runner/audit/read_facts.h"
#include "runner/audit/render_audit.h"
#include "runner/audit/scan_code.h"
#include "runner/audit/write_removal.h"
#include "runner/chosen_schemas.h"
#include "runner/commands/inspect.h"
#include "runner/commands/measuring.h"
#include "runner/exit_status.h"
#include "runner/html/audit_page.h"
#include "runner/output_folder.h"
#include "runner/read_catalog.h"
#include "runner/read_text.h"
#include "runner/standard_output.h"

namespace resow {
namespace {

std::optional<Decisions> read_decisions(const AuditOptions& options) {
  if (options.decisions.empty()) return std::nullopt;
  return parse_decisions(read_text(options.decisions), options.decisions);
}

// What --remove names is decided as well; it is not what a file says.
std::optional<Decisions> with_named_removals(std::optional<Decisions> decisions,
                                             const std::vector<std::string>& removals) {
  if (removals.empty()) return decisions;
  if (!decisions) {
    decisions.emplace();
    decisions->name = "audit";
  }
  for (const std::string& table : removals) {
    Decision decision;
    decision.table = table;
    decision.verdict = Verdict::kRemove;
    decision.place = kNamedRemoval;
    decisions->tables.push_back(std::move(decision));
  }
  return decisions;
}

// The word of whoever types --remove confirms what the audit suggests, and nothing else.
void confirm_named_removals(Audit& found) {
  std::vector<Fault> faults;
  for (AuditedTable& table : found.tables) {
    if (!table.decision || table.decision->place != kNamedRemoval) continue;
    const std::string reasons = table.reasons_text();
    table.decision->reason = reasons;
    if (table.found == Verdict::kRemove) continue;
    faults.push_back({kNamedRemoval,
                      table.display() + ": the audit does not suggest to remove it, but to " +
                          to_string(table.found) + ": " + reasons,
                      "write a reason into a file of decisions, if it is to go all the same"});
  }
  if (!faults.empty()) throw InputError(std::move(faults));
}

std::vector<std::string> names_to_look_for(const Catalog& catalog) {
  std::set<std::string> names;
  for (const Relation& relation : catalog.relations) {
    if (relation.selected && !relation.partition_of) names.insert(relation.name);
  }
  return {names.begin(), names.end()};
}

CodeFacts look_at_code(const AuditOptions& options, const Catalog& catalog) {
  if (options.code.empty()) return {};
  std::vector<std::string> left_out;
  for (const std::string& path : {options.decisions, options.write_decisions, options.script}) {
    if (!path.empty() && path != "-") left_out.push_back(path);
  }
  return scan_code(options.code, names_to_look_for(catalog), left_out);
}

// Never over a file that is there: somebody has written reasons into it.
void require_new_file(const std::string& path) {
  if (!std::filesystem::exists(path)) return;
  throw InputError({{"--write-decisions", path + " is there already",
                     "name another file; with --decisions it holds what is decided too"}});
}

// Whole, or not at all.
void write_new_file(const std::string& path, const std::string& text) {
  require_new_file(path);
  // Nobody else's, and gone in any case.
  struct Beside {
    std::string name;
    ~Beside() { unlink(name.c_str()); }
  };
  const Beside beside{fmt::format("{}.{}.new", path, getpid())};
  OutputFile file(beside.name, path);
  file.write(text);
  file.close();
  if (link(beside.name.c_str(), path.c_str()) != 0) throw OutputError(path, errno);
}

std::string rendered(const AuditResult& result, const AuditOptions& options,
                     const CommonOptions& common) {
  if (common.format == Format::kJson) return render_audit_json(result.audit, options.script);
  if (common.format == Format::kHtml) return render_page(audit_page(result.audit, result.catalog));
  return render_audit_text(result.audit, options.script, style_for(STDOUT_FILENO, common));
}

}  // namespace

AuditResult audit(Connection& connection, const AuditOptions& options, const Decisions* decisions,
                  const OnMeasured& on_measured) {
  AuditResult result;
  Catalog& catalog = result.catalog;
  {
    Transaction transaction(connection, Access::kReadOnly);
    catalog = read_catalog(transaction, options.schemas, CatalogDetail::kAll);
  }
  require_matches(catalog, options.schemas);
  const CodeFacts code = look_at_code(options, catalog);
  const AuditFacts facts = read_audit_facts(connection, catalog, on_measured);
  result.audit = make_audit(catalog, facts, code, decisions);
  confirm_named_removals(result.audit);
  return result;
}

int run_audit(const AuditOptions& options, const CommonOptions& common) {
  require_text_or_json(common, "audit", true);
  const std::optional<Decisions> read =
      with_named_removals(read_decisions(options), options.remove);
  const Decisions* decisions = read ? &*read : nullptr;
  if (!options.write_decisions.empty()) require_new_file(options.write_decisions);
  const AuditResult result =
      measuring("audit", common, [&](Connection& connection, const OnMeasured& on_measured) {
        AuditResult found = audit(connection, options, decisions, on_measured);
        if (!options.script.empty()) {
          write_removal(read_removal(connection, found.catalog, found.audit, decisions),
                        options.script, options.overwrite);
        }
        return found;
      });
  const Audit& found = result.audit;
  if (!options.write_decisions.empty()) {
    write_new_file(options.write_decisions, draft_decisions(found, decisions));
  }
  const int written = print_text(rendered(result, options, common));
  if (written != kDone) return written;
  return found.open() == 0 ? kDone : kDifferent;
}

}  // namespace resow

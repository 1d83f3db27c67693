#include "runner/verify.h"

#include <chrono>
#include <string>
#include <utility>
#include <variant>

#include "runner/findings.h"
#include "runner/verify_children.h"
#include "runner/verify_content.h"
#include "runner/verify_counts.h"
#include "runner/verify_keys.h"
#include "runner/verify_sql.h"
#include "runner/verify_structure.h"

namespace resow {
namespace {

// What each expectation took. Those of a kind are asked for together and share the time.
struct Timing {
  explicit Timing(const Plan& p) : plan(p), seconds(p.expectations.size()) {}

  // The expectations of this kind are done.
  template <typename Kind>
  void took() {
    const auto now = std::chrono::steady_clock::now();
    const std::chrono::duration<double> time = now - std::exchange(last, now);
    size_t count = 0;
    for_each_expectation<Kind>(plan, [&](size_t, const auto&, const auto&) { ++count; });
    for_each_expectation<Kind>(plan, [&](size_t i, const auto&, const auto&) {
      seconds[i] = time.count() / static_cast<double>(count);
    });
  }

  const Plan& plan;
  std::vector<double> seconds;  // by expectation
  std::chrono::steady_clock::time_point last = std::chrono::steady_clock::now();
};

// "rows", "rows by status", "rows per batch_jobs": what a check is called in a report.
std::string check_name(const Catalog& catalog, const Expectation& expectation) {
  struct Namer {
    const Catalog& catalog;
    std::string operator()(const expected::Rows&) const { return "rows"; }
    std::string operator()(const expected::RowsBy& what) const { return "rows by " + what.column; }
    std::string operator()(const expected::RowsPerParent& what) const {
      return "rows per " + catalog.relations[what.parent].name;
    }
    std::string operator()(const expected::Content&) const { return "content"; }
    std::string operator()(const expected::TablePresence& what) const {
      return "table " + presence(what.present);
    }
    std::string operator()(const expected::IndexPresence& what) const {
      return "index " + what.index + " " + presence(what.present);
    }
    std::string operator()(const expected::Revision&) const { return "migration revision"; }
    std::string operator()(const expected::ColumnPresence& what) const {
      return "column " + what.column + " " + presence(what.present);
    }
    std::string operator()(const expected::NoOrphans&) const { return "orphans"; }
    std::string operator()(const expected::SequenceBeyond& what) const {
      return "sequence " + catalog.sequences.at(what.sequence).name;
    }
    std::string operator()(const expected::Sql& what) const { return what.name; }
  };
  return std::visit(Namer{catalog}, expectation.what);
}

}  // namespace

Verification verify(Transaction& transaction, const Catalog& catalog, const Plan& plan,
                    const std::function<void(uint64_t)>& on_rows) {
  Findings findings(plan.expectations.size());
  Timing timing(plan);
  const auto compared = check_content(transaction, catalog, plan, on_rows, findings);
  timing.took<expected::Content>();
  const auto counted = count_tables(transaction, catalog, plan, compared);
  check_rows(counted, plan, findings);
  timing.took<expected::Rows>();
  const auto by_value = check_rows_by(transaction, catalog, plan, findings);
  timing.took<expected::RowsBy>();
  check_rows_per_parent(transaction, catalog, plan, proven_counts(catalog, plan, compared),
                        findings);
  timing.took<expected::RowsPerParent>();
  check_tables(plan, findings);
  timing.took<expected::TablePresence>();
  check_columns(catalog, plan, findings);
  timing.took<expected::ColumnPresence>();
  check_indexes(transaction, catalog, plan, findings);
  timing.took<expected::IndexPresence>();
  check_orphans(transaction, catalog, plan, findings);
  timing.took<expected::NoOrphans>();
  check_sequences(transaction, catalog, plan, findings);
  timing.took<expected::SequenceBeyond>();
  check_revisions(transaction, catalog, plan, findings);
  timing.took<expected::Revision>();
  check_sql(transaction, plan, findings);
  timing.took<expected::Sql>();

  Verification verification;
  verification.actual_rows.assign(counted.begin(), counted.end());
  for (const RowsByValue& rows : by_value) {
    const Expectation& expectation = plan.expectations[rows.expectation];
    verification.breakdowns.emplace_back(
        expectation.relation.value(),
        Breakdown{std::get<expected::RowsBy>(expectation.what).column, rows.counts});
  }
  for (size_t i = 0; i < findings.size(); ++i) {
    const Expectation& expectation = plan.expectations[i];
    verification.differences.insert(verification.differences.end(), findings[i].begin(),
                                    findings[i].end());
    verification.checks.push_back({expectation.schema, expectation.table,
                                   check_name(catalog, expectation), std::move(findings[i]),
                                   timing.seconds[i]});
  }
  return verification;
}

}  // namespace resow

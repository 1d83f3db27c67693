#include "runner/verify_content.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "generators/content_rows.h"
#include "generators/encode.h"
#include "generators/row_digest.h"
#include "generators/row_match.h"
#include "runner/at_table.h"
#include "runner/content_differences.h"
#include "runner/server_texts.h"
#include "runner/stored_rows.h"

namespace resow {
namespace {

constexpr uint64_t kRowsToTell = 8192;  // at once
constexpr uint64_t kRowsForThread =
    50'000;  // what is fewer is computed sooner than a thread begins
constexpr uint64_t kRowsInMatch = 1U << 18U;  // that are looked at singly, at once

// A value that its column has no room for, and that apply would therefore be refused.
DatabaseError out_of_range(const ContentTable& of, const DoesNotFit& value) {
  DatabaseError error(value.what());
  error.sqlstate = "22003";  // numeric_value_out_of_range
  error.schema = of.relation.schema;
  error.table = of.relation.name;
  error.column = of.relation.column(of.content.columns[value.column])->name;
  error.step = "compute the rows of " + display_name(of.relation);
  return error;
}

std::string_view encode(const ContentTable& of, ContentRows& planned,
                        const std::vector<uint64_t>& rows) {
  try {
    return planned.encode(rows);
  } catch (const DoesNotFit& value) {
    throw out_of_range(of, value);
  }
}

// Calls `use(row, digest)` for every row as planned, until it is told to stop. Throws Interrupted.
template <typename Use>
void for_each_planned(const ContentTable& of, ReplaceTexts texts, const std::atomic<bool>& stop,
                      const Use& use) {
  const expected::Content& content = of.content;
  ContentRows planned(of.program, content.program_table, content.fields, std::move(texts));
  std::vector<uint64_t> rows;
  for (uint64_t first = 0; first < of.planned_rows(); first += rows.size()) {
    if (stop) return;
    if (interrupted()) throw Interrupted();
    rows.resize(std::min(planned.rows_in_run(), of.planned_rows() - first));
    std::iota(rows.begin(), rows.end(), first);
    std::string_view bytes = encode(of, planned, rows);
    for (const uint64_t row : rows) {
      const CopyRow split = split_row(bytes, content.key_columns, content.fields.size());
      use(row, digest(split));
      bytes = split.rest;
    }
  }
}

const std::atomic<bool> kNever = false;

// Rows are told of a few at a time.
class Teller {
 public:
  explicit Teller(const std::function<void(uint64_t)>& on_rows) : on_rows_(on_rows) {}
  ~Teller() { tell(); }
  Teller(const Teller&) = delete;
  Teller& operator=(const Teller&) = delete;

  void add() {
    if (++untold_ == kRowsToTell) tell();
  }

 private:
  void tell() {
    if (on_rows_ && untold_ > 0) on_rows_(untold_);
    untold_ = 0;
  }
  const std::function<void(uint64_t)>& on_rows_;
  uint64_t untold_ = 0;
};

class Comparer {
 public:
  Comparer(const ContentTable& of, const std::function<void(uint64_t)>& on_rows)
      : of_(of),
        on_rows_(on_rows),
        texts_(of.transaction, of.relation, of.content.columns),
        planned_(of.planned_rows()),
        found_(of.planned_rows()) {}

  ComparedContent compare(std::vector<Difference>& differences) {
    if (learn_listed() && of_.planned_rows() >= kRowsForThread) {
      sum_both_at_once();
    } else {
      sum_planned();
      sum_found();
    }
    groups_ = ContentSums::differing(planned_, found_);
    if (!groups_.empty()) differences = locate();
    return {static_cast<int64_t>(found_.rows()), groups_.empty()};
  }

 private:
  // Whether that is all that the server has to be asked for.
  bool learn_listed() {
    bool complete = true;
    for (size_t i = 0; i < of_.content.fields.size(); ++i) {
      const ContentField& field = of_.content.fields[i];
      if (field.form != FieldForm::kServerText) continue;
      const auto listed = listed_texts(of_.program, of_.content.program_table, field);
      if (listed) {
        texts_.learn(i, *listed);
      } else {
        complete = false;
      }
    }
    return complete;
  }

  ReplaceTexts asking() {
    return [this](size_t field, ColumnBatch& texts) { texts_.learn_and_replace(field, texts); };
  }
  ReplaceTexts knowing() const {
    return [this](size_t field, ColumnBatch& texts) { texts_.replace(field, texts); };
  }

  // While the server sends, it cannot be asked.
  void sum_both_at_once() {
    std::atomic<bool> stop = false;
    auto computing = std::async(std::launch::async, [&] {
      for_each_planned(of_, knowing(), stop,
                       [&](uint64_t, const RowDigest& row) { planned_.add(row); });
    });
    try {
      sum_found();
    } catch (...) {
      stop = true;
      throw;  // the thread has ended when `computing` is gone
    }
    computing.get();
  }

  void sum_planned() {
    for_each_planned(of_, asking(), kNever,
                     [&](uint64_t, const RowDigest& row) { planned_.add(row); });
  }

  void sum_found() {
    Teller teller(on_rows_);
    StoredRows copy(of_.transaction, of_.relation, of_.content, false);
    while (copy.read()) {
      found_.add(digest(split_row(copy.row(), of_.content.key_columns, of_.content.fields.size())));
      teller.add();
    }
  }

  // Some of the groups that differ, taken out of groups_: as many as can be looked at at once.
  std::vector<bool> next_groups() {
    std::vector<bool> chosen(planned_.groups(), false);
    uint64_t rows = 0;
    while (!groups_.empty()) {
      const size_t group = groups_.back();
      const uint64_t more = planned_.rows_in(group) + found_.rows_in(group);
      if (rows > 0 && rows + more > kRowsInMatch) break;
      chosen[group] = true;
      rows += more;
      groups_.pop_back();
    }
    return chosen;
  }

  std::vector<Difference> locate() {
    RowDifferences all;
    while (!groups_.empty() && all.size() <= kDifferencesShown) {
      RowDifferences some = match(next_groups());
      if (of_.content.more_allowed) some.unexpected.clear();
      append(some, all);
    }
    return describe(of_, texts_, std::move(all), groups_.empty());
  }

  RowDifferences match(const std::vector<bool>& chosen) {
    RowMatch match(of_.content.key_columns > 0);
    for_each_planned(of_, asking(), kNever, [&](uint64_t row, const RowDigest& digest) {
      if (chosen[planned_.group_of(digest.key)]) match.expect(row, digest);
    });
    StoredRows copy(of_.transaction, of_.relation, of_.content, true);
    while (copy.read()) {
      const CopyRow row = split_row(copy.row(), of_.content.key_columns, of_.content.fields.size());
      const RowDigest digest = resow::digest(row);
      if (chosen[planned_.group_of(digest.key)]) match.find(digest, stored_at(row.rest));
    }
    return match.differences();
  }

  static void append(RowDifferences& some, RowDifferences& all) {
    const auto add = [](auto& from, auto& to) { to.insert(to.end(), from.begin(), from.end()); };
    add(some.changed, all.changed);
    add(some.missing, all.missing);
    add(some.unexpected, all.unexpected);
  }

  const ContentTable& of_;
  const std::function<void(uint64_t)>& on_rows_;
  ServerTexts texts_;
  ContentSums planned_;
  ContentSums found_;
  std::vector<size_t> groups_;  // that differ and have not been looked at
};

}  // namespace

std::map<size_t, ComparedContent> check_content(Transaction& transaction, const Catalog& catalog,
                                                const Plan& plan,
                                                const std::function<void(uint64_t)>& on_rows,
                                                Findings& findings) {
  std::map<size_t, ComparedContent> compared;
  for_each_expectation<expected::Content>(
      plan, [&](size_t i, const Expectation& expectation, const expected::Content& content) {
        if (content.columns.empty()) return;
        const size_t index = expectation.relation.value();
        const Relation& relation = catalog.relations[index];
        const ContentTable of{transaction, relation, expectation, content, plan.program};
        compared[index] =
            at_table(relation, [&] { return Comparer(of, on_rows).compare(findings[i]); });
      });
  return compared;
}

std::set<size_t> proven_counts(const Catalog& catalog, const Plan& plan,
                               const std::map<size_t, ComparedContent>& compared) {
  std::map<size_t, std::set<ColumnNumber>> equal;  // by relation
  for_each_expectation<expected::Content>(
      plan, [&](size_t, const Expectation& expectation, const expected::Content& content) {
        const auto found = compared.find(expectation.relation.value());
        if (found == compared.end() || !found->second.equal) return;
        equal[found->first] = {content.columns.begin(), content.columns.end()};
      });
  std::set<size_t> proven;
  for_each_expectation<expected::RowsPerParent>(
      plan, [&](size_t i, const Expectation& expectation, const expected::RowsPerParent& what) {
        const size_t child = expectation.relation.value();
        const auto found = equal.find(child);
        if (found == equal.end()) return;
        const auto& key = catalog.relations[child].foreign_keys[what.foreign_key].columns;
        const bool holds = std::all_of(key.begin(), key.end(), [&](ColumnNumber column) {
          return found->second.contains(column);
        });
        if (holds) proven.insert(i);
      });
  return proven;
}

}  // namespace resow

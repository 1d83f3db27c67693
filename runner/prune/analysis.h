// What a plan would delete and reset, counted: nothing is changed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runner/connection.h"
#include "runner/prune/prune_context.h"

namespace resow {

struct TableAnalysis {
  int64_t rows = 0;
  int64_t gone = 0;                                 // rows that go
  int64_t kept = 0;                                 // rows that rules choose, and that stay
  std::vector<std::pair<size_t, int64_t>> keepers;  // index into PrunePlan::edges, rows it keeps
  std::optional<std::string> oldest, newest, oldest_gone, newest_gone;
};

struct MonthAnalysis {
  std::optional<std::string> month;  // "2026-01"; nothing: rows without a time
  int64_t rows = 0, gone = 0;
};

struct UnitAnalysis {
  std::vector<TableAnalysis> tables;                // as PrunePlan::tables
  std::vector<std::pair<int64_t, int64_t>> resets;  // as PrunePlan::resets: rows, to be reset
  std::vector<std::vector<MonthAnalysis>> months;   // as PrunePlan::tables, when asked for

  int64_t changes() const;  // rows that would be deleted or reset
};

// Throws InputError where the policy's SQL is wrong, with its place; DatabaseError, Interrupted.
UnitAnalysis analyze(Transaction& transaction, const PruneContext& context, bool by_month);

}  // namespace resow

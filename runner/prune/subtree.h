// Locks rows that rules choose, with all rows that refer to them.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fixtures/catalog.h"
#include "fixtures/prune_pins.h"
#include "fixtures/prune_plan.h"
#include "runner/connection.h"
#include "runner/key_operators.h"
#include "runner/prune/condition_sql.h"
#include "runner/prune/prune_context.h"
#include "runner/prune/row_scan.h"

namespace resow {

struct LockedRows {
  PruneRows rows;
  std::vector<StoredRow> places;   // as rows.rows
  std::vector<size_t> candidates;  // as rows.roots: which candidate it was
  // Candidates that somebody changed meanwhile: they lie elsewhere now; or that somebody has
  // locked.
  int64_t passed_over = 0;
};

// What becomes of candidates that another session has locked. (Rows that refer to them are waited
// for in any case.)
enum class LockedByOthers : uint8_t { kWaitFor, kPassOver };

class SubtreeLock {
 public:
  SubtreeLock(const PruneContext& context, const Connection& connection);

  // The rows of the table that its rules (`late`: its late rules) choose.
  RowScan roots(const Connection& connection, size_t table, bool late) const;

  // Locks those of the candidates that are chosen still and kept by nothing at first sight, and the
  // rows that refer to them, near and far. `late`: by late rules. Throws DatabaseError where
  // another session's lock is not gone in time.
  LockedRows lock(Transaction& transaction, size_t table, bool late,
                  const std::vector<Candidate>& candidates, LockedByOthers others) const;

 private:
  struct Found;
  struct Table {
    std::vector<ColumnNumber> keys;  // columns that foreign keys refer to
    ConditionSql chosen, late;
  };
  std::vector<char> chosen_now(Transaction& transaction, size_t table, bool late,
                               const std::vector<Found>& found) const;
  // `lock`: how the rows are locked, "" for not at all.
  std::vector<Found> read_rows(Transaction& transaction, size_t table,
                               std::optional<LockedByOthers> lock,
                               const std::vector<StoredRow>& places) const;
  std::optional<ConditionSql> keeps_at_sight(const PruneEdge& edge) const;
  bool may_be_kept_at_sight(size_t table) const;
  std::vector<char> kept_at_sight(Transaction& transaction, size_t table,
                                  const std::vector<Found>& found) const;
  std::string keys_sql(const Connection& connection, const PruneEdge& edge) const;
  std::vector<Field> keys_of(const PruneEdge& edge, const std::vector<Found>& found,
                             const std::vector<size_t>& which) const;
  std::vector<Found> children(Transaction& transaction, const PruneEdge& edge,
                              const std::vector<Found>& parents,
                              const std::vector<size_t>& which) const;

  const PruneContext& context_;
  std::vector<Table> tables_;
  std::map<Oid, size_t> relation_of_;  // those that hold the rows of the plan's tables
};

}  // namespace resow

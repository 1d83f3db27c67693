// Goes through rows of a table, some at a time, in the order of an index.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "fixtures/catalog.h"
#include "runner/connection.h"
#include "runner/prune/condition_sql.h"
#include "runner/prune/prune_context.h"

namespace resow {

// A row where it lies. Holds while the row is locked.
struct StoredRow {
  size_t table = 0;     // index into PrunePlan::tables, where it is one of them
  size_t relation = 0;  // the table, or the partition that has the row
  std::string ctid;
};

// A row that was chosen, and is not locked yet.
struct Candidate {
  StoredRow place;
  size_t index = 0;             // of a scan that found all of them at once
  std::vector<Field> position;  // where it stands in the order of the scan
};

// Which of the relations has the row; `of` is the table. Throws DatabaseError for a partition that
// came after the catalog was read.
size_t part_at(const std::map<Oid, size_t>& parts, Oid oid, const Relation& of);

// Once through the rows that a condition chooses: what was changed or left behind is not looked at
// again.
class RowScan {
 public:
  // `key`: the columns whose order it follows, unique together and not null; none: the rows as they
  // lie. `at_once`: which rows those are is found out at the first look, whatever is deleted then.
  RowScan(const PruneContext& context, const Connection& connection, size_t relation,
          ConditionSql condition, std::vector<ColumnNumber> key, bool at_once = false);

  // Up to so many that stand behind the last one that was passed; none at the end.
  std::vector<Candidate> next(Transaction& transaction, size_t most);
  // The scan goes on behind this one.
  void pass(const Candidate& candidate);
  void begin_anew();  // REQUIRES: not `at_once`

 private:
  struct Part {  // the table, or, without a key to go by, each partition of it
    size_t relation = 0;
    std::string from;
  };
  std::string sql(const Connection& connection, std::optional<size_t> most) const;
  std::vector<Candidate> read(Transaction& transaction, std::optional<size_t> most);
  std::vector<Candidate> next_part(Transaction& transaction, std::optional<size_t> most);

  const PruneContext& context_;
  const size_t relation_;
  const ConditionSql condition_;
  const std::vector<ColumnNumber> key_;
  std::map<Oid, size_t> parts_by_oid_;
  std::vector<Part> parts_;
  size_t part_ = 0;
  std::vector<Field> position_;
  const bool at_once_;
  std::optional<std::vector<Candidate>> all_;
  size_t passed_ = 0;  // of `all_`
};

// The columns of a unique index by which a scan of the relation can go; none where it has no such.
// `without`: columns that may not be among them.
std::vector<ColumnNumber> unique_columns(const Catalog& catalog, const Relation& relation,
                                         const std::vector<ColumnNumber>& without = {});
// By which rows are found again whose columns were reset.
std::vector<ColumnNumber> lasting_columns(const Catalog& catalog, const PruneReset& reset);

// The same for the rows that a table's rules choose: behind the column whose age a rule judges,
// where an index begins with that.
std::vector<ColumnNumber> scan_key(const Catalog& catalog, const PruneTable& table);

// The relations that hold its rows: the table, or the leaves of a partitioned one.
// `partitions` is what partitions_by_root() gives.
std::vector<size_t> leaves_of(const Catalog& catalog,
                              const std::map<size_t, std::vector<size_t>>& partitions,
                              size_t relation);

// The relation, or a partition of it, under the relation's own name.
std::string from_as(const Connection& connection, const Relation& part, const Relation& table);

}  // namespace resow

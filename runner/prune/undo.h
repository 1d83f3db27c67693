// Brings back what a prune deleted and reset: exactly those rows, all or nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fixtures/archive.h"
#include "fixtures/catalog.h"
#include "fixtures/fault.h"
#include "runner/connection.h"
#include "runner/key_operators.h"

namespace resow {

// A row that cannot come back, and why.
struct UndoConflict {
  std::string schema, table;
  ArchivedKind kind = ArchivedKind::kDeleted;
  std::string row;  // "id = 5"
  std::string why;  // "a row with the same jobs_pkey is there"
};

struct UndoneTable {
  std::string schema, table;
  ArchivedKind kind = ArchivedKind::kDeleted;
  int64_t rows = 0;       // that come back, or get their old values
  int64_t conflicts = 0;  // that do not
};

struct Undone {
  std::vector<UndoneTable> tables;      // as in the archive, those with rows
  std::vector<UndoConflict> conflicts;  // of each table the first ten
  std::vector<std::string> notes;

  int64_t conflict_count() const;
  void add(Undone more);
};

// The part of the catalog's schemas that an archive is about.
std::vector<std::string> schemas_of(const ArchiveHeader& header);

// Tables and columns of an archive that are not here, or are not as they were.
std::vector<Fault> undo_misfits(const ArchiveHeader& header, const Catalog& catalog);

// Rows of the archive, in temporary tables of a transaction, held against what is there now. Works
// in one transaction, which the caller commits or rolls back.
class UndoStage {
 public:
  // REQUIRES: undo_misfits() is empty.
  UndoStage(Transaction& transaction, const Catalog& catalog, const ArchiveHeader& header);

  // Rows of one of the header's tables, as the archive has them. Throws SnapshotDamaged.
  void add(size_t table, int64_t rows, std::string_view copy_text);

  // When all are here: finds what keeps them from coming back.
  Undone look();

  // Brings back the rows that nothing keeps from it; REQUIRES: look(). The user's triggers are off
  // meanwhile where the role owns the table. Rows that did not come back are a DatabaseError.
  void bring_back();

 private:
  struct Table {
    size_t number = 0;  // in the header
    const ArchivedTable* archived = nullptr;
    size_t relation = 0;
    std::string name;  // of the temporary table, quoted
    int64_t rows = 0;  // that come back
  };

  Table& staged(size_t table);
  void settle();
  std::string proposed_rows(const Table& table) const;
  void find_same_rows(const Table& table);
  void find_taken_keys(const Table& table);
  void find_repeated_keys(const Table& table);
  void find_changed_rows(const Table& table);
  bool find_missing_parents(const Table& table, bool parents_that_stay_away);
  std::vector<UndoConflict> conflicts_of(const Table& table) const;
  std::vector<std::vector<size_t>> tables_that_belong_together() const;
  void insert_rows(const std::vector<size_t>& together);
  void reset_rows(const Table& table);
  void move_sequences(const Table& table);
  std::string key_condition(const Table& table, std::string_view staged,
                            std::string_view stored) const;
  Rows query(const std::string& sql, const std::string& step);

  Transaction& transaction_;
  const Catalog& catalog_;
  const ArchiveHeader& header_;
  std::vector<Table> tables_;  // those with rows
  KeyOperators equal_of_index_, equal_of_key_;
};

}  // namespace resow

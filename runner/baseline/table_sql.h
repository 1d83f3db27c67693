// The SQL that tracks one table: its journal, the triggers that write into it, the function that
// puts its rows back.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "fixtures/baseline_plan.h"
#include "fixtures/catalog.h"
#include "runner/connection.h"

namespace resow {

// What the catalog does not hold.
struct TypeFacts {
  std::map<Oid, std::vector<std::string>> equal;  // by index: the operator of each of its columns
  std::map<Oid, bool> has_send;                   // by type: whether a value has a binary form
};

// Statements to be run in turn. The journal is resow.journal_N, where N is the table's oid, its
// columns c1, c2, ... by number; the functions are resow.note_N and undo_N.
// REQUIRES: the tables of resow.change_S for the schema's oid S are there.
std::vector<std::string> tracking_sql(const Connection& connection, const Catalog& catalog,
                                      const TrackedTable& table, Oid schema,
                                      const TypeFacts& facts);

// Bytes of a journal from which on it is emptied by TRUNCATE.
inline constexpr int kLargeJournal = 262'144;

}  // namespace resow

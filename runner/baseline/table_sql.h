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

// Bytes of a journal from which on it is emptied by TRUNCATE; from the second on where few rows are
// in it, so that most of it is what earlier rewinds left behind.
inline constexpr int kLargeJournal = 262'144;
inline constexpr int kWornJournal = 32'768;

// PL/pgSQL that empties a table, of those rows that ` WHERE ...` names, and the variables that it
// wants. A DELETE leaves dead rows behind, which every rewind reads until a TRUNCATE; that is slow,
// and throws away what sessions have planned: it has to be worth many rewinds, or save the deletion
// of many rows.
inline constexpr const char* kEmptyingVariables =
    "  size pg_catalog.int8; emptied pg_catalog.int8 := 0;\n";
std::string empty_sql(const std::string& table, const std::string& rows,
                      const std::string& after_truncate);

}  // namespace resow

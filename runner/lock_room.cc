#include "runner/lock_room.h"

#include <fmt/format.h>

#include <set>
#include <string>

#include "fixtures/scope_tables.h"
#include "fixtures/text.h"

namespace resow {
namespace {

constexpr int64_t kFewLocks = 500;
constexpr int64_t kSpareEntries = 500;  // of shared memory that nothing else took

int64_t locks_of(const Catalog& catalog, const Scope& scope) {
  const std::set<size_t> tables = changed_tables(scope);
  std::set<Oid> sequences;
  for (const size_t table : tables) {
    for (const Column& column : catalog.relations[table].columns) {
      if (column.sequence) sequences.insert(*column.sequence);
    }
  }
  return static_cast<int64_t>(tables.size() + sequences.size() + scope.schemas.size());
}

std::string what_changes(const Catalog& catalog, const Scope& scope) {
  std::string what = scope.schemas.front();
  if (scope.schemas.size() > 1) {
    what += fmt::format(" and {}",
                        count_of_things(static_cast<int64_t>(scope.schemas.size()) - 1, "schema"));
    what += scope.schemas.size() > 2 ? " more change" : " change";
  } else {
    what += " changes";
  }
  what += " in one transaction";
  if (scope.joining_sequences.empty()) return what;
  const Sequence& sequence = catalog.sequences.at(*scope.joining_sequences.begin());
  return what + ", because they draw from sequence " + display_name(sequence.schema, sequence.name);
}

}  // namespace

std::vector<Fault> check_lock_room(Transaction& transaction, const std::string& what,
                                   int64_t needed, const std::string& otherwise) {
  if (needed <= kFewLocks) return {};
  const Rows row = transaction.query(
      "SELECT s.locks, s.connections OPERATOR(pg_catalog.+) s.others FROM (SELECT"
      " pg_catalog.current_setting('max_locks_per_transaction')::pg_catalog.int8,"
      " pg_catalog.current_setting('max_connections')::pg_catalog.int8"
      " OPERATOR(pg_catalog.+)"
      " pg_catalog.current_setting('max_prepared_transactions')::pg_catalog.int8,"
      " pg_catalog.current_setting('autovacuum_max_workers')::pg_catalog.int8"
      " OPERATOR(pg_catalog.+) '1'::pg_catalog.int8 OPERATOR(pg_catalog.+)"
      " pg_catalog.current_setting('max_worker_processes')::pg_catalog.int8"
      " OPERATOR(pg_catalog.+) pg_catalog.current_setting('max_wal_senders')::pg_catalog.int8)"
      " AS s(locks, connections, others)",
      "ask how many locks the server has room for");
  const int64_t each = row.integer(0, 0), backends = row.integer(0, 1);
  const int64_t room = each * backends;
  if (needed <= room + room / 10 + kSpareEntries) return {};
  const int64_t wanted = (needed + needed / 2) / backends + 1;  // indexes are locked as well
  return {{"",
           fmt::format("{}: that takes {} locks at least, and the server has room for some {}"
                       " (max_locks_per_transaction {}, for {} processes)",
                       what, with_thousands(needed), with_thousands(room), each, backends),
           fmt::format("set max_locks_per_transaction to {} or more and restart the server{}",
                       wanted, otherwise)}};
}

std::vector<Fault> check_lock_room(Transaction& transaction, const Catalog& catalog,
                                   const Scope& scope) {
  return check_lock_room(transaction, what_changes(catalog, scope), locks_of(catalog, scope),
                         ", or choose fewer schemas with -n");
}

}  // namespace resow

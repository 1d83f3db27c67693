// What is known of tenant schemas at a glance.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "runner/connection.h"
#include "runner/progress.h"

namespace resow {

struct TenantFacts {
  std::string schema;
  int64_t tables = 0;   // partitions are not counted
  int64_t rows = 0;     // as the server estimates them, or counted
  bool counted = true;  // false: of some of the tables there is no estimate
  bool exact = false;   // the rows were counted
  int64_t bytes = 0;    // with indexes
};

// In the order of `schemas`.
std::vector<TenantFacts> tenant_facts(Transaction& transaction,
                                      const std::vector<std::string>& schemas);

// Counts the rows, where the role may read them all; else the estimate stays. Transactions of its
// own, each with few tables, so that no number of schemas exhausts the server's locks.
void count_tenant_rows(Connection& connection, std::vector<TenantFacts>& facts, Progress& progress);

// Of one: "1,203" where they were counted, "~1,200", "at least 12 (not all analyzed)", "not
// analyzed".
std::string rows_text(const TenantFacts& facts);

// A line for each.
std::string facts_text(const std::vector<TenantFacts>& facts);

// The last run that changed something in a schema, as the history knows it.
struct LastRun {
  int64_t id = 0;
  std::string command, state, started;
};
std::map<std::string, LastRun> last_runs(Transaction& transaction,
                                         const std::vector<std::string>& schemas);

// Writes into the history that a run changed this schema as a whole. In its transaction.
void record_schema(Transaction& transaction, int64_t run, const std::string& schema);

}  // namespace resow

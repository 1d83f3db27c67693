// What the text and the JSON of a prune have in common.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "runner/prune/prune.h"

namespace resow {

bool is_execution(const PruneRequest& request);

// Batches that so many rows make.
int64_t batches_of(const PruneRequest& request, int64_t rows);

// A table of a unit's plan.
const Relation& pruned_relation(const PruneResult& result, size_t unit, size_t table);

// The unit's tables in the order in which rows go: children first.
std::vector<size_t> order_of_going(const PrunePlan& plan);

struct GroupSum {
  std::string name;
  int64_t removed = 0, reset = 0;
};

// Totals of the policy's groups of tables.
std::vector<GroupSum> group_sums(const PruneRequest& request, const PruneResult& result);

// Rows that would be changed, whatever is done to them.
int64_t planned_rows(const PruneResult& result);

// Rows that would go, rows that would be reset.
std::pair<int64_t, int64_t> planned_totals(const PruneResult& result);

}  // namespace resow

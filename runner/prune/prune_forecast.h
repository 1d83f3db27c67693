// What is to be known of a prune before it is done.
#pragma once

#include <string>
#include <vector>

#include "fixtures/fault.h"
#include "runner/prune/prune.h"

namespace resow {

// Adds to the notes of a preview: triggers that fire, and, with the statement that makes it, each
// index that is missing. REQUIRES: plans, found and facts are there.
void add_notes(PruneResult& result);

// Rules that do not say "all" and would leave nothing, or judge by a window of zero.
std::vector<std::string> emptied_without_a_word(const PruneResult& result);

// What keeps an execution from being one: privileges, row security, rules, rows that nobody would
// find again in the archive.
std::vector<Fault> obstacles(const PruneResult& result, bool archive);

// What a plan's id stands for, beside the moment and the rows.
std::string basis_of(const PruneRequest& request, const PruneResult& result);

}  // namespace resow

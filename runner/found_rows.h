#pragma once

#include <cstddef>
#include <set>
#include <vector>

#include "fixtures/catalog.h"
#include "fixtures/judgements.h"
#include "runner/dimensions.h"
#include "runner/judge_search.h"
#include "runner/judged_table.h"

namespace resow {

// The rows to keep: those with the fewest NULLs, distinct under unique keys. Empty where a fixed
// value does not go with any choice.
std::vector<std::vector<size_t>> best_rows(const Relation& relation,
                                           const std::vector<Dimension>& all,
                                           const ChosenRows& found);

// Where no row goes with all values of the columns that are not ours: of each combination of these
// the rows with the fewest NULLs. Empty where one of `needed` has none.
std::vector<std::vector<size_t>> rows_for_each(const std::vector<Dimension>& all,
                                               const ChosenRows& found,
                                               const std::set<ProposedRow>& needed);

// What was found, column by column, of the dimensions that are ours to choose; and where it is told
// apart by the others, of these.
JudgedRows judged_rows(const std::vector<Dimension>& all, const ChosenRows& found, bool by_fixed);

}  // namespace resow

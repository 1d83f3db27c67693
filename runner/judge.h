#pragma once

#include "fixtures/catalog.h"
#include "fixtures/dataset.h"
#include "fixtures/judgements.h"
#include "fixtures/plan.h"
#include "fixtures/scope.h"
#include "fixtures/state.h"
#include "runner/connection.h"

namespace resow {

// Asks the server whether rows of each table of the plan satisfy its checks, those of its columns'
// domains, and what its generated columns are made of. Where they do not, other values of the
// columns that the checks name are proposed and the checks' own expressions evaluated over them, in
// a savepoint in which nothing can be written: what is found goes into `judgements`. True when
// another plan would be another one. Throws DatabaseError.
bool judge(Transaction& transaction, const Catalog& catalog, const Dataset& dataset,
           const Plan& plan, Judgements& judgements);

// make_plan() with what the server says of its checks, which goes into `state`. `dataset`: nullptr
// for a plain reset, of which there is nothing to ask.
Plan make_judged_plan(Transaction& transaction, const Catalog& catalog, const Dataset* dataset,
                      const Request& request, const Scope& scope, State& state);

}  // namespace resow

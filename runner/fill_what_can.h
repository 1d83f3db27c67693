#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "fixtures/catalog.h"
#include "fixtures/dataset.h"
#include "fixtures/judgements.h"
#include "fixtures/plan.h"
#include "fixtures/report.h"
#include "runner/connection.h"
#include "runner/load_table.h"

namespace resow {

// What was found while tables were filled.
struct FoundSoFar {
  std::vector<LeftOut> refused;
  std::vector<size_t> done;
  std::vector<ForeignKeyRef> made_by_triggers;       // see FilledTables
  std::vector<std::pair<size_t, JudgedRows>> found;  // see FilledTables
};

// Makes the plan of what is left: what was refused is left out, what is done stays as it is.
using PlanRest = std::function<Plan(const FoundSoFar& found)>;

// Seeds a unit table by table, so that one that cannot be filled does not keep the others from it:
// what the server does not take as planned is filled with the rows that it does take, or left out,
// and the rest is planned anew on what is there by then. Does not commit. Throws as execute() does,
// for what is not about a table's rows.
SchemaReport fill_what_can(Transaction& transaction, const Catalog& catalog, const Dataset& dataset,
                           const PlanRest& plan_rest, const OnRows& on_rows);

}  // namespace resow

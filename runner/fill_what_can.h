#pragma once

#include <functional>
#include <vector>

#include "fixtures/catalog.h"
#include "fixtures/plan.h"
#include "fixtures/report.h"
#include "runner/connection.h"
#include "runner/load_table.h"

namespace resow {

// Makes the plan of what is left: `refused` are left out, `done` stay as they are.
using PlanRest =
    std::function<Plan(const std::vector<LeftOut>& refused, const std::vector<size_t>& done)>;

// Seeds a unit table by table, so that one that cannot be filled does not keep the others from it:
// what the server does not take as planned is filled with the rows that it does take, or left out,
// and the rest is planned anew on what is there by then. Does not commit. Throws as execute() does,
// for what is not about a table's rows.
SchemaReport fill_what_can(Transaction& transaction, const Catalog& catalog,
                           const PlanRest& plan_rest, const OnRows& on_rows);

}  // namespace resow

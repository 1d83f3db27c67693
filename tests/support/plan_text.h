// Plans for tests: made from text, and written out in full.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "fixtures/catalog.h"
#include "fixtures/dataset.h"
#include "fixtures/plan.h"

namespace resow {

// What is in the database: rows of tables ("s.a"), and keys that are there ("fk name" -> texts,
// columns side by side).
struct Found {
  std::map<std::string, int64_t> rows;
  std::map<std::string, std::vector<std::vector<std::string>>> keys;  // by foreign key: by column
  std::map<std::string, SequenceState> sequences;                     // by name; else untouched
  std::map<std::string, int64_t> greatest;                            // by "s.a.id"
};

struct PlanRequest {
  bool clear = true, seed = true, verify = true, content = false;
  uint64_t scale = 1;
  std::vector<std::string> only, without;  // -t, -T
};

// The plans of all units. Throws InputError like the functions that it calls.
std::vector<Plan> plans_of(const Catalog& catalog, const Dataset& dataset,
                           const PlanRequest& request = {}, const Found& found = {});

// The fault texts of the first stage that has any, one a line; "" when there is none.
std::string faults_of(std::string_view catalog_text, std::string_view dataset_text,
                      const PlanRequest& request = {}, const Found& found = {});

// The rows that a load step sends: a line of columns, then the first `most` rows.
std::string rows_text(const Plan& plan, const Catalog& catalog, const LoadStep& step,
                      uint64_t most);

// The rows of one table ("s.a") of the first plan that loads it.
std::string rows_of(std::string_view catalog_text, std::string_view dataset_text,
                    std::string_view table, uint64_t most = 20, const PlanRequest& request = {},
                    const Found& found = {});

// The preview, the first rows of every table, patches and expectations.
std::string plan_text(const Plan& plan, const Catalog& catalog);

}  // namespace resow

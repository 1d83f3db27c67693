// What the parts of a verification hand back.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "fixtures/expectation.h"
#include "fixtures/plan.h"

namespace resow {

// For each expectation of a plan, where what is there differs.
using Findings = std::vector<std::vector<Difference>>;

// One expectation yields no more than this; a last one says how many more there are.
inline constexpr size_t kDifferencesShown = 20;

inline Difference difference(const Expectation& expectation, std::string key, std::string expected,
                             std::string actual) {
  return {expectation.schema,  expectation.table, std::move(key),
          std::move(expected), std::move(actual), expectation.place};
}

// The expectations of one kind: calls `body(index, expectation, what)` for each.
template <class Kind, class Body>
void for_each_expectation(const Plan& plan, Body&& body) {
  for (size_t i = 0; i < plan.expectations.size(); ++i) {
    if (const auto* what = std::get_if<Kind>(&plan.expectations[i].what)) {
      body(i, plan.expectations[i], *what);
    }
  }
}

}  // namespace resow

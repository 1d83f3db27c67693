// A report as a list of tests, which is how JUnit and TAP see the world.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "fixtures/report.h"

namespace resow {

enum class PointState : uint8_t { kPassed, kFailed, kError, kSkipped };

struct TestPoint {
  std::string group;  // the schema; "resow" for what concerns none
  std::string name;   // "batch_jobs: rows by status"
  PointState state = PointState::kPassed;
  std::string message;               // of all but the passed: one line
  std::vector<std::string> details;  // one for each difference
  double seconds = 0;
};

// A point for each check, or where a schema has none, for each of its tables (which share its
// time); one error for each schema that failed and for each fault. Never empty: a report about
// nothing is one passed point.
std::vector<TestPoint> test_points(const Report& report);

}  // namespace resow

#include "runner/test_points.h"

#include <algorithm>
#include <utility>

namespace resow {

namespace {

constexpr const char* kNoSchema = "resow";

TestPoint check_point(const CheckReport& check) {
  TestPoint point;
  point.group = check.schema;
  point.seconds = check.seconds;
  point.name = check.table.empty() ? check.what : check.table + ": " + check.what;
  if (check.differences.empty()) return point;
  point.state = PointState::kFailed;
  point.message = to_string(check.differences.front());
  if (check.differences.size() > 1) {
    point.message += " (and " + std::to_string(check.differences.size() - 1) + " more)";
  }
  for (const Difference& difference : check.differences) {
    std::string detail = to_string(difference);
    if (!difference.place.empty()) detail += " [" + difference.place + "]";
    point.details.push_back(std::move(detail));
  }
  return point;
}

bool is_of_a_check(const Report& report, const Difference& difference) {
  return std::any_of(report.schemas.begin(), report.schemas.end(), [&](const SchemaReport& schema) {
    return std::any_of(schema.checks.begin(), schema.checks.end(), [&](const auto& check) {
      return std::find(check.differences.begin(), check.differences.end(), difference) !=
             check.differences.end();
    });
  });
}

TestPoint difference_point(const Difference& difference) {
  CheckReport check;
  check.schema = difference.schema;
  check.table = difference.table;
  check.what = difference.key.empty() ? "rows" : difference.key;
  check.differences.push_back(difference);
  return check_point(check);
}

void add_schema(const SchemaReport& schema, const Report& report, std::vector<TestPoint>& points) {
  const auto add = [&](std::string group, std::string name, PointState state, std::string message) {
    points.push_back(
        {std::move(group), std::move(name), state, std::move(message), {}, schema.seconds});
  };
  if (schema.outcome == Outcome::kFailed || schema.outcome == Outcome::kRefused) {
    add(schema.schema, report.command, PointState::kError,
        schema.error.empty() ? to_string(schema.outcome) : schema.error);
    return;
  }
  if (schema.outcome == Outcome::kNotStarted) {
    add(schema.schema, report.command, PointState::kSkipped, "not started: " + schema.error);
    return;
  }
  if (report.outcome != Outcome::kPreview && !schema.checks.empty()) {
    for (const CheckReport& check : schema.checks) points.push_back(check_point(check));
    return;
  }
  const bool preview = report.outcome == Outcome::kPreview;
  for (const TableReport& table : schema.tables) {
    add(table.schema, table.table, preview ? PointState::kSkipped : PointState::kPassed,
        preview ? "preview: nothing was changed" : "");
    points.back().seconds /= static_cast<double>(schema.tables.size());
  }
}

void add_failures(const Report& report, std::vector<TestPoint>& points) {
  for (const Fault& fault : report.faults) {
    points.push_back({kNoSchema, report.command, PointState::kError, to_string(fault), {}, 0});
  }
  for (const DatabaseFailure& failure : report.database_errors) {
    TestPoint point{kNoSchema, report.command, PointState::kError, failure.message, {}, 0};
    if (!failure.step.empty()) point.message = failure.step + ": " + point.message;
    if (!failure.sqlstate.empty()) point.details.push_back("SQLSTATE " + failure.sqlstate);
    if (!failure.detail.empty()) point.details.push_back(failure.detail);
    if (!failure.hint.empty()) point.details.push_back(failure.hint);
    if (!failure.context.empty()) point.details.push_back(failure.context);
    points.push_back(std::move(point));
  }
}

}  // namespace

std::vector<TestPoint> test_points(const Report& report) {
  std::vector<TestPoint> points;
  for (const SchemaReport& schema : report.schemas) add_schema(schema, report, points);
  for (const Difference& difference : report.differences) {
    if (!is_of_a_check(report, difference)) points.push_back(difference_point(difference));
  }
  add_failures(report, points);
  if (points.empty()) {
    const bool good = report.outcome == Outcome::kOk || report.outcome == Outcome::kPreview;
    points.push_back({kNoSchema,
                      report.command,
                      good ? PointState::kPassed : PointState::kError,
                      good ? "" : to_string(report.outcome),
                      {},
                      0});
  }
  return points;
}

}  // namespace resow

#include "runner/testing/suite.h"

#include <fmt/format.h>

#include <functional>
#include <optional>
#include <stdexcept>
#include <utility>

#include "fixtures/dataset_json.h"
#include "fixtures/rest_of_dataset.h"
#include "fixtures/scope.h"
#include "runner/catalog_for.h"
#include "runner/connection.h"
#include "runner/guard_facts.h"
#include "runner/read_text.h"
#include "runner/render.h"
#include "runner/run_units.h"

namespace resow::testing {
namespace {

// The same stages as the command line's.
Report run(const Suite& suite, Request request, bool execute) {
  const Dataset declared = parse_dataset(read_text(suite.dataset), suite.dataset);
  request.schemas.include = suite.schemas;
  RunOptions options;
  options.connection.dbname = suite.dbname;
  options.jobs = suite.jobs;
  options.execute = options.baseline = execute;
  options.before_change = [](Transaction& transaction) { require_disposable(transaction, {}); };
  Connection connection(options.connection);
  options.idle = &connection;
  std::optional<Transaction> reading(std::in_place, connection, Access::kReadOnly);
  if (execute) require_disposable(*reading, {});
  const Catalog catalog = read_catalog_for(*reading, &declared, request);
  reading.reset();
  const Dataset dataset = with_rest(catalog, declared, request);
  Report report =
      run_units(options, catalog, &dataset, request, choose_scopes(catalog, &dataset, request));
  report.command = execute ? "apply" : "verify";
  return report;
}

std::string told(const Report& report) {
  return render_failure(report, {}) + render(report, Format::kText, {});
}

// What is thrown in here becomes an error that says all that the command line would.
template <typename Work>
auto saying_all(const Work& work) {
  try {
    return work();
  } catch (const InputError& error) {
    std::string text;
    for (const Fault& fault : error.faults()) {
      text += (text.empty() ? "" : "\n") + to_string(fault);
    }
    throw std::runtime_error(text);
  } catch (const GuardRefused& refused) {
    throw std::runtime_error(to_string(refused.fault()));
  } catch (const DatabaseError& error) {
    throw std::runtime_error(error.hint.empty() ? error.what()
                                                : fmt::format("{} ({})", error.what(), error.hint));
  }
}

std::string ask(Connection& connection, const std::string& sql, const Field& value,
                std::string_view step) {
  const Field parameters[] = {value};
  Transaction transaction(connection, Access::kReadWrite);
  const std::string answer(transaction.query(sql, parameters, step).text(0, 0));
  transaction.commit();
  return answer;
}

}  // namespace

void apply(const Suite& suite) {
  saying_all([&] {
    Request request;
    request.clear = request.seed = request.verify = true;
    const Report report = run(suite, request, true);
    if (report.outcome != Outcome::kOk) throw std::runtime_error(told(report));
  });
}

std::string differences(const Suite& suite) {
  return saying_all([&] {
    Request request;
    request.verify = true;
    const Report report = run(suite, request, false);
    return report.outcome == Outcome::kOk ? "" : told(report);
  });
}

Lease::Lease(const std::string& dbname, const std::string& pattern) : pattern_(pattern) {
  saying_all([&] {
    holder_ = std::make_unique<Connection>(
        ConnectionOptions{.dbname = dbname, .application_name = "resow lease"});
    take();
  });
}

Lease::~Lease() = default;

void Lease::rewind() {
  saying_all([&] {
    return ask(*holder_, "SELECT pg_catalog.count(*) FROM resow.rewind($1)", schema_, "rewind");
  });
}

std::string Lease::session(const std::string& test) const {
  return fmt::format("SET search_path = {}; SET resow.test = {}", holder_->quote_name(schema_),
                     holder_->quote_literal(test));
}

void Lease::take() {
  schema_ = ask(*holder_, "SELECT resow.lease($1)", pattern_, "lease a schema");
}

std::string Lease::keep() {
  return saying_all([&] {
    const std::string look =
        fmt::format("PGOPTIONS='-c search_path={}' {}", schema_, holder_->how_to_connect());
    ask(*holder_, "SELECT resow.keep($1)", schema_, "keep a schema");
    take();
    return look;
  });
}

}  // namespace resow::testing

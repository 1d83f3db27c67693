#include "runner/tenants/seed_tenants.h"

#include <fmt/format.h>

#include <utility>

#include "fixtures/dataset_json.h"
#include "fixtures/pattern.h"
#include "fixtures/rest_of_dataset.h"
#include "fixtures/scope.h"
#include "fixtures/text.h"
#include "runner/catalog_for.h"
#include "runner/guard_facts.h"
#include "runner/read_text.h"
#include "runner/run_units.h"

namespace resow {
namespace {

int64_t rows_in(const Report& report) {
  int64_t rows = 0;
  for (const SchemaReport& schema : report.schemas) {
    for (const TableReport& table : schema.tables) rows += table.seeded.value_or(0);
  }
  return rows;
}

Report run_dataset(Connection& connection, const RunOptions& options, Dataset dataset,
                   const std::vector<std::string>& schemas, Request request) {
  dataset.schemas.clear();
  for (const std::string& schema : schemas) dataset.schemas.push_back(as_pattern(schema));
  request.schemas.include = dataset.schemas;
  Catalog catalog;
  {
    Transaction transaction(connection, Access::kReadOnly);
    catalog = read_catalog_for(transaction, &dataset, request);
  }
  const Dataset complete = with_rest(catalog, dataset, request);
  return run_units(options, catalog, &complete, request,
                   choose_scopes(catalog, &complete, request));
}

}  // namespace

SeedTenants::SeedTenants(const std::string& file, std::string like, std::vector<std::string> names)
    : dataset_(parse_dataset(read_text(file), file)),
      like_(std::move(like)),
      names_(std::move(names)) {}

void SeedTenants::check(Connection& connection, const ConnectionOptions& to) {
  RunOptions options;
  options.connection = to;
  options.idle = &connection;
  Request request;
  request.clear = request.seed = true;
  rows_ = rows_in(run_dataset(connection, options, dataset_, {like_}, request));
}

Report SeedTenants::run(Connection& connection, const ConnectionOptions& to, int jobs,
                        const std::optional<std::string>& force, Progress& progress) {
  RunOptions options;
  options.connection = to;
  options.idle = &connection;
  options.jobs = jobs;
  options.execute = true;
  options.before_change = [&](Transaction& transaction) { require_disposable(transaction, force); };
  options.on_planned = [&](uint64_t rows) { progress.expect(rows); };
  options.on_rows = [&](int64_t rows) { progress.add(rows); };
  options.on_pass = [&](std::string_view pass, size_t schemas) {
    progress.begin(pass.empty() ? "seeding" : pass, schemas, "schemas");
  };
  options.on_schemas = [&](size_t schemas) { progress.done(schemas); };
  options.on_diagnostic = [&](std::string_view line) { progress.say(line); };
  Request request;
  request.seed = request.verify = true;
  Report report = run_dataset(connection, options, dataset_, names_, request);
  report.command = "tenants create";
  return report;
}

std::string SeedTenants::preview() const {
  return fmt::format("each with {} of {}\n", count_of_things(rows_, "row"),
                     one_line(dataset_.name));
}

std::string SeedTenants::text(const Report& report) const {
  return fmt::format("{} of {}\n", count_of_things(rows_in(report), "row"),
                     one_line(dataset_.name));
}

}  // namespace resow

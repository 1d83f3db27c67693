#include "tests/support/plan_text.h"

#include <algorithm>
#include <numeric>
#include <stdexcept>

#include "fixtures/dataset_json.h"
#include "fixtures/fault.h"
#include "tests/support/catalog_text.h"

namespace resow {

namespace {

State state_of(const Catalog& catalog, const Scope& scope, const Found& found) {
  State state;
  for (const size_t relation : scope.clear) state.rows[relation] = 0;
  for (const size_t relation : scope.seed) state.rows[relation] = 0;
  for (auto& [relation, rows] : state.rows) {
    const Relation& table = catalog.relations[relation];
    const auto given = found.rows.find(table.schema + "." + table.name);
    if (given != found.rows.end()) rows = given->second;
  }
  for (const auto& [oid, sequence] : catalog.sequences) {
    const auto given = found.sequences.find(sequence.name);
    state.sequences[oid] =
        given == found.sequences.end() ? SequenceState{sequence.start, false} : given->second;
  }
  for (const ForeignKeyRef& ref : scope.existing_parents) {
    const ForeignKey& key = catalog.relations[ref.relation].foreign_keys[ref.foreign_key];
    ExistingKeys& keys = state.existing[{ref.relation, ref.foreign_key}];
    const auto given = found.keys.find(key.name);
    if (given == found.keys.end()) continue;
    keys.rows = given->second.at(0).size();
    for (const auto& column : given->second) {
      keys.values.push_back(
          std::make_shared<const std::vector<Constant>>(column.begin(), column.end()));
    }
  }
  for (const auto& [relation, number] : scope.greatest) {
    const Relation& table = catalog.relations[relation];
    const auto given =
        found.greatest.find(table.schema + "." + table.name + "." + table.column(number)->name);
    if (given != found.greatest.end()) state.greatest[{relation, number}] = given->second;
  }
  return state;
}

std::string column_names(const Relation& table, const std::vector<ColumnNumber>& numbers) {
  std::string text;
  for (const ColumnNumber number : numbers) {
    text += (text.empty() ? "" : ", ") + table.column(number)->name;
  }
  return text;
}

struct Describe {
  const Catalog& catalog;

  std::string operator()(const expected::Rows& rows) const {
    if (rows.low == rows.high) return std::to_string(rows.low) + " rows";
    return std::to_string(rows.low) + " to " + std::to_string(rows.high) + " rows";
  }
  std::string operator()(const expected::RowsBy& by) const {
    std::string text = "by " + by.column;
    for (const auto& [value, count] : by.counts) {
      text += " " + value.value_or("NULL") + "=" + std::to_string(count);
    }
    return text;
  }
  std::string operator()(const expected::RowsPerParent& per) const {
    return "children of each " + catalog.relations[per.parent].name;
  }
  std::string operator()(const expected::Content& content) const {
    return "content of " + std::to_string(content.columns.size()) + " columns";
  }
  std::string operator()(const expected::TablePresence& table) const {
    return table.present ? "present" : "absent";
  }
  std::string operator()(const expected::IndexPresence& index) const {
    return "index " + index.index + (index.present ? " present" : " absent");
  }
  std::string operator()(const expected::Revision& revision) const {
    std::string text = "revision";
    for (const std::string& head : revision.heads) text += " " + head;
    return text;
  }
  std::string operator()(const expected::ColumnPresence& column) const {
    return column.column + (column.present ? " present" : " absent");
  }
  std::string operator()(const expected::NoOrphans&) const { return "no orphans"; }
  std::string operator()(const expected::SequenceBeyond& beyond) const {
    return catalog.sequences.at(beyond.sequence).name + " beyond its ids";
  }
  std::string operator()(const expected::Sql& sql) const {
    return sql.name + " = " + sql.value.text;
  }
};

}  // namespace

std::vector<Plan> plans_of(const Catalog& catalog, const Dataset& dataset,
                           const PlanRequest& wanted, const Found& found) {
  Request request;
  request.clear = wanted.clear;
  request.seed = wanted.seed;
  request.verify = wanted.verify;
  request.content = wanted.content;
  request.scale = wanted.scale;
  request.tables = {wanted.only, wanted.without};
  std::vector<Plan> plans;
  for (const Scope& scope : choose_scopes(catalog, &dataset, request)) {
    plans.push_back(make_plan(catalog, &dataset, request, scope, state_of(catalog, scope, found)));
  }
  return plans;
}

std::string faults_of(std::string_view catalog_text, std::string_view dataset_text,
                      const PlanRequest& request, const Found& found) {
  try {
    plans_of(catalog_from_text(catalog_text), parse_dataset(dataset_text, "d.json"), request,
             found);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

std::string rows_text(const Plan& plan, const Catalog& catalog, const LoadStep& step,
                      uint64_t most) {
  std::string text = column_names(catalog.relations[step.relation], step.columns) + "\n";
  std::vector<uint64_t> rows(std::min(most, step.rows));
  std::iota(rows.begin(), rows.end(), uint64_t{0});
  std::vector<ColumnBatch> batches(step.programs.size());
  for (size_t i = 0; i < batches.size(); ++i) {
    fill(plan.program, step.table, step.programs[i], rows, batches[i]);
  }
  for (size_t row = 0; row < rows.size(); ++row) {
    for (size_t i = 0; i < batches.size(); ++i) {
      if (i > 0) text += " | ";
      if (batches[i].nulls[row] != 0) {
        text += "NULL";
      } else {
        append_text(batches[i], row, text);
      }
    }
    text += "\n";
  }
  return text;
}

std::string rows_of(std::string_view catalog_text, std::string_view dataset_text,
                    std::string_view table, uint64_t most, const PlanRequest& request,
                    const Found& found) {
  const Catalog catalog = catalog_from_text(catalog_text);
  const Dataset dataset = parse_dataset(dataset_text, "d.json");
  for (const Plan& plan : plans_of(catalog, dataset, request, found)) {
    for (const LoadStep& step : plan.load) {
      if (step.relation == relation_of(catalog, table)) return rows_text(plan, catalog, step, most);
    }
  }
  throw std::runtime_error("nothing is loaded into " + std::string(table));
}

std::string plan_text(const Plan& plan, const Catalog& catalog) {
  constexpr uint64_t kRowsShown = 6;
  std::string text = to_string(plan, catalog);
  for (const LoadStep& step : plan.load) {
    text += "\n" + display_name(catalog.relations[step.relation]) + "\n" +
            rows_text(plan, catalog, step, kRowsShown);
    if (step.rows > kRowsShown) text += "...\n";
    if (!step.patched.empty()) {
      text += "later: " + column_names(catalog.relations[step.relation], step.patched) + "\n";
    }
  }
  for (const PatchStep& patch : plan.patch) {
    const Relation& table = catalog.relations[patch.relation];
    text += "\npatch " + display_name(table) + ": " + column_names(table, patch.columns) + " by " +
            column_names(table, patch.key) + "\n";
  }
  if (plan.defer_constraints) text += "\nconstraints are deferred\n";
  text += "\nexpected\n";
  for (const Expectation& expectation : plan.expectations) {
    text += display_name(expectation.schema, expectation.table) +
            (expectation.relation || expectation.table.empty() ? "" : " (not there)") + ": " +
            std::visit(Describe{catalog}, expectation.what) +
            (expectation.place.empty() ? "" : " <- " + expectation.place) + "\n";
  }
  return text;
}

}  // namespace resow

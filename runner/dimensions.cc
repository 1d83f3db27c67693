#include "runner/dimensions.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "fixtures/candidate_values.h"
#include "fixtures/column_type.h"
#include "fixtures/json_paths.h"
#include "fixtures/program_values.h"
#include "fixtures/seeding_needs.h"

namespace resow {
namespace {

constexpr uint64_t kRowsOfFixed = 1000;
constexpr size_t kMostChoices = 200;  // of a column, or of the rows that a foreign key picks

bool is_named(const JudgedTable& table, const Column& column) {
  const size_t number = table.plan.scope.specs.at(table.step.relation);
  const TableSpec& spec = table.dataset.tables[number];
  const auto names = [&](const auto& columns) {
    return std::any_of(columns.begin(), columns.end(),
                       [&](const auto& entry) { return entry.first == column.name; });
  };
  return is_always_named(spec, column) || names(spec.columns) ||
         std::any_of(spec.literal_rows.begin(), spec.literal_rows.end(),
                     [&](const LiteralRow& row) { return names(row.columns); });
}

template <typename Rule>
const Rule& rule_of(const JudgedTable& table, ColumnNumber number) {
  return std::get<Rule>(table.program(number)->rule.how);
}

// The columns of the table that pick the same row.
template <typename Rule>
std::vector<ColumnNumber> picked_with(const JudgedTable& table, const Rule& rule) {
  std::vector<ColumnNumber> columns;
  for (const ColumnNumber number : table.step.columns) {
    const auto* other = std::get_if<Rule>(&table.program(number)->rule.how);
    if (other != nullptr && other->pick == rule.pick) columns.push_back(number);
  }
  return columns;
}

bool all_nullable(const JudgedTable& table, const std::vector<ColumnNumber>& columns) {
  return std::all_of(columns.begin(), columns.end(), [&](ColumnNumber number) {
    return !column_type(table.catalog, *table.relation().column(number)).not_null;
  });
}

std::optional<size_t> relation_of(const JudgedTable& table, size_t number) {
  for (const LoadStep& step : table.plan.filled) {
    if (step.table == number) return step.relation;
  }
  return std::nullopt;
}

Dimension to_seeded(const JudgedTable& table, const rule::RowOf& rule) {
  const Program& program = table.plan.program;
  Dimension dimension;
  dimension.columns = picked_with(table, rule);
  dimension.parent = relation_of(table, rule.table);
  for (const ColumnNumber number : dimension.columns) {
    const auto& of = rule_of<rule::RowOf>(table, number);
    const std::string_view name = program.tables[of.table].columns[of.column].name;
    const Column* referenced =
        dimension.parent ? table.catalog.relations[*dimension.parent].column(name) : nullptr;
    dimension.referenced.push_back(referenced == nullptr ? ColumnNumber{0} : referenced->number);
  }
  const uint64_t count = std::min<uint64_t>(kMostChoices, program.tables[rule.table].shape.rows());
  for (uint64_t row = 0; row < count; ++row) {
    ProposedRow& values = dimension.choices.emplace_back();
    for (const ColumnNumber number : dimension.columns) {
      const auto& of = rule_of<rule::RowOf>(table, number);
      values.push_back(value_at(program, of.table, of.column, row));
    }
    dimension.rows.push_back(row);
  }
  return dimension;
}

Dimension to_existing(const JudgedTable& table, const rule::Existing& rule) {
  Dimension dimension;
  dimension.columns = picked_with(table, rule);
  const size_t count = std::min(kMostChoices, rule.values->size());
  for (size_t row = 0; row < count; ++row) {
    ProposedRow& values = dimension.choices.emplace_back();
    for (const ColumnNumber number : dimension.columns) {
      values.push_back(rule_of<rule::Existing>(table, number).values->at(row));
    }
  }
  return dimension;
}

Dimension free_column(const JudgedTable& table, ColumnNumber number, std::vector<std::string> words,
                      std::vector<JsonPath> paths) {
  Dimension dimension;
  dimension.columns = {number};
  const ColumnType type = column_type(table.catalog, *table.relation().column(number));
  if (type.type != nullptr && type.type->kind == TypeKind::kArray) {
    const auto element = table.catalog.types.find(type.type->element);
    if (element != table.catalog.types.end()) {
      const std::vector<std::string>& labels = element->second.labels;
      words.insert(words.begin(), labels.begin(), labels.end());
    }
  }
  const Clues clues{std::move(words), values_in(table, number, sample_rows(table)),
                    table.dataset.now, table.catalog.user, std::move(paths)};
  for (Constant& value : candidate_values(type, clues, kMostChoices)) {
    dimension.choices.push_back({std::move(value)});
  }
  return dimension;
}

Dimension fixed_column(const JudgedTable& table, ColumnNumber number) {
  Dimension dimension;
  dimension.columns = {number};
  dimension.fixed = true;
  // A rare value may not come in the sample.
  const uint64_t looked_at = std::min<uint64_t>(table.step.rows, kRowsOfFixed);
  std::vector<uint64_t> rows = sample_rows(table);
  for (uint64_t row = 0; row < looked_at; ++row) rows.push_back(row);
  std::set<Constant> known;
  for (Constant& value : values_in(table, number, rows)) {
    if (dimension.choices.size() >= kMostChoices) break;
    if (known.insert(value).second) dimension.choices.push_back({std::move(value)});
  }
  return dimension;
}

// Whether a foreign key refers to nothing in any row, whatever its other columns are.
bool is_null_anyway(const JudgedTable& table, const ForeignKey& key) {
  return !key.match_full &&
         std::any_of(key.columns.begin(), key.columns.end(), [&](ColumnNumber number) {
           const ColumnProgram* program = table.program(number);
           return program != nullptr && is_always_null(*program);
         });
}

// Whether other columns, other rows or a sequence say what it is.
bool follows(const JudgedTable& table, const Column& column, const ColumnRule& rule) {
  const auto& how = rule.how;
  if (std::holds_alternative<rule::ParentColumn>(how) ||
      std::holds_alternative<rule::ChildCount>(how) || std::holds_alternative<rule::ByItem>(how) ||
      std::holds_alternative<rule::Literal>(how) ||
      (std::holds_alternative<rule::Sequence>(how) && column.sequence)) {
    return true;
  }
  const std::vector<ForeignKey>& keys = table.relation().foreign_keys;
  return std::any_of(keys.begin(), keys.end(), [&](const ForeignKey& key) {
    return contains(key.columns, column.number) && !is_null_anyway(table, key);
  });
}

// Whether a column's values tell the rows from each other and say nothing else.
bool is_numbered(const ColumnProgram* program) {
  return program != nullptr && (std::holds_alternative<rule::Sequence>(program->rule.how) ||
                                std::holds_alternative<rule::RandomUuid>(program->rule.how));
}

Dimension dimension_of(const JudgedTable& table, ColumnNumber number,
                       std::vector<std::string> words, std::vector<JsonPath> paths, Ids ids) {
  const Column& column = *table.relation().column(number);
  const ColumnProgram* program = table.program(number);
  if (program == nullptr || is_named(table, column)) {
    Dimension given = fixed_column(table, number);
    given.given = true;
    return given;
  }
  if (ids == Ids::kHeld && is_numbered(program)) return fixed_column(table, number);
  Dimension dimension;
  if (const auto* row = std::get_if<rule::RowOf>(&program->rule.how)) {
    if (row->table != table.step.table && !row->earlier) {
      dimension = to_seeded(table, *row);
    } else {
      dimension.columns = picked_with(table, *row);  // to nothing, if that can be
      if (!all_nullable(table, dimension.columns)) return fixed_column(table, number);
    }
  } else if (const auto* existing = std::get_if<rule::Existing>(&program->rule.how)) {
    dimension = to_existing(table, *existing);
  } else if (follows(table, column, program->rule)) {
    return fixed_column(table, number);
  } else {
    return free_column(table, number, std::move(words), std::move(paths));
  }
  if (all_nullable(table, dimension.columns)) {
    dimension.choices.emplace_back(dimension.columns.size());
  }
  return dimension;
}

}  // namespace

std::vector<ColumnNumber> columns_in(const std::vector<JudgedCheck>& checks) {
  std::vector<ColumnNumber> columns;
  for (const JudgedCheck& check : checks) {
    for (const ColumnNumber number : check.columns) {
      if (!contains(columns, number)) columns.push_back(number);
    }
  }
  return columns;
}

bool has_ids(const JudgedTable& table, const std::vector<JudgedCheck>& checks) {
  const std::vector<ColumnNumber> columns = columns_in(checks);
  return std::any_of(columns.begin(), columns.end(),
                     [&](ColumnNumber number) { return is_numbered(table.program(number)); });
}

std::vector<Dimension> dimensions_of(const JudgedTable& table,
                                     const std::vector<JudgedCheck>& checks, Ids ids) {
  std::vector<Dimension> dimensions;
  std::set<ColumnNumber> placed;
  for (const ColumnNumber number : columns_in(checks)) {
    if (placed.contains(number) || table.relation().column(number)->generated) continue;
    std::vector<std::string> words;
    std::vector<JsonPath> paths;
    for (const JudgedCheck& check : checks) {
      if (!contains(check.columns, number)) continue;
      words.insert(words.end(), check.words.begin(), check.words.end());
      paths.insert(paths.end(), check.paths.begin(), check.paths.end());
    }
    dimensions.push_back(dimension_of(table, number, std::move(words), std::move(paths), ids));
    placed.insert(dimensions.back().columns.begin(), dimensions.back().columns.end());
  }
  return dimensions;
}

}  // namespace resow

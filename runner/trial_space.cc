#include "runner/trial_space.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "fixtures/candidate_values.h"
#include "fixtures/column_type.h"
#include "fixtures/json_paths.h"
#include "runner/trigger_sources.h"
#include "runner/written_elsewhere.h"

namespace resow {
namespace {

constexpr size_t kMostTried = 80;   // of a column
constexpr size_t kEarly = 10;       // the place of NULL among the choices of a column
constexpr size_t kMostHints = 6;    // of a column
constexpr size_t kMostOfTable = 5;  // keys of people, of one table
constexpr size_t kMostPeople = 24;  // whose keys are tried for a setting
constexpr size_t kMostAlike = 100;  // values of a column that look like one

// The constraint that an error names, of whatever table.
std::string definition_at_fault(const Catalog& catalog, const DatabaseError& error) {
  const auto named = error.table.empty() ? std::nullopt : catalog.find(error.schema, error.table);
  if (!named) return "";
  for (const Check& check : catalog.relations[*named].checks) {
    if (check.name == error.constraint) return check.expression;
  }
  return "";
}

// NULL is the last of the choices, which are more than are tried.
void try_null_early(Dimension& dimension) {
  std::vector<ProposedRow>& choices = dimension.choices;
  if (choices.size() <= kEarly || choices.back() != ProposedRow(dimension.columns.size())) return;
  std::rotate(choices.begin() + kEarly, choices.end() - 1, choices.end());
}

bool shares_column(const Dimension& dimension, const std::vector<ColumnNumber>& columns) {
  return std::any_of(dimension.columns.begin(), dimension.columns.end(),
                     [&](ColumnNumber number) { return contains(columns, number); });
}

}  // namespace

TrialSpace::TrialSpace(Transaction& transaction, const JudgedTable& table,
                       const DatabaseError& refusal)
    : transaction_(transaction), table_(table) {
  const std::string sources = sources_of_triggers(transaction_, table_.relation());
  planned_ = sample_of(table_, table_.step.columns);
  for (ProposedRow& row : planned_) {
    for (const ColumnNumber number : table_.step.patched) row[place_in_row(number)].reset();
  }
  choose_columns(refusal, sources);
  for (const std::string& name : settings_in(sources)) settings_.push_back({name, {}});
  if (!settings_.empty()) propose_settings();
  for (size_t i = 0; i < columns_.size() + settings_.size(); ++i) order_.push_back(i);
  std::stable_sort(order_.begin(), order_.end(),
                   [&](size_t a, size_t b) { return choices_of(a) < choices_of(b); });
}

// What is named by the triggers, or everything where they name nothing.
void TrialSpace::choose_columns(const DatabaseError& refusal, const std::string& sources) {
  JudgedCheck check;
  check.words = likely_words(sources);
  for (std::string& word : words_of(definition_at_fault(table_.catalog, refusal))) {
    check.words.insert(check.words.begin(), std::move(word));
  }
  check.words.push_back(table_.catalog.user);
  check.paths = json_paths(sources);
  for (const bool named : {true, false}) {
    for (const ColumnNumber number : table_.step.columns) {
      const bool is_named = mentions(sources, table_.relation().column(number)->name);
      if (is_named == named) check.columns.push_back(number);
    }
    if (!check.columns.empty()) break;
  }
  columns_ = dimensions_of(table_, {check});
  for (Dimension& dimension : columns_) free_key(dimension);
  std::erase_if(columns_, [&](const Dimension& dimension) {
    return dimension.fixed || shares_column(dimension, table_.step.patched);
  });
  for (Dimension& dimension : columns_) {
    if (!dimension.parent && own_key_of(dimension) == nullptr) try_null_early(dimension);
  }
}

const ForeignKey* TrialSpace::own_key_of(const Dimension& dimension) const {
  for (const ForeignKey& key : table_.relation().foreign_keys) {
    const bool own = key.referenced == table_.step.relation && key.columns.size() == 1;
    if (own && key.columns == dimension.columns) return &key;
  }
  return nullptr;
}

// How many choices of a column that refers to its own table are not of refer_to(): NULL, or none.
size_t TrialSpace::nothing_of(const Dimension& dimension) const {
  const Column& column = *table_.relation().column(dimension.columns[0]);
  return column_type(table_.catalog, column).not_null ? 0 : 1;
}

// What refers to a row of the table itself may refer to those that come to be there. Where checks
// let the planner choose but one of the rows that a foreign key may refer to (a kind), the others
// are tried as well.
void TrialSpace::free_key(Dimension& dimension) {
  if (dimension.given || dimension.columns.size() != 1) return;
  if (own_key_of(dimension) != nullptr) {
    dimension.fixed = false;
    dimension.choices.assign(nothing_of(dimension), ProposedRow(1));
    return;
  }
  if (!dimension.fixed) return;
  for (const ForeignKey& key : table_.relation().foreign_keys) {
    if (key.columns != dimension.columns) continue;
    const Relation& referenced = table_.catalog.relations[key.referenced];
    std::vector<std::string> values = first_keys(
        transaction_, referenced, *referenced.column(key.referenced_columns[0]), kMostTried);
    if (values.empty()) return;
    dimension.fixed = false;
    dimension.choices.clear();
    for (std::string& value : values) dimension.choices.push_back({std::move(value)});
    return;
  }
}

void TrialSpace::refer_to(const ProposedRow& row) {
  for (Dimension& dimension : columns_) {
    const ForeignKey* key = own_key_of(dimension);
    if (key == nullptr || !contains(table_.step.columns, key->referenced_columns[0])) continue;
    dimension.choices.push_back({row[place_in_row(key->referenced_columns[0])]});
  }
}

size_t TrialSpace::choices_of(size_t dimension) const {
  return dimension < columns_.size() ? std::min(columns_[dimension].choices.size(), kMostTried)
                                     : settings_[dimension - columns_.size()].values.size();
}

// What a session of the application might have them set to: who works with it, most often.
void TrialSpace::propose_settings() {
  static constexpr std::array<std::string_view, 5> kPeople = {"user", "account", "member",
                                                              "profile", "person"};
  std::vector<std::string> values = {table_.catalog.user, "1"};
  const std::vector<std::string>& schemas = table_.plan.scope.schemas;
  for (const Relation& relation : table_.catalog.relations) {
    const UniqueKey* key = relation.primary_key();
    const bool people = std::any_of(kPeople.begin(), kPeople.end(), [&](std::string_view word) {
      return relation.name.find(word) != std::string::npos;
    });
    if (people && key != nullptr && key->columns.size() == 1 && values.size() < kMostPeople &&
        std::find(schemas.begin(), schemas.end(), relation.schema) != schemas.end()) {
      for (std::string& value :
           first_keys(transaction_, relation, *relation.column(key->columns[0]), kMostOfTable)) {
        values.push_back(std::move(value));
      }
    }
  }
  values.insert(values.end(), {"00000000-0000-4000-8000-000000000001", "true", "{}"});
  for (Setting& setting : settings_) setting.values = values;
}

// What a trigger writes elsewhere has to refer to a row that is there.
void TrialSpace::add_hints_of_key(const DatabaseError& error, Hints& hints) {
  const auto key = key_written_elsewhere(table_.catalog, table_.step.relation, error);
  if (!key) return;
  const std::vector<std::string> values =
      first_keys(transaction_, *key->referenced, *key->column, kMostTried);
  for (size_t i = 0; i < columns_.size(); ++i) {
    Dimension& dimension = columns_[i];
    if (dimension.parent || dimension.columns.size() != 1 || own_key_of(dimension) != nullptr ||
        !key->sources.contains(dimension.columns[0])) {
      continue;
    }
    for (const std::string& value : values) {
      if (hints.size() < kMostHints) hints.emplace_back(i, dimension.choices.size());
      dimension.choices.push_back({value});
    }
  }
}

// What a trigger speaks of is tried first: no value, then others.
void TrialSpace::add_hints_of_message(const DatabaseError& error, Hints& hints) const {
  for (size_t i = 0; i < columns_.size(); ++i) {
    const std::vector<ProposedRow>& choices = columns_[i].choices;
    if (!mentions(error.what(), table_.relation().column(columns_[i].columns[0])->name)) continue;
    const ProposedRow null(columns_[i].columns.size());
    const auto none = std::find(choices.begin(), choices.end(), null);
    if (none != choices.end()) hints.emplace_back(i, static_cast<size_t>(none - choices.begin()));
    for (size_t choice = 0; choice < std::min(choices.size(), kMostHints); ++choice) {
      if (choices[choice] != null) hints.emplace_back(i, choice);
    }
  }
}

TrialSpace::Hints TrialSpace::hints_of(const DatabaseError& error) {
  Hints hints;
  add_hints_of_key(error, hints);
  add_hints_of_message(error, hints);
  const Clues clues{words_of(definition_at_fault(table_.catalog, error)), {}, 0, ""};
  for (size_t i = 0; i < columns_.size() && !clues.words.empty(); ++i) {
    Dimension& dimension = columns_[i];
    if (dimension.parent || dimension.columns.size() != 1 || own_key_of(dimension) != nullptr) {
      continue;
    }
    const ColumnType type =
        column_type(table_.catalog, *table_.relation().column(dimension.columns[0]));
    for (Constant& value : candidate_values(type, clues, kMostHints)) {
      const ProposedRow choice = {std::move(value)};
      const auto known = std::find(dimension.choices.begin(), dimension.choices.end(), choice);
      hints.emplace_back(i, static_cast<size_t>(known - dimension.choices.begin()));
      if (known == dimension.choices.end()) dimension.choices.push_back(choice);
    }
  }
  return hints;
}

bool TrialSpace::is_unique(size_t dimension) const {
  return table_.relation().is_in_unique_key(columns_[dimension].columns[0]);
}

void TrialSpace::extend(size_t index, size_t taken) {
  Dimension& dimension = columns_[index];
  if (dimension.parent || dimension.columns.size() != 1 || !is_unique(index)) return;
  if (own_key_of(dimension) != nullptr || !dimension.choices[taken][0]) return;
  const ColumnType type =
      column_type(table_.catalog, *table_.relation().column(dimension.columns[0]));
  std::set<ProposedRow> known(dimension.choices.begin(), dimension.choices.end());
  for (Constant& value : values_like(type, *dimension.choices[taken][0], kMostAlike)) {
    if (known.insert({value}).second) dimension.choices.push_back({std::move(value)});
  }
}

std::optional<size_t> TrialSpace::choice_as_planned(size_t index) const {
  const Dimension& dimension = columns_[index];
  ProposedRow values;
  for (const ColumnNumber number : dimension.columns) {
    values.push_back(planned_.front()[place_in_row(number)]);
  }
  const auto found = std::find(dimension.choices.begin(), dimension.choices.end(), values);
  if (found == dimension.choices.end()) return std::nullopt;
  return static_cast<size_t>(found - dimension.choices.begin());
}

ProposedRow TrialSpace::row_of(const Choices& choices, ProposedRow planned) const {
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (choices[i] == kAsPlanned) continue;
    for (size_t part = 0; part < columns_[i].columns.size(); ++part) {
      planned[place_in_row(columns_[i].columns[part])] = columns_[i].choices[choices[i]][part];
    }
  }
  return planned;
}

ProposedRow TrialSpace::row_of(const Choices& choices, ProposedRow planned,
                               const std::vector<std::vector<ProposedRow>>& kept,
                               size_t number) const {
  ProposedRow row = row_of(choices, std::move(planned));
  for (size_t i = 0; i < columns_.size(); ++i) {
    const ForeignKey* key = own_key_of(columns_[i]);
    if (key == nullptr || choices[i] == kAsPlanned || choices[i] < nothing_of(columns_[i])) {
      continue;
    }
    const std::vector<ProposedRow>& alike = kept.at(choices[i] - nothing_of(columns_[i]));
    row[place_in_row(columns_[i].columns[0])] =
        alike[number % alike.size()][place_in_row(key->referenced_columns[0])];
  }
  return row;
}

Settings TrialSpace::settings_of(const Choices& choices) const {
  Settings result;
  for (size_t i = 0; i < settings_.size(); ++i) {
    const size_t choice = choices[columns_.size() + i];
    if (choice != kAsPlanned) result.emplace_back(settings_[i].name, settings_[i].values[choice]);
  }
  return result;
}

size_t TrialSpace::place_in_row(ColumnNumber number) const {
  const auto& columns = table_.step.columns;
  return static_cast<size_t>(std::find(columns.begin(), columns.end(), number) - columns.begin());
}

}  // namespace resow

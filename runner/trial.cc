#include "runner/trial.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fixtures/candidate_values.h"
#include "fixtures/column_type.h"
#include "fixtures/json_paths.h"
#include "fixtures/text.h"
#include "runner/database_failure.h"
#include "runner/dimensions.h"
#include "runner/found_rows.h"
#include "runner/judge_search.h"
#include "runner/judged_checks.h"
#include "runner/local_settings.h"
#include "runner/sql_text.h"
#include "runner/trigger_sources.h"

namespace resow {
namespace {

constexpr size_t kMostTrials = 800;
constexpr size_t kMostSlowTrials = 60;  // where a trigger takes its time for each
constexpr std::chrono::seconds kSlow(10);
constexpr size_t kMostAtFirst = 16;  // of a column, before others have had their turn
constexpr size_t kMostTried = 80;    // of a column
constexpr size_t kMostHints = 6;     // of a column
constexpr size_t kMostPeople = 24;   // whose keys are tried for a setting
constexpr size_t kMostOfTable = 5;   // of these, of one table
constexpr size_t kMostValues = 100;  // that are kept of a column

// The constraint that an error names, of whatever table.
std::string definition_at_fault(const Catalog& catalog, const DatabaseError& error) {
  const auto named = error.table.empty() ? std::nullopt : catalog.find(error.schema, error.table);
  if (!named) return "";
  for (const Check& check : catalog.relations[*named].checks) {
    if (check.name == error.constraint) return check.expression;
  }
  return "";
}

// A message without what stands in quotes, and without numbers.
std::string without_values(std::string_view message) {
  std::string result;
  char quote = 0;
  for (const char c : message) {
    if (quote != 0 || c == '"' || c == '\'') {
      if (quote == 0) {
        quote = c;
      } else if (c == quote) {
        quote = 0;
      }
    } else if (!is_digit(c)) {
      result += c;
    }
  }
  return result;
}

// How far the server came with a row: the same for rows that fail for the same reason.
std::string place_reached(const DatabaseError& error) {
  std::string place = error.sqlstate + " " + error.table + " " + error.constraint + " ";
  std::string_view lines = error.context;
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(lines.size(), line.size() + 1));
    if (line.find(" line ") != std::string_view::npos && !line.starts_with("COPY ")) {
      place += std::string(line) + ";";
    }
  }
  // Without a place in a function, what is said has to tell.
  if (error.constraint.empty() && place.back() == ' ') place += without_values(error.what());
  return place;
}

// What a value of the wrong form brings about leads nowhere.
bool leads_on(const DatabaseError& error) {
  return error.sqlstate != "22P02" && !error.sqlstate.starts_with("42");
}

class Trial {
 public:
  Trial(Transaction& transaction, const JudgedTable& table, TrialEnd end)
      : transaction_(transaction), table_(table), end_(end) {}

  std::optional<TakenRows> run(const DatabaseError& refusal) {
    choose_dimensions(refusal);
    transaction_.execute("SAVEPOINT resow_trial", "SAVEPOINT");
    auto taken = search();
    transaction_.execute("RELEASE SAVEPOINT resow_trial", "RELEASE SAVEPOINT");
    return taken;
  }

 private:
  static constexpr size_t kAsPlanned = static_cast<size_t>(-1);
  using Choices = std::vector<size_t>;  // by dimension

  // Choices with which the server comes further than with those before.
  struct State {
    Choices choices;
    std::vector<std::pair<size_t, size_t>> hints;  // dimensions, and choices to be tried first
    size_t next = 0;   // the turn: the likeliest choices of each dimension, then the others
    size_t spent = 0;  // trials
  };

  struct Turn {
    size_t dimension, first, end;  // choices
  };

  Turn turn_of(size_t next) const {
    const size_t dimension = order_[next % order_.size()];
    const size_t all = choices_of(dimension), likely = std::min(all, kMostAtFirst);
    return next < order_.size() ? Turn{dimension, 0, likely} : Turn{dimension, likely, all};
  }

  // The one on which least was spent, the newest of them; each gets its turn.
  std::optional<size_t> next_state(const std::vector<State>& states) const {
    std::optional<size_t> best;
    for (size_t i = 0; i < states.size(); ++i) {
      if (states[i].hints.empty() && states[i].next >= 2 * order_.size()) continue;
      if (!best || states[i].spent <= states[*best].spent) best = i;
    }
    return best;
  }

  std::optional<TakenRows> search() {
    std::vector<State> states = {{Choices(all_.size() + settings_.size(), kAsPlanned), {}}};
    const auto first = attempt(states.front().choices);
    if (!first) return std::nullopt;  // it is about other rows
    places_.insert(place_reached(*first));
    while (const auto at = next_state(states)) {
      std::vector<std::pair<size_t, size_t>> trials = std::exchange(states[*at].hints, {});
      if (trials.empty()) {
        const Turn turn = turn_of(states[*at].next++);
        for (size_t i = turn.first; i < turn.end; ++i) trials.emplace_back(turn.dimension, i);
      }
      for (const auto& [dimension, choice] : trials) {
        if (trials_ >= kMostTrials || is_slow()) return std::nullopt;
        State state = {states[*at].choices, {}};
        state.choices[dimension] = choice;
        ++states[*at].spent;
        const auto error = attempt(state.choices);
        if (!error) return found(std::move(state.choices));
        if (!leads_on(*error) || !places_.insert(place_reached(*error)).second) continue;
        state.hints = hints_of(*error);
        states.push_back(std::move(state));
      }
    }
    return std::nullopt;
  }

  bool is_slow() const {
    return trials_ >= kMostSlowTrials && std::chrono::steady_clock::now() - began_ > kSlow;
  }

  // What the constraint at fault speaks of may be meant for any of the columns.
  std::vector<std::pair<size_t, size_t>> hints_of(const DatabaseError& error) {
    std::vector<std::pair<size_t, size_t>> hints;
    const Clues clues{words_of(definition_at_fault(table_.catalog, error)), {}, 0, ""};
    for (size_t i = 0; i < all_.size() && !clues.words.empty(); ++i) {
      Dimension& dimension = all_[i];
      if (dimension.parent || dimension.columns.size() != 1) continue;
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

  // What is named by the triggers, or everything where they name nothing.
  void choose_dimensions(const DatabaseError& refusal) {
    const std::string sources = sources_of_triggers(transaction_, table_.relation());
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
    all_ = dimensions_of(table_, {check});
    for (Dimension& dimension : all_) free_kind(dimension);
    const std::vector<ColumnNumber>& patched = table_.step.patched;
    std::erase_if(all_, [&](const Dimension& dimension) {
      return dimension.fixed ||
             std::any_of(dimension.columns.begin(), dimension.columns.end(),
                         [&](ColumnNumber number) { return contains(patched, number); });
    });
    for (const std::string& name : settings_in(sources)) settings_.push_back({name, {}});
    if (!settings_.empty()) propose_settings();
    for (size_t i = 0; i < all_.size() + settings_.size(); ++i) order_.push_back(i);
    std::stable_sort(order_.begin(), order_.end(),
                     [&](size_t a, size_t b) { return choices_of(a) < choices_of(b); });
    planned_ = sample_of(table_, table_.step.columns);
    for (ProposedRow& row : planned_) {
      for (const ColumnNumber number : patched) row[place_in_row(number)].reset();
    }
  }

  // Where checks let the planner choose but one row that a foreign key may refer to (a kind), the
  // others are tried as well.
  void free_kind(Dimension& dimension) {
    if (!dimension.fixed || dimension.given) return;
    for (const ForeignKey& key : table_.relation().foreign_keys) {
      if (key.columns != dimension.columns || key.referenced == table_.step.relation) continue;
      const Relation& referenced = table_.catalog.relations[key.referenced];
      std::vector<std::string> values;
      add_keys(referenced, *referenced.column(key.referenced_columns[0]), kMostTried, values);
      if (values.empty()) return;
      dimension.fixed = false;
      dimension.choices.clear();
      for (std::string& value : values) dimension.choices.push_back({std::move(value)});
      return;
    }
  }

  size_t choices_of(size_t dimension) const {
    return dimension < all_.size() ? std::min(all_[dimension].choices.size(), kMostTried)
                                   : settings_[dimension - all_.size()].values.size();
  }

  // Some of those that there are; none where they may not be read.
  void add_keys(const Relation& relation, const Column& column, size_t most,
                std::vector<std::string>& values) {
    const Connection& connection = transaction_.connection();
    const std::string name = connection.quote_name(column.name);
    try {
      transaction_.savepoint([&] {
        const Rows rows = transaction_.query("SELECT " + name + "::pg_catalog.text FROM " +
                                                 table_name(connection, relation) + " ORDER BY " +
                                                 name + " LIMIT " + std::to_string(most),
                                             "look at " + display_name(relation));
        for (size_t i = 0; i < rows.size(); ++i) values.emplace_back(rows.text(i, 0));
      });
    } catch (const DatabaseError& error) {
      if (is_about_the_session(error)) throw;
    }
  }

  // What a session of the application might have them set to: who works with it, most often.
  void propose_settings() {
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
        add_keys(relation, *relation.column(key->columns[0]), kMostOfTable, values);
      }
    }
    values.insert(values.end(), {"00000000-0000-4000-8000-000000000001", "true", "{}"});
    for (Setting& setting : settings_) setting.values = values;
  }

  // What the choices make of a planned row, in the order of the step's columns.
  ProposedRow row_of(const Choices& choices, size_t planned) const {
    ProposedRow row = planned_[planned];
    for (size_t i = 0; i < all_.size(); ++i) {
      if (choices[i] == kAsPlanned) continue;
      for (size_t part = 0; part < all_[i].columns.size(); ++part) {
        row[place_in_row(all_[i].columns[part])] = all_[i].choices[choices[i]][part];
      }
    }
    return row;
  }

  Settings settings_of(const Choices& choices) const {
    Settings result;
    for (size_t i = 0; i < settings_.size(); ++i) {
      const size_t choice = choices[all_.size() + i];
      if (choice != kAsPlanned) {
        result.emplace_back(settings_[i].name, settings_[i].values[choice]);
      }
    }
    return result;
  }

  size_t place_in_row(ColumnNumber number) const {
    const auto& columns = table_.step.columns;
    return static_cast<size_t>(std::find(columns.begin(), columns.end(), number) - columns.begin());
  }

  // What the server says of a row; nothing where it takes it. It is gone afterwards.
  std::optional<DatabaseError> attempt(const Choices& choices, size_t planned = 0) {
    ++trials_;
    const Connection& connection = transaction_.connection();
    std::string names, values;
    const ProposedRow row = row_of(choices, planned);
    for (size_t i = 0; i < row.size(); ++i) {
      const char* comma = i == 0 ? "" : ", ";
      names +=
          comma + connection.quote_name(table_.relation().column(table_.step.columns[i])->name);
      values += comma + (row[i] ? connection.quote_literal(*row[i]) : std::string("NULL"));
    }
    std::optional<DatabaseError> refusal;
    try {
      for (const auto& [name, value] : settings_of(choices)) {
        set_for_transaction(transaction_, name, value);
      }
      const Rows rows =
          transaction_.query("INSERT INTO " + table_name(connection, table_.relation()) + " (" +
                                 names + ") OVERRIDING SYSTEM VALUE VALUES (" + values + ")",
                             "try a row of " + display_name(table_.relation()));
      if (rows.affected() == 0 || !is_there()) refusal.emplace("no row came in");
      if (!refusal && end_ == TrialEnd::kChecked) {
        transaction_.execute(kCheckDeferred, "check deferred constraints");
      }
    } catch (const DatabaseError& error) {
      if (is_about_the_session(error)) throw;
      refusal = error;
    }
    transaction_.execute("ROLLBACK TO SAVEPOINT resow_trial", "ROLLBACK TO SAVEPOINT");
    return refusal;
  }

  // Not where a trigger takes it away at once.
  bool is_there() {
    const std::string table = table_name(transaction_.connection(), table_.relation());
    return transaction_
               .query("SELECT FROM " + table + " LIMIT 1",
                      "look at " + display_name(table_.relation()))
               .size() > 0;
  }

  bool is_unique(const Dimension& dimension) const {
    const std::vector<UniqueKey>& keys = table_.relation().unique_keys;
    return std::any_of(keys.begin(), keys.end(), [&](const UniqueKey& key) {
      return key.valid && contains(key.columns, dimension.columns[0]);
    });
  }

  // More values for a column under a unique key, that look like the one that is taken.
  void extend(Dimension& dimension, size_t taken) const {
    if (dimension.parent || dimension.columns.size() != 1 || !is_unique(dimension)) return;
    if (!dimension.choices[taken][0]) return;
    const ColumnType type =
        column_type(table_.catalog, *table_.relation().column(dimension.columns[0]));
    std::set<ProposedRow> known(dimension.choices.begin(), dimension.choices.end());
    for (Constant& value : values_like(type, *dimension.choices[taken][0], kMostValues)) {
      if (known.insert({value}).second) dimension.choices.push_back({std::move(value)});
    }
  }

  // The first planned row's value among the choices; where it is not, it cannot be held on to.
  std::optional<size_t> choice_as_planned(const Dimension& dimension) const {
    ProposedRow values;
    for (const ColumnNumber number : dimension.columns) {
      values.push_back(planned_.front()[place_in_row(number)]);
    }
    const auto found = std::find(dimension.choices.begin(), dimension.choices.end(), values);
    if (found == dimension.choices.end()) return std::nullopt;
    return static_cast<size_t>(found - dimension.choices.begin());
  }

  // Other planned rows may fail for what the first one has by chance: that is held on to.
  void hold_on_to_what_matters(Choices& taken) {
    for (size_t row = 1; row < planned_.size(); ++row) {
      if (!attempt(taken, row)) continue;
      for (size_t i = 0; i < all_.size(); ++i) {
        if (taken[i] != kAsPlanned) continue;
        Choices state = taken;
        const auto choice = choice_as_planned(all_[i]);
        if (!choice) continue;
        state[i] = *choice;
        if (attempt(state, row)) continue;
        taken = std::move(state);
        break;
      }
    }
  }

  // What checks leave of some columns was chosen for all of them together: where one is another
  // now, the others stay what they were when the row was taken.
  void hold_on_to_what_goes_together(Choices& taken) const {
    if (std::all_of(taken.begin(), taken.end(),
                    [](size_t choice) { return choice == kAsPlanned; })) {
      return;
    }
    for (size_t i = 0; i < all_.size(); ++i) {
      const ColumnProgram* column = table_.program(all_[i].columns[0]);
      if (taken[i] != kAsPlanned || column == nullptr) continue;
      if (!std::holds_alternative<rule::Cycle>(column->rule.how)) continue;
      if (const auto choice = choice_as_planned(all_[i])) taken[i] = *choice;
    }
  }

  // The row that was taken, and others in which one of its columns is another one.
  TakenRows found(Choices taken) {
    hold_on_to_what_matters(taken);
    hold_on_to_what_goes_together(taken);
    std::vector<size_t> changed;
    for (size_t i = 0; i < all_.size(); ++i) {
      if (taken[i] != kAsPlanned) changed.push_back(i);
    }
    if (changed.empty()) return {{}, settings_of(taken)};
    ChosenRows rows{changed, {}};
    const auto add = [&](const Choices& state) {
      std::vector<size_t>& row = rows.choices.emplace_back();
      for (const size_t i : changed) row.push_back(state[i]);
    };
    add(taken);
    for (const size_t i : changed) {
      extend(all_[i], taken[i]);
      size_t kept = 0;
      for (size_t choice = 0; choice < all_[i].choices.size() && kept < kMostValues; ++choice) {
        Choices state = taken;
        state[i] = choice;
        if (choice == taken[i] || trials_ >= 2 * kMostTrials || is_slow() || attempt(state))
          continue;
        add(state);
        ++kept;
      }
    }
    rows.choices = best_rows(table_.relation(), all_, rows);
    return {judged_rows(all_, rows, false), settings_of(taken)};
  }

  Transaction& transaction_;
  const JudgedTable& table_;
  TrialEnd end_;
  struct Setting {
    std::string name;
    std::vector<std::string> values;  // that are proposed
  };
  std::vector<Dimension> all_;
  std::vector<Setting> settings_;     // dimensions after those of columns
  std::vector<size_t> order_;         // those with the fewest choices first
  std::vector<ProposedRow> planned_;  // rows from all over the table, as they are planned
  std::set<std::string> places_;      // that the server came to
  size_t trials_ = 0;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

}  // namespace

void set_for_transaction(Transaction& transaction, const std::string& name,
                         const std::string& value) {
  const std::vector<Field> parameters = {name, value};
  transaction.query("SELECT pg_catalog.set_config($1::pg_catalog.text, $2::pg_catalog.text, true)",
                    parameters, "set " + name);
}

std::optional<TakenRows> find_taken_rows(Transaction& transaction, const JudgedTable& table,
                                         const DatabaseError& refusal, TrialEnd end) {
  if (table.step.columns.empty() || table.step.rows == 0) return std::nullopt;
  return Trial(transaction, table, end).run(refusal);
}

}  // namespace resow

#include "runner/trial.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fixtures/text.h"
#include "runner/database_failure.h"
#include "runner/found_rows.h"
#include "runner/judge_search.h"
#include "runner/local_settings.h"
#include "runner/sql_text.h"

namespace resow {
namespace {

using Choices = TrialSpace::Choices;
constexpr size_t kAsPlanned = TrialSpace::kAsPlanned;

constexpr size_t kMostTrials = 800;
constexpr size_t kMostOfKind = 200;     // trials for one more kind of rows
constexpr size_t kMostSlowTrials = 60;  // where a trigger takes its time for each
constexpr std::chrono::seconds kSlow(10);
constexpr size_t kMostAtFirst = 16;  // of a column, before others have had their turn
constexpr size_t kMostValues = 100;  // that are kept of a column
constexpr size_t kMostKinds = 20;  // values of a column that may tell kinds of rows from each other
constexpr uint64_t kMostRows = 1000;  // of several kinds, before they come again

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

// Those of one kind differ from what is planned in the same columns.
struct Kind {
  Choices choices;
  bool once = false;  // there is one row of the kind, for a unique key
};

class Trial {
 public:
  Trial(Transaction& transaction, const JudgedTable& table, const DatabaseError& refusal,
        TrialEnd end)
      : transaction_(transaction), table_(table), end_(end), space_(transaction, table, refusal) {}

  std::optional<TakenRows> run() {
    transaction_.execute("SAVEPOINT resow_trials; SAVEPOINT resow_trial", "SAVEPOINT");
    std::optional<TakenRows> result;
    if (auto taken = search(space_.as_planned(), {}, kMostTrials))
      result = found(std::move(*taken));
    transaction_.execute("ROLLBACK TO SAVEPOINT resow_trials; RELEASE SAVEPOINT resow_trials",
                         "ROLLBACK TO SAVEPOINT");
    return result;
  }

 private:
  // Choices with which the server comes further than with those before.
  struct State {
    Choices choices;
    TrialSpace::Hints hints;  // to be tried first
    size_t next = 0;          // the turn: the likeliest choices of each dimension, then the others
    size_t spent = 0;         // trials
  };

  struct Turn {
    size_t dimension, first, end;  // choices
  };

  Turn turn_of(size_t next) const {
    const std::vector<size_t>& order = space_.order();
    const size_t dimension = order[next % order.size()];
    const size_t all = space_.choices_of(dimension), likely = std::min(all, kMostAtFirst);
    return next < order.size() ? Turn{dimension, 0, likely} : Turn{dimension, likely, all};
  }

  // The one on which least was spent, the newest of them; each gets its turn.
  std::optional<size_t> next_state(const std::vector<State>& states) const {
    std::optional<size_t> best;
    for (size_t i = 0; i < states.size(); ++i) {
      if (states[i].hints.empty() && states[i].next >= 2 * space_.order().size()) continue;
      if (!best || states[i].spent <= states[*best].spent) best = i;
    }
    return best;
  }

  // From `start` on, without a change of `held`. Nothing where `start` itself is taken, when that
  // is how it was planned: then it is about other rows.
  std::optional<Choices> search(Choices start, std::optional<size_t> held, size_t most) {
    const size_t begun = trials_;
    const size_t planned = kept_ % space_.planned().size();  // not one that is there already
    std::set<std::string> places;                            // that the server came to
    const auto first = attempt(start, planned);
    if (!first) return held ? std::optional(std::move(start)) : std::nullopt;
    places.insert(place_reached(*first));
    std::vector<State> states = {{std::move(start), space_.hints_of(*first)}};
    while (const auto at = next_state(states)) {
      TrialSpace::Hints trials = std::exchange(states[*at].hints, {});
      if (trials.empty()) {
        const Turn turn = turn_of(states[*at].next++);
        for (size_t i = turn.first; i < turn.end; ++i) trials.emplace_back(turn.dimension, i);
      }
      for (const auto& [dimension, choice] : trials) {
        // Settings are those with which the first row was taken.
        if (held && (dimension == *held || dimension >= space_.columns().size())) continue;
        if (trials_ - begun >= most || is_slow()) return std::nullopt;
        State state = {states[*at].choices, {}};
        state.choices[dimension] = choice;
        ++states[*at].spent;
        const auto error = attempt(state.choices, planned);
        if (!error) return std::move(state.choices);
        if (!leads_on(*error) || !places.insert(place_reached(*error)).second) continue;
        state.hints = space_.hints_of(*error);
        states.push_back(std::move(state));
      }
    }
    return std::nullopt;
  }

  bool is_slow() const {
    return trials_ >= kMostSlowTrials && std::chrono::steady_clock::now() - began_ > kSlow;
  }

  // What the server says of a row; nothing where it takes it. It is gone afterwards.
  std::optional<DatabaseError> attempt(const Choices& choices, size_t planned = 0) {
    ++trials_;
    std::optional<DatabaseError> refusal;
    try {
      insert(choices, space_.planned()[planned]);
    } catch (const DatabaseError& error) {
      if (is_about_the_session(error)) throw;
      refusal = error;
    }
    transaction_.execute("ROLLBACK TO SAVEPOINT resow_trial", "ROLLBACK TO SAVEPOINT");
    return refusal;
  }

  void insert(const Choices& choices, const ProposedRow& planned) {
    const Connection& connection = transaction_.connection();
    std::string names, values;
    const ProposedRow row = space_.row_of(choices, planned);
    for (size_t i = 0; i < row.size(); ++i) {
      const char* comma = i == 0 ? "" : ", ";
      names +=
          comma + connection.quote_name(table_.relation().column(table_.step.columns[i])->name);
      values += comma + (row[i] ? connection.quote_literal(*row[i]) : std::string("NULL"));
    }
    for (const auto& [name, value] : space_.settings_of(choices)) {
      set_for_transaction(transaction_, name, value);
    }
    const Rows rows =
        transaction_.query("INSERT INTO " + table_name(connection, table_.relation()) + " (" +
                               names + ") OVERRIDING SYSTEM VALUE VALUES (" + values + ")",
                           "try a row of " + display_name(table_.relation()));
    if (rows.affected() == 0 || !is_there()) throw DatabaseError("no row came in");
    if (end_ == TrialEnd::kChecked) {
      transaction_.execute(kCheckDeferred, "check deferred constraints");
    }
  }

  // Beside those that are kept. Not where a trigger takes it away at once.
  bool is_there() {
    const std::string table = table_name(transaction_.connection(), table_.relation());
    return transaction_
               .query("SELECT FROM " + table + " LIMIT " + std::to_string(kept_ + 1),
                      "look at " + display_name(table_.relation()))
               .size() > kept_;
  }

  // Other planned rows may fail for what the first one has by chance: that is held on to.
  void hold_on_to_what_matters(Choices& taken) {
    for (size_t row = 1; row < space_.planned().size(); ++row) {
      if (!attempt(taken, row)) continue;
      for (size_t i = 0; i < space_.columns().size(); ++i) {
        if (taken[i] != kAsPlanned) continue;
        Choices state = taken;
        const auto choice = space_.choice_as_planned(i);
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
    for (size_t i = 0; i < space_.columns().size(); ++i) {
      const ColumnProgram* column = table_.program(space_.columns()[i].columns[0]);
      if (taken[i] != kAsPlanned || column == nullptr) continue;
      if (!std::holds_alternative<rule::Cycle>(column->rule.how)) continue;
      if (const auto choice = space_.choice_as_planned(i)) taken[i] = *choice;
    }
  }

  // The row that was taken, and others in which one of its columns is another one.
  TakenRows found(Choices taken) {
    hold_on_to_what_matters(taken);
    hold_on_to_what_goes_together(taken);
    std::vector<size_t> changed;
    for (size_t i = 0; i < space_.columns().size(); ++i) {
      if (taken[i] != kAsPlanned) changed.push_back(i);
    }
    if (changed.empty()) return {{}, space_.settings_of(taken)};
    ChosenRows rows{changed, {}};
    const auto add = [&](const Choices& state) {
      std::vector<size_t>& row = rows.choices.emplace_back();
      for (const size_t i : changed) row.push_back(state[i]);
    };
    add(taken);
    for (const size_t i : changed) {
      space_.extend(i, taken[i]);
      size_t kept = 0;
      const size_t all = space_.columns()[i].choices.size();
      for (size_t choice = 0; choice < all && kept < kMostValues; ++choice) {
        Choices state = taken;
        state[i] = choice;
        if (choice == taken[i] || trials_ >= 2 * kMostTrials || is_slow() || attempt(state)) {
          continue;
        }
        add(state);
        ++kept;
      }
    }
    rows.choices = best_rows(table_.relation(), space_.columns(), rows);
    if (const auto judged = rows_of_kinds(taken, rows)) return {*judged, space_.settings_of(taken)};
    return {judged_rows(space_.columns(), rows, false), space_.settings_of(taken)};
  }

  // A row of the kind that differs from all others of the table.
  bool comes_once(const Choices& choices) const {
    for (size_t i = 0; i < space_.columns().size(); ++i) {
      if (choices[i] != kAsPlanned && space_.is_unique(i)) return true;
    }
    return false;
  }

  // Where a unique key leaves fewer rows of what was taken than are wanted, there may be other
  // kinds of rows, which need those to be there: the one root of a tree, and what is below it.
  // Nothing where there are none.
  std::optional<JudgedRows> rows_of_kinds(const Choices& taken, const ChosenRows& rows) {
    if (!comes_once(taken) || rows.choices.size() >= table_.step.rows) return std::nullopt;
    std::vector<Kind> kinds;
    for (const std::vector<size_t>& row : rows.choices) {
      Kind& kind = kinds.emplace_back(Kind{taken, true});
      for (size_t i = 0; i < row.size(); ++i) kind.choices[rows.dimensions[i]] = row[i];
      if (!keep(kind.choices)) kinds.pop_back();
    }
    const size_t first = kinds.size();
    for (const size_t dimension : rows.dimensions) {
      if (space_.choices_of(dimension) > kMostKinds || space_.is_unique(dimension)) continue;
      find_kinds(dimension, taken, kinds);
    }
    if (first == 0 || kinds.size() == first) return std::nullopt;
    return rows_of(kinds);
  }

  // One kind after the other, by the value that a column has, each when what it needs is there.
  void find_kinds(size_t dimension, const Choices& taken, std::vector<Kind>& kinds) {
    std::set<size_t> known = {taken[dimension]};
    for (bool more = true; more;) {
      more = false;
      for (size_t choice = 0; choice < space_.choices_of(dimension); ++choice) {
        if (known.contains(choice)) continue;
        Choices start = space_.as_planned();
        std::copy(taken.begin() + static_cast<std::ptrdiff_t>(space_.columns().size()), taken.end(),
                  start.begin() + static_cast<std::ptrdiff_t>(space_.columns().size()));
        start[dimension] = choice;
        auto next = search(std::move(start), dimension, kMostOfKind);
        if (!next || !keep(*next)) continue;
        known.insert(choice);
        kinds.push_back({*next, comes_once(*next)});
        more = true;
      }
    }
  }

  // A row that stays while others are looked for, which may refer to it.
  bool keep(const Choices& choices) {
    const ProposedRow& planned = space_.planned()[kept_ % space_.planned().size()];
    try {
      insert(choices, planned);
    } catch (const DatabaseError& error) {
      if (is_about_the_session(error)) throw;
      transaction_.execute("ROLLBACK TO SAVEPOINT resow_trial", "ROLLBACK TO SAVEPOINT");
      return false;
    }
    transaction_.execute("SAVEPOINT resow_trial", "SAVEPOINT");
    ++kept_;
    space_.refer_to(space_.row_of(choices, planned));
    return true;
  }

  // Rows of all kinds, as many of each as there is room for, those of a kind after those that they
  // refer to. What a kind does not change is what is planned for the row.
  std::optional<JudgedRows> rows_of(const std::vector<Kind>& kinds) const {
    const uint64_t all = std::min(table_.step.rows, kMostRows);
    const auto once = static_cast<uint64_t>(
        std::count_if(kinds.begin(), kinds.end(), [](const Kind& kind) { return kind.once; }));
    const uint64_t others = kinds.size() - once;
    if (once + others > all) return std::nullopt;
    const uint64_t each = others == 0 ? 0 : (all - once) / others;
    const uint64_t rest = others == 0 ? 0 : (all - once) % others;  // of the last one
    const auto last =
        std::find_if(kinds.rbegin(), kinds.rend(), [](const Kind& kind) { return !kind.once; });
    const std::vector<ProposedRow> planned = first_rows_of(table_, table_.step.columns);
    std::vector<std::vector<ProposedRow>> rows;  // by kind
    std::set<ColumnNumber> changed;
    size_t number = 0;
    for (const Kind& kind : kinds) {
      for (size_t i = 0; i < kind.choices.size() && i < space_.columns().size(); ++i) {
        if (kind.choices[i] == kAsPlanned) continue;
        const std::vector<ColumnNumber>& columns = space_.columns()[i].columns;
        changed.insert(columns.begin(), columns.end());
      }
      std::vector<ProposedRow> made;
      const bool is_last = last != kinds.rend() && &kind == &*last;
      const uint64_t count = kind.once ? 1 : each + (is_last ? rest : 0);
      for (uint64_t i = 0; i < count; ++i) {
        made.push_back(space_.row_of(kind.choices, planned[number++], rows, i));
      }
      rows.push_back(std::move(made));
    }
    JudgedRows judged;
    for (size_t i = 0; i < table_.step.columns.size(); ++i) {
      if (!changed.contains(table_.step.columns[i])) continue;
      JudgedColumn& column = judged.columns.emplace_back();
      column.column = table_.step.columns[i];
      for (const std::vector<ProposedRow>& kind : rows) {
        for (const ProposedRow& row : kind) column.values.push_back(row[i]);
      }
    }
    return judged;
  }

  Transaction& transaction_;
  const JudgedTable& table_;
  TrialEnd end_;
  TrialSpace space_;
  size_t trials_ = 0;
  size_t kept_ = 0;  // rows, while others are looked for
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
  return Trial(transaction, table, refusal, end).run();
}

}  // namespace resow

#include "runner/fill_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <span>

#include "fixtures/clear_plan.h"
#include "fixtures/partitions.h"
#include "runner/database_failure.h"
#include "runner/judged_table.h"
#include "runner/local_settings.h"
#include "runner/missing_row.h"
#include "runner/patch_rows.h"
#include "runner/refusal_text.h"
#include "runner/sql_text.h"
#include "runner/told_rows.h"
#include "runner/trial.h"
#include "runner/written_elsewhere.h"

namespace resow {
namespace {

// Sets the search_path as a session of the application in `schema` has it: the schema, then what
// the database or the role says, then the others of the unit and those of extensions. Triggers,
// checks and defaults name tables and functions by it.
void use_search_path_of(Transaction& transaction, const Plan& plan, const std::string& schema) {
  std::string others;
  for (const std::string& other : plan.scope.schemas) {
    others += ", " + transaction.connection().quote_name(other);
  }
  const std::vector<Field> parameters = {transaction.connection().quote_name(schema), others};
  transaction.query(
      "SELECT pg_catalog.set_config('search_path', pg_catalog.concat($1::pg_catalog.text, ', ',"
      " (SELECT CASE reset_val WHEN '' THEN '\"$user\"' ELSE reset_val END"
      " FROM pg_catalog.pg_settings"
      " WHERE name OPERATOR(pg_catalog.=) 'search_path'::pg_catalog.text),"
      " $2::pg_catalog.text, (SELECT pg_catalog.string_agg(DISTINCT"
      " pg_catalog.concat(', ', pg_catalog.quote_ident(n.nspname)), ''::pg_catalog.text)"
      " FROM pg_catalog.pg_extension AS e JOIN pg_catalog.pg_namespace AS n"
      " ON n.oid OPERATOR(pg_catalog.=) e.extnamespace)), true)",
      parameters, "use the search_path of " + schema);
}

void alter_keys(Transaction& transaction, const Catalog& catalog, const Plan& plan,
                const char* how) {
  for (const ForeignKeyRef& ref : plan.relaxed) {
    const Relation& relation = catalog.relations[ref.relation];
    const std::string& name = relation.foreign_keys[ref.foreign_key].name;
    transaction.execute("ALTER TABLE " + table_name(transaction.connection(), relation) +
                            " ALTER CONSTRAINT " + transaction.connection().quote_name(name) + " " +
                            how,
                        "ALTER TABLE " + display_name(relation));
  }
}

// Not when a function, a type or a column is missing: another row would not do either. What a
// value names (a role, a type) may be missing for this value alone.
bool depends_on_row(const DatabaseError& error) {
  constexpr const char* kUndefinedObject = "42704";
  constexpr const char* kSyntaxError = "42601";  // of ltree too
  return !error.sqlstate.starts_with("42") || error.sqlstate == kUndefinedObject ||
         error.sqlstate == kSyntaxError;
}

bool has_insert_triggers(const Relation& relation) {
  return std::any_of(relation.triggers.begin(), relation.triggers.end(),
                     [](const Trigger& trigger) {
                       return trigger.on_insert && trigger.enabled != 'D' && trigger.enabled != 'R';
                     });
}

// Which may be put off until the transaction ends.
bool has_constraint_triggers(const Relation& relation) {
  return std::any_of(relation.triggers.begin(), relation.triggers.end(),
                     [](const Trigger& trigger) { return trigger.constraint; });
}

// A check, or NOT NULL.
bool is_check(const DatabaseError& error) {
  return error.sqlstate == "23514" || error.sqlstate == "23502";
}

constexpr const char* kUniqueViolation = "23505";

class Filler {
 public:
  Filler(Transaction& transaction, const Catalog& catalog, const Plan& plan, WhenChecked check,
         const OnRows& on_rows)
      : transaction_(transaction),
        catalog_(catalog),
        plan_(plan),
        check_(check),
        on_rows_(on_rows) {
    for (size_t i = 0; i < plan.load.size(); ++i) places_[plan.load[i].relation] = i;
  }

  void run() {
    relax_keys(transaction_, catalog_, plan_);
    for (const LoadStep& step : plan_.load) {
      use_path_of(step.relation);
      const bool frozen = comes_in_frozen(catalog_, plan_, step.relation);
      load_table(transaction_, catalog_, plan_.program, step, frozen ? Freeze::kYes : Freeze::kNo,
                 on_rows_);
    }
    patch([&](const PatchStep& step) { patch_rows(transaction_, catalog_, plan_.program, step); });
    // Else they would fail at COMMIT, where nothing says what was being done.
    transaction_.execute(kCheckDeferred, "check deferred constraints");
    restore_relaxed_keys(transaction_, catalog_, plan_);
  }

  FilledTables run_as_far_as_it_goes(const Dataset& dataset, const std::vector<size_t>& done,
                                     Tried& tried) {
    dataset_ = &dataset;
    tried_ = &tried;
    seeded_.insert(done.begin(), done.end());
    relax_keys(transaction_, catalog_, plan_);
    result_.complete = true;
    for (size_t first = 0; first < plan_.load.size();) {
      const size_t end = end_of_part(first);
      checks_each_ = check_ == WhenChecked::kEach && end == first + 1;
      if (check_ == WhenChecked::kEach && end > first + 1) {
        fill_together({plan_.load.data() + first, end - first});
      } else {
        for (; first < end; ++first) fill(plan_.load[first]);
      }
      first = end;
    }
    for (const LoadStep* step : gone_) fill_with_referencing(*step);
    // What cannot be patched stays NULL.
    patch([&](const PatchStep& step) {
      if (!loaded_.contains(step.relation)) return;
      attempt([&] {
        patch_rows(transaction_, catalog_, plan_.program, step);
        if (check_ == WhenChecked::kEach) check_deferred();
      });
    });
    return std::move(result_);
  }

 private:
  void use_path_of(size_t relation) {
    const std::string& schema = catalog_.relations[relation].schema;
    if (schema == path_) return;
    use_search_path_of(transaction_, plan_, schema);
    path_ = schema;
  }

  // Steps from `first` on that have to be there before what is deferred of them can be checked.
  size_t end_of_part(size_t first) const {
    size_t end = first + 1;
    for (size_t i = first; plan_.defer_constraints && i < end; ++i) {
      for (const ForeignKey& key : catalog_.relations[plan_.load[i].relation].foreign_keys) {
        const auto place = places_.find(partition_root(catalog_, key.referenced));
        if (place != places_.end()) end = std::max(end, place->second + 1);
      }
    }
    return end;
  }

  void fill(const LoadStep& step) {
    if (loaded_.contains(step.relation)) return;
    if (refers_to_changed(step.relation)) {
      changed_.insert(step.relation);
      result_.complete = false;
      return;
    }
    use_path_of(step.relation);
    if (!load(step)) changed_.insert(step.relation);
  }

  // Whether all that it refers to is there, or `expected`.
  bool can_follow(const LoadStep& step, size_t expected) const {
    bool refers = false;
    for (const ForeignKey& key : catalog_.relations[step.relation].foreign_keys) {
      const size_t referenced = partition_root(catalog_, key.referenced);
      refers = refers || referenced == expected;
      const bool there = referenced == step.relation || referenced == expected ||
                         loaded_.contains(referenced) || !places_.contains(referenced);
      if (!there) return false;
    }
    return refers && !loaded_.contains(step.relation);
  }

  // A trigger takes rows away that no other refers to: those of a table that does come with them.
  void fill_with_referencing(const LoadStep& step) {
    constexpr size_t kMostTries = 3;
    size_t tries = 0;
    for (const LoadStep& other : plan_.load) {
      if (tries >= kMostTries || !can_follow(other, step.relation)) continue;
      ++tries;
      const auto error = attempt([&] {
        transaction_.execute(kDefer, "defer constraints");
        for (const LoadStep* each : {&step, &other}) {
          use_path_of(each->relation);
          load_table(transaction_, catalog_, plan_.program, *each, Freeze::kNo, OnRows());
        }
        transaction_.execute(kCheckDeferred, "check deferred constraints");
        if (plan_.defer_constraints) transaction_.execute(kDefer, "defer constraints");
      });
      if (error) path_.clear();
      if (error || !has_rows(step.relation) || !has_rows(other.relation)) continue;
      for (const LoadStep* each : {&step, &other}) {
        const uint64_t rows = count_rows(each->relation);
        loaded_.insert(each->relation);
        result_.rows.emplace_back(each->relation, rows);
        if (on_rows_) on_rows_(static_cast<int64_t>(rows));
      }
      return;
    }
    result_.refused.push_back(
        {step.relation, {"its rows are gone: a trigger took them away when they were checked"}});
  }

  // All of them, or the one at fault waits, and so do the others.
  void fill_together(std::span<const LoadStep> steps) {
    const FilledTables before = result_;
    const auto loaded = loaded_, changed = changed_;
    const auto error = attempt([&] {
      for (const LoadStep& step : steps) fill(step);
      check_deferred();
    });
    if (!error) return;
    path_.clear();
    result_ = before;
    loaded_ = loaded;
    changed_ = changed;
    const auto named =
        error->table.empty() ? std::nullopt : catalog_.find(error->schema, error->table);
    const size_t root = named ? partition_root(catalog_, *named) : 0;
    const bool among = named && std::any_of(steps.begin(), steps.end(), [&](const LoadStep& step) {
                         return step.relation == root;
                       });
    for (const LoadStep& step : steps) {
      changed_.insert(step.relation);
      if (among && step.relation != root) {
        result_.complete = false;
      } else {
        refuse(step, *error);
      }
    }
  }

  void check_deferred() {
    transaction_.execute(kCheckDeferred, "check deferred constraints");
    transaction_.execute(kDefer, "defer constraints");
  }

  // Whether rows of a table are those of `other`, or refer to it by what tells them apart: a
  // trigger that adds one may add the other.
  bool extends(size_t relation, size_t other, int depth = 3) const {
    if (relation == other) return true;
    const Relation& table = catalog_.relations[relation];
    const UniqueKey* primary = table.primary_key();
    return depth > 0 && primary != nullptr &&
           std::any_of(
               table.foreign_keys.begin(), table.foreign_keys.end(), [&](const ForeignKey& key) {
                 const bool by_key = std::any_of(
                     key.columns.begin(), key.columns.end(),
                     [&](ColumnNumber number) { return contains(primary->columns, number); });
                 return by_key && key.referenced != relation &&
                        extends(key.referenced, other, depth - 1);
               });
  }

  void refuse(const LoadStep& step, const DatabaseError& error) {
    result_.refused.push_back({step.relation, {refusal_text(catalog_, error)}});
    if (error.sqlstate != kUniqueViolation || error.table.empty()) return;
    const auto named = catalog_.find(error.schema, error.table);
    const auto& keys = catalog_.relations[step.relation].foreign_keys;
    const bool elsewhere = named && partition_root(catalog_, *named) != step.relation;
    for (size_t i = 0; elsewhere && i < keys.size(); ++i) {
      if (!extends(keys[i].referenced, *named)) continue;
      result_.made_by_triggers.push_back({step.relation, i});
      tried_->rows.erase(step.relation);  // it will be about other rows
    }
  }

  // Whether it was planned on rows of a table that are not what was planned.
  bool refers_to_changed(size_t relation) const {
    const auto& keys = catalog_.relations[relation].foreign_keys;
    return std::any_of(keys.begin(), keys.end(), [&](const ForeignKey& key) {
      return changed_.contains(partition_root(catalog_, key.referenced));
    });
  }

  template <typename Step>
  void patch(const Step& patch_one) {
    if (plan_.patch.empty()) return;
    transaction_.execute(kPlanAsUsual, "plan by the number of rows again");
    for (const PatchStep& step : plan_.patch) {
      use_path_of(step.relation);
      patch_one(step);
    }
  }

  template <typename Body>
  std::optional<DatabaseError> attempt(const Body& body) {
    try {
      transaction_.savepoint(body);
    } catch (const DatabaseError& error) {
      if (is_about_the_session(error)) throw;
      return error;
    }
    return std::nullopt;
  }

  std::optional<DatabaseError> load_as_planned(const LoadStep& step) {
    ToldRows told(on_rows_);
    auto error = attempt([&] {
      load_table(transaction_, catalog_, plan_.program, step, Freeze::kNo, told.receiver());
      gone_at_once_ = step.rows > 0 && has_insert_triggers(catalog_.relations[step.relation]) &&
                      !has_rows(step.relation);
      if (checks_each_ && plan_.defer_constraints) check_deferred();
    });
    if (!error && !gone_at_once_) told.stay();
    return error;
  }

  // A trigger writes a row elsewhere that has to refer to one that is there: then the columns that
  // it has its value from take one. The table waits for that.
  bool refer_to_what_is_there(const LoadStep& step, const DatabaseError& error) {
    const auto key = key_written_elsewhere(catalog_, step.relation, error);
    if (!key) return false;
    constexpr size_t kMostKeys = 1000;
    const JudgedTable table{catalog_, *dataset_, plan_, step};
    JudgedRows rows;
    for (const ColumnNumber number : key->sources) {
      if (table.program(number) == nullptr) continue;
      // Once: what was found may not do.
      if (tried_->values.insert({step.relation, number}).second) {
        rows.columns.push_back({number, {}, {}});
      }
    }
    if (rows.columns.empty()) return false;
    const std::vector<std::string> keys =
        first_keys(transaction_, *key->referenced, *key->column, kMostKeys);
    if (keys.empty()) return false;
    for (JudgedColumn& column : rows.columns) column.values.assign(keys.begin(), keys.end());
    result_.found.emplace_back(step.relation, std::move(rows));
    result_.complete = false;
    return true;
  }

  // Where what keeps it from coming in is a row that is missing elsewhere, and can be added.
  bool add_what_is_missing(const DatabaseError& error) {
    std::set<size_t> ours = loaded_;
    ours.insert(seeded_.begin(), seeded_.end());
    auto note = add_missing_row(transaction_, catalog_, error, ours);
    if (note) result_.notes.push_back(std::move(*note));
    return note.has_value();
  }

  // False when it is not filled as planned.
  bool load(const LoadStep& step) {
    constexpr size_t kMostMissing = 20;  // rows of other tables
    std::optional<DatabaseError> error = load_as_planned(step);
    if (error && refer_to_what_is_there(step, *error)) return false;
    for (size_t i = 0; error && i < kMostMissing && add_what_is_missing(*error); ++i) {
      error = load_as_planned(step);
    }
    if (!error && gone_at_once_ && !has_constraint_triggers(catalog_.relations[step.relation])) {
      const char* gone = "its rows are gone: a trigger took them away again";
      if (!try_others(step, DatabaseError(gone))) {
        result_.refused.push_back({step.relation, {gone}});
      }
      return false;
    }
    if (!error && check_ == WhenChecked::kEach && step.rows > 0 && !has_rows(step.relation)) {
      gone_.push_back(&step);
      return false;
    }
    if (!error) {
      loaded_.insert(step.relation);
      result_.rows.emplace_back(step.relation, step.rows);
      return true;
    }
    const bool filled = has_rows(step.relation);
    const uint64_t taken = filled || !depends_on_row(*error) ? 0 : load_one_by_one(step);
    if (taken == 0 && !filled) {
      if (!try_others(step, *error)) refuse(step, *error);
    } else {
      result_.rows.emplace_back(step.relation, taken);
      if (taken < step.rows) {
        result_.notes.push_back(
            fmt::format("{}: the server took {} of {} rows; of another it said: {}",
                        display_name(catalog_.relations[step.relation]), taken, step.rows,
                        refusal_text(catalog_, *error)));
      }
      if (on_rows_) on_rows_(static_cast<int64_t>(taken));
    }
    return false;
  }

  // True when values were found with which the server takes rows: the table waits for them.
  bool try_others(const LoadStep& step, const DatabaseError& error) {
    if (!depends_on_row(error)) return false;
    if (!has_insert_triggers(catalog_.relations[step.relation])) return false;
    constexpr size_t kMostTables = 40;  // in which something is tried: each takes its time
    if (tried_->rows.size() >= kMostTables || !tried_->rows.insert(step.relation).second)
      return false;
    const JudgedTable table{catalog_, *dataset_, plan_, step};
    const bool checks = checks_each_ && plan_.defer_constraints;
    auto taken = find_taken_rows(transaction_, table, error,
                                 checks ? TrialEnd::kChecked : TrialEnd::kDeferred);
    if (!taken) return false;
    for (auto& [name, value] : taken->settings) {
      set_for_transaction(transaction_, name, value);
      result_.notes.push_back("the setting " + name + " is " + value +
                              " while rows come in: triggers of " +
                              display_name(catalog_.relations[step.relation]) + " read it");
    }
    if (!taken->rows.columns.empty()) {
      result_.found.emplace_back(step.relation, std::move(taken->rows));
    }
    result_.complete = false;
    return true;
  }

  uint64_t count_rows(size_t relation) {
    const Rows rows =
        transaction_.query("SELECT pg_catalog.count(*) FROM " +
                               table_name(transaction_.connection(), catalog_.relations[relation]),
                           "count the rows of " + display_name(catalog_.relations[relation]));
    return static_cast<uint64_t>(rows.integer(0, 0));
  }

  bool has_rows(size_t relation) {
    const Rows rows = transaction_.query(
        "SELECT FROM " + table_name(transaction_.connection(), catalog_.relations[relation]) +
            " LIMIT 1",
        "look at " + display_name(catalog_.relations[relation]));
    return rows.size() > 0;
  }

  // The rows that the server takes, of parts that are halved where it refuses one. Not all of many
  // that it refuses are worth the time, fewer where a trigger is slow to say so.
  uint64_t load_one_by_one(const LoadStep& step) {
    constexpr uint64_t kMostRefusals = 300, kMostInVain = 100, kMostAlike = 25;
    uint64_t taken = 0, refusals = 0, in_vain = kMostInVain;
    std::vector<std::pair<uint64_t, uint64_t>> parts = {{0, step.rows}};
    const auto late = std::chrono::steady_clock::now() + std::chrono::seconds(3);
    while (!parts.empty() && refusals < (taken > 0 ? kMostRefusals : in_vain)) {
      const uint64_t first = parts.back().first, count = parts.back().second;
      parts.pop_back();
      uint64_t loaded = 0;
      const auto error = attempt([&] {
        loaded = load_part(transaction_, catalog_, plan_.program, step, first, count);
        if (checks_each_ && plan_.defer_constraints) check_deferred();
      });
      if (!error) {
        taken += loaded;
      } else if (count > 1) {
        parts.emplace_back(first + count / 2, count - count / 2);
        parts.emplace_back(first, count / 2);
      } else {
        ++refusals;
        // The judge has looked at checks already; what a trigger says may depend on the row.
        if (is_check(*error) || std::chrono::steady_clock::now() > late) in_vain = kMostAlike;
      }
    }
    return taken;
  }

  Transaction& transaction_;
  const Catalog& catalog_;
  const Plan& plan_;
  WhenChecked check_;
  const OnRows& on_rows_;
  const Dataset* dataset_ = nullptr;  // where the server may refuse
  Tried* tried_ = nullptr;
  std::map<size_t, size_t> places_;  // by relation: of its load step
  bool checks_each_ = false;         // what is deferred, of the tables at hand
  FilledTables result_;
  bool gone_at_once_ = false;          // the rows that were loaded last, when they had come in
  std::set<size_t> seeded_;            // relations: by plans before
  std::vector<const LoadStep*> gone_;  // whose rows a trigger took away
  std::set<size_t> loaded_;
  std::set<size_t> changed_;  // not filled as planned, or not yet
  std::string path_;
};

}  // namespace

void relax_keys(Transaction& transaction, const Catalog& catalog, const Plan& plan) {
  alter_keys(transaction, catalog, plan, "DEFERRABLE INITIALLY DEFERRED");
}

void restore_relaxed_keys(Transaction& transaction, const Catalog& catalog, const Plan& plan) {
  alter_keys(transaction, catalog, plan, "NOT DEFERRABLE");
}

void use_search_path(Transaction& transaction, const Plan& plan) {
  if (!plan.scope.schemas.empty()) {
    use_search_path_of(transaction, plan, plan.scope.schemas.front());
  }
}

void fill_tables(Transaction& transaction, const Catalog& catalog, const Plan& plan,
                 const OnRows& on_rows) {
  Filler(transaction, catalog, plan, WhenChecked::kAtEnd, on_rows).run();
}

FilledTables fill_some_tables(Transaction& transaction, const Catalog& catalog,
                              const Dataset& dataset, const Plan& plan, WhenChecked check,
                              const std::vector<size_t>& done, Tried& tried,
                              const OnRows& on_rows) {
  return Filler(transaction, catalog, plan, check, on_rows)
      .run_as_far_as_it_goes(dataset, done, tried);
}

}  // namespace resow

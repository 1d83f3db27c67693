#include "runner/fill_tables.h"

#include <algorithm>
#include <optional>
#include <set>

#include "fixtures/clear_plan.h"
#include "fixtures/partitions.h"
#include "runner/database_failure.h"
#include "runner/local_settings.h"
#include "runner/patch_rows.h"
#include "runner/sql_text.h"
#include "runner/told_rows.h"

namespace resow {
namespace {

// Sets the search_path as a session of the application in `schema` has it: the schema, then what
// the database or the role says, then the others of the unit. Triggers, checks and defaults name
// tables and functions by it.
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
      " $2::pg_catalog.text), true)",
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

void relax_keys(Transaction& transaction, const Catalog& catalog, const Plan& plan) {
  alter_keys(transaction, catalog, plan, "DEFERRABLE INITIALLY DEFERRED");
}

class Filler {
 public:
  Filler(Transaction& transaction, const Catalog& catalog, const Plan& plan, const OnRows& on_rows)
      : transaction_(transaction), catalog_(catalog), plan_(plan), on_rows_(on_rows) {}

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

  FilledTables run_as_far_as_it_goes() {
    relax_keys(transaction_, catalog_, plan_);
    result_.complete = true;
    for (const LoadStep& step : plan_.load) {
      if (refers_to_changed(step.relation)) {
        changed_.insert(step.relation);
        result_.complete = false;
        continue;
      }
      use_path_of(step.relation);
      if (!load(step)) changed_.insert(step.relation);
    }
    // What cannot be patched stays NULL.
    patch([&](const PatchStep& step) {
      if (!loaded_.contains(step.relation)) return;
      attempt([&] { patch_rows(transaction_, catalog_, plan_.program, step); });
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

  // False when it is not filled as planned.
  bool load(const LoadStep& step) {
    std::optional<DatabaseError> error;
    {
      ToldRows told(on_rows_);
      error = attempt([&] {
        load_table(transaction_, catalog_, plan_.program, step, Freeze::kNo, told.receiver());
      });
      if (!error) told.stay();
    }
    if (!error) {
      loaded_.insert(step.relation);
      result_.rows.emplace_back(step.relation, step.rows);
      return true;
    }
    const uint64_t taken = has_rows(step.relation) ? 0 : load_one_by_one(step);
    if (taken == 0 && !has_rows(step.relation)) {
      result_.refused.push_back({step.relation, {to_string(database_failure(*error))}});
    } else {
      result_.rows.emplace_back(step.relation, taken);
      if (on_rows_) on_rows_(static_cast<int64_t>(taken));
    }
    return false;
  }

  bool has_rows(size_t relation) {
    const Rows rows = transaction_.query(
        "SELECT FROM " + table_name(transaction_.connection(), catalog_.relations[relation]) +
            " LIMIT 1",
        "look at " + display_name(catalog_.relations[relation]));
    return rows.size() > 0;
  }

  // The rows that the server takes, of parts that are halved where it refuses one.
  uint64_t load_one_by_one(const LoadStep& step) {
    constexpr uint64_t kMostRefusals = 300;  // in a row
    uint64_t taken = 0, refusals = 0;
    std::vector<std::pair<uint64_t, uint64_t>> parts = {{0, step.rows}};
    while (!parts.empty() && refusals < kMostRefusals) {
      const uint64_t first = parts.back().first, count = parts.back().second;
      parts.pop_back();
      uint64_t loaded = 0;
      const auto error = attempt(
          [&] { loaded = load_part(transaction_, catalog_, plan_.program, step, first, count); });
      if (!error) {
        taken += loaded;
        refusals = 0;
      } else if (count > 1) {
        parts.emplace_back(first + count / 2, count - count / 2);
        parts.emplace_back(first, count / 2);
      } else {
        ++refusals;
      }
    }
    return taken;
  }

  Transaction& transaction_;
  const Catalog& catalog_;
  const Plan& plan_;
  const OnRows& on_rows_;
  FilledTables result_;
  std::set<size_t> loaded_;
  std::set<size_t> changed_;  // not filled as planned, or not yet
  std::string path_;
};

}  // namespace

void restore_relaxed_keys(Transaction& transaction, const Catalog& catalog, const Plan& plan) {
  alter_keys(transaction, catalog, plan, "NOT DEFERRABLE");
}

void fill_tables(Transaction& transaction, const Catalog& catalog, const Plan& plan,
                 const OnRows& on_rows) {
  Filler(transaction, catalog, plan, on_rows).run();
}

FilledTables fill_some_tables(Transaction& transaction, const Catalog& catalog, const Plan& plan,
                              const OnRows& on_rows) {
  return Filler(transaction, catalog, plan, on_rows).run_as_far_as_it_goes();
}

}  // namespace resow

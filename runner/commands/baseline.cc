#include "runner/baseline/baseline.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fixtures/suggestion.h"
#include "fixtures/text.h"
#include "runner/commands/baseline_options.h"
#include "runner/connection.h"
#include "runner/exit_status.h"
#include "runner/guard_facts.h"
#include "runner/lock.h"
#include "runner/lock_observer.h"
#include "runner/sql_text.h"
#include "runner/text_table.h"

namespace resow {
namespace {

using Json = nlohmann::ordered_json;

void require_text_or_json(const CommonOptions& common, const char* command) {
  if (common.format == Format::kText || common.format == Format::kJson) return;
  throw InputError(
      {{"--format", fmt::format("{} has nothing to test", command), "use text or json"}});
}

// Those of `known` that are asked for. Throws InputError for a pattern that matches none.
std::vector<std::string> choose(const std::vector<std::string>& known, const Selection& asked,
                                const char* what) {
  std::vector<Fault> faults;
  for (const std::string& pattern : asked.include) {
    const bool found = std::any_of(known.begin(), known.end(),
                                   [&](const auto& schema) { return matches(pattern, schema); });
    if (found) continue;
    faults.push_back(
        {"-n", fmt::format("no {} matches \"{}\"", what, pattern), suggest(pattern, known)});
  }
  if (!faults.empty()) throw InputError(std::move(faults));
  std::vector<std::string> chosen;
  std::copy_if(known.begin(), known.end(), std::back_inserter(chosen),
               [&](const std::string& schema) { return asked.contains(schema); });
  return chosen;
}

std::vector<std::string> all_schemas(Transaction& transaction) {
  const Rows rows = transaction.query(
      "SELECT n.nspname FROM pg_catalog.pg_namespace AS n"
      " WHERE NOT pg_catalog.starts_with(n.nspname::pg_catalog.text, 'pg_') AND n.nspname"
      " OPERATOR(pg_catalog.<>) ALL ('{information_schema,resow}'::pg_catalog.name[])"
      " AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d"
      " WHERE d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_namespace'::pg_catalog.regclass"
      "::pg_catalog.oid AND d.objid OPERATOR(pg_catalog.=) n.oid"
      " AND d.deptype OPERATOR(pg_catalog.=) 'e'::pg_catalog.\"char\")",
      "look for schemas");
  std::vector<std::string> schemas;
  for (size_t row = 0; row < rows.size(); ++row) schemas.emplace_back(rows.text(row, 0));
  std::sort(schemas.begin(), schemas.end(), natural_less);
  return schemas;
}

std::string database_name(Transaction& transaction) {
  return std::string(
      transaction.query("SELECT pg_catalog.current_database()", "ask for the database").text(0, 0));
}

// What is said of each schema, those of which the same is said together.
class Sayings {
 public:
  void add(const std::string& schema, std::string body) {
    const auto found = std::find_if(groups_.begin(), groups_.end(),
                                    [&](const auto& group) { return group.second == body; });
    if (found != groups_.end()) {
      found->first.push_back(schema);
    } else {
      groups_.emplace_back(std::vector<std::string>{schema}, std::move(body));
    }
  }
  std::string text() const {
    static constexpr size_t kNamed = 4;
    std::string all;
    for (const auto& [schemas, body] : groups_) {
      std::vector<std::string> names;
      for (const std::string& schema : schemas) names.push_back(one_line(schema));
      if (names.size() > kNamed) {
        names = {names[0], names[1], "...", names.back()};
      }
      all += fmt::format(
          "{}{}: {}", fmt::join(names, ", "),
          schemas.size() > kNamed ? fmt::format(" ({} schemas)", schemas.size()) : "", body);
    }
    return all;
  }

 private:
  std::vector<std::pair<std::vector<std::string>, std::string>> groups_;
};

// The plan without its first name, which Sayings puts before it.
std::string body_of(const Planned& planned) {
  const std::string text = to_string(planned.plan, planned.catalog);
  return text.substr(one_line(planned.plan.schema).size() + 2);
}

Json json_of(const Planned& planned) {
  Json tables = Json::array();
  for (const TrackedTable& table : planned.plan.tables) {
    const Relation& relation = planned.catalog.relations[table.relation];
    Json key = Json::array();
    if (table.key) {
      for (const ColumnNumber number : relation.unique_keys[*table.key].columns) {
        key.push_back(relation.column(number)->name);
      }
    }
    tables.push_back({{"table", relation.name}, {"key", key}, {"notes", table.remarks}});
  }
  return {{"schema", planned.plan.schema}, {"tables", tables}, {"notes", planned.plan.notes}};
}

struct Told {
  Sayings text;
  Json schemas = Json::array();
  void add(const Planned& planned) {
    text.add(planned.plan.schema, body_of(planned));
    schemas.push_back(json_of(planned));
  }
  void add_dropped(const std::string& schema, const char* what) {
    text.add(schema, std::string(what) + "\n");
    schemas.push_back({{"schema", schema}, {"tables", Json::array()}});
  }
};

int print(const std::string& text) {
  const bool good =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  if (!good) std::fputs("resow: the report could not be written\n", stderr);
  return good ? kDone : kReportLost;
}

int show(const BaselineOptions& options, const CommonOptions& common, const std::string& database,
         const std::string& guard, const Told& told) {
  if (common.format == Format::kJson) {
    Json document = {{"command", "baseline"},
                     {"outcome", options.execute ? "ok" : "preview"},
                     {"database", database},
                     {"schemas", told.schemas}};
    if (!guard.empty()) document["guard"] = guard;
    return print(document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
  }
  if (common.quiet) return kDone;
  std::string text = told.text.text();
  if (!options.execute) {
    text += fmt::format("{}\nNothing was changed. Add --execute to do it.\n", one_line(guard));
  }
  return print(text);
}

void change_schema(Connection& connection, LockObserver& observer, const BaselineOptions& options,
                   const std::string& schema, const std::function<void(std::string_view)>& say,
                   Told& told) {
  Transaction transaction(connection, Access::kReadWrite);
  observer.watched(transaction, schema, options.lock_timeout, [&] {
    require_disposable(transaction, options.force_database);
    std::vector<std::string> locked = {schema};
    if (options.drop) locked.emplace_back("resow");  // the last one removes it
    lock_schemas(transaction, locked, options.lock_timeout, say);
    if (options.drop) {
      drop_baseline(transaction, schema);
      told.add_dropped(schema, "baseline removed");
    } else {
      told.add(take_baseline(transaction, schema));
    }
    transaction.commit();
  });
}

}  // namespace

int run_baseline(const BaselineOptions& options, const CommonOptions& common) {
  require_text_or_json(common, "baseline");
  const ConnectionOptions to{.dbname = common.dbname, .lock_wait = options.lock_timeout};
  Connection connection(to);
  Told told;
  std::vector<std::string> schemas;
  std::string database, guard;
  {
    Transaction transaction(connection, Access::kReadOnly);
    if (options.execute) {
      require_disposable(transaction, options.force_database);
    } else {
      const DatabaseFacts facts = ask_database_facts(transaction);
      guard = to_string(judge(facts, options.force_database), facts);
    }
    database = database_name(transaction);
    const std::vector<std::string> taken = baseline_schemas(transaction);
    schemas = choose(options.drop ? taken : all_schemas(transaction), options.schemas,
                     options.drop ? "baseline" : "schema");
    // All that is wrong is said before the first change.
    std::vector<Fault> faults;
    for (const std::string& schema : schemas) {
      if (options.drop) {
        if (!options.execute) told.add_dropped(schema, "the baseline would be removed");
        continue;
      }
      try {
        const Planned planned = plan_of(transaction, schema);
        if (!options.execute) told.add(planned);
      } catch (const InputError& error) {
        append(faults, error.faults());
      }
    }
    if (!faults.empty()) throw InputError(std::move(faults));
  }
  if (options.execute) {
    const auto say = [](std::string_view line) {
      std::fputs(("resow: " + one_line(line) + "\n").c_str(), stderr);
    };
    LockObserver observer(to, say);
    for (const std::string& schema : schemas) {
      change_schema(connection, observer, options, schema, say, told);
    }
  }
  return show(options, common, database, guard, told);
}

namespace {

std::vector<std::vector<std::string>> cells(const Rows& rows) {
  std::vector<std::vector<std::string>> all;
  for (size_t row = 0; row < rows.size(); ++row) {
    std::vector<std::string>& cells = all.emplace_back();
    for (size_t column = 0; column < rows.columns(); ++column) {
      cells.push_back(one_line(rows.text(row, column)));
    }
  }
  return all;
}

Json objects(const Rows& rows, const std::vector<const char*>& names, size_t first_number,
             size_t numbers) {
  Json all = Json::array();
  for (size_t row = 0; row < rows.size(); ++row) {
    Json object = Json::object();
    for (size_t column = 0; column < names.size(); ++column) {
      if (rows.is_null(row, column)) {
        object[names[column]] = nullptr;
      } else if (column >= first_number && column < first_number + numbers) {
        object[names[column]] = rows.integer(row, column);
      } else {
        object[names[column]] = rows.text(row, column);
      }
    }
    all.push_back(std::move(object));
  }
  return all;
}

std::string rewound_text(const Rows& undone, const Rows* dirty) {
  std::string text;
  if (dirty != nullptr && !dirty->empty()) {
    text += text_table({{"schema"},
                        {"table"},
                        {"did"},
                        {"statements", true},
                        {"rows", true},
                        {"pid", true},
                        {"application"},
                        {"test"},
                        {"at"}},
                       cells(*dirty), 0, false) +
            "\n";
  }
  if (undone.empty()) return text + "rewind: nothing had changed\n";
  text += text_table({{"schema"}, {"table"}, {"added", true}, {"changed", true}, {"deleted", true}},
                     cells(undone), 0, false);
  int64_t rows = 0;
  for (size_t row = 0; row < undone.size(); ++row) {
    rows += undone.integer(row, 2) + undone.integer(row, 3) + undone.integer(row, 4);
  }
  return text + fmt::format("rewind: {} of {} put back\n", count_of_things(rows, "row"),
                            count_of_things(static_cast<int64_t>(undone.size()), "table"));
}

}  // namespace

int run_rewind(const RewindOptions& options, const CommonOptions& common) {
  require_text_or_json(common, "rewind");
  Connection connection({.dbname = common.dbname});
  Transaction transaction(connection, Access::kReadWrite);
  require_disposable(transaction, options.force_database);
  const std::vector<std::string> known = baseline_schemas(transaction);
  if (known.empty()) {
    throw InputError({{"-n", "there is no baseline in this database",
                       "take one: resow baseline -n SCHEMA --execute"}});
  }
  const std::vector<std::string> schemas = choose(known, options.schemas, "baseline");
  std::vector<Field> elements(schemas.begin(), schemas.end());
  const Field parameters[] = {array_text(elements)};
  transaction.execute(fmt::format("SET LOCAL resow.lock_timeout = '{}ms'",
                                  static_cast<int64_t>(options.lock_timeout * 1000)),
                      "say how long to wait");
  std::optional<Rows> dirty;
  if (options.report) {
    dirty = transaction.query(
        "SELECT d.schema, d.\"table\", d.operation, d.statements, d.rows, d.pid,"
        " d.application_name, d.test, pg_catalog.to_char(d.first_at, 'YYYY-MM-DD HH24:MI:SS')"
        " FROM resow.dirty(VARIADIC $1::pg_catalog.text[]) AS d",
        parameters, "ask who changed what");
  }
  const Rows undone = transaction.query(
      "SELECT r.schema, r.\"table\", r.added, r.changed, r.deleted"
      " FROM resow.rewind(VARIADIC $1::pg_catalog.text[]) AS r",
      parameters, "rewind");
  transaction.commit();
  if (common.format == Format::kJson) {
    Json document = {
        {"command", "rewind"},
        {"outcome", "ok"},
        {"tables", objects(undone, {"schema", "table", "added", "changed", "deleted"}, 2, 3)}};
    if (dirty) {
      document["dirty"] = objects(*dirty,
                                  {"schema", "table", "operation", "statements", "rows", "pid",
                                   "application_name", "test", "at"},
                                  3, 3);
    }
    return print(document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
  }
  if (common.quiet && !options.report) return kDone;
  return print(rewound_text(undone, dirty ? &*dirty : nullptr));
}

}  // namespace resow

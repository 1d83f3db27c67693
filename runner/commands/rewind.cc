#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fixtures/catalog.h"
#include "fixtures/text.h"
#include "runner/baseline/baseline.h"
#include "runner/chosen_schemas.h"
#include "runner/commands/baseline_options.h"
#include "runner/connection.h"
#include "runner/exit_status.h"
#include "runner/guard_facts.h"
#include "runner/history/run_log.h"
#include "runner/json_parts.h"
#include "runner/sql_text.h"
#include "runner/text_table.h"

namespace resow {
namespace {

using Json = nlohmann::ordered_json;

// What is told before it is undone.
struct Before {
  Rows changes;
  Rows leases;
};

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

std::string text_of(const Before& before) {
  std::string text;
  if (!before.leases.empty()) {
    text += text_table({{"schema"}, {"leased to"}, {"application"}, {"user"}, {"since"}},
                       cells(before.leases), 0, false) +
            "\n";
  }
  if (!before.changes.empty()) {
    text += text_table({{"schema"},
                        {"table"},
                        {"did"},
                        {"statements", true},
                        {"rows", true},
                        {"pid", true},
                        {"application"},
                        {"test"},
                        {"at"}},
                       cells(before.changes), 0, false) +
            "\n";
  }
  return text;
}

// resow.rewind() without names passes over what is kept.
std::string text_of_kept(const std::vector<std::string>& schemas) {
  std::string text;
  for (const std::string& schema : schemas) {
    text += fmt::format("{} is kept and was passed over; resow rewind -n {} puts it back\n",
                        one_line(schema), shell_word(schema));
  }
  return text;
}

std::string rewound_text(const Rows& undone, const std::vector<std::string>& kept,
                         const std::optional<Before>& before) {
  std::string text = (before ? text_of(*before) : "") + text_of_kept(kept);
  if (undone.empty()) {
    return text +
           (kept.empty() ? "rewind: nothing had changed\n" : "rewind: nothing else had changed\n");
  }
  text += text_table({{"schema"}, {"table"}, {"added", true}, {"changed", true}, {"deleted", true}},
                     cells(undone), 0, false);
  int64_t rows = 0;
  for (size_t row = 0; row < undone.size(); ++row) {
    rows += undone.integer(row, 2) + undone.integer(row, 3) + undone.integer(row, 4);
  }
  return text + fmt::format("rewind: {} of {} put back\n", count_of_things(rows, "row"),
                            count_of_things(static_cast<int64_t>(undone.size()), "table"));
}

Before look_before(Transaction& transaction, const Field& schemas) {
  const Field parameters[] = {schemas};
  return {transaction.query(
              "SELECT d.schema, d.\"table\", d.operation, d.statements, d.rows, d.pid,"
              " d.application_name, d.test, pg_catalog.to_char(d.first_at, 'YYYY-MM-DD HH24:MI:SS')"
              " FROM resow.dirty(VARIADIC $1::pg_catalog.text[]) AS d",
              parameters, "ask who changed what"),
          transaction.query("SELECT l.schema, COALESCE('pid ' OPERATOR(pg_catalog.||) "
                            "l.pid::pg_catalog.text, l.state),"
                            " l.application_name, l.\"user\", pg_catalog.to_char("
                            "COALESCE(l.connected_at, l.state_since), 'YYYY-MM-DD HH24:MI:SS')"
                            " FROM resow.leases() AS l WHERE $1::pg_catalog.text[]"
                            " OPERATOR(pg_catalog.=) '{}'::pg_catalog.text[]"
                            " OR l.schema OPERATOR(pg_catalog.=) ANY ($1::pg_catalog.text[])"
                            " ORDER BY pg_catalog.length(l.schema), l.schema",
                            parameters, "ask who holds what")};
}

// What was put back, as the history counts: rows of the test are gone, its changes taken back, what
// it deleted is there again.
std::vector<RunCount> counts_of_rewind(const Rows& undone) {
  std::vector<RunCount> counts;
  for (size_t row = 0; row < undone.size(); ++row) {
    RunCount& count = counts.emplace_back();
    count.schema = undone.text(row, 0);
    count.table = undone.text(row, 1);
    count.removed = undone.integer(row, 2);
    count.reset = undone.integer(row, 3);
    count.seeded = undone.integer(row, 4);
  }
  return counts;
}

Json document_of(const Rows& undone, const std::vector<std::string>& kept,
                 const std::optional<Before>& before, const std::optional<int64_t>& run) {
  Json document = {
      {"command", "rewind"},
      {"outcome", "ok"},
      {"tables", objects(undone, {"schema", "table", "added", "changed", "deleted"}, 2, 3)}};
  if (!kept.empty()) document["kept"] = kept;
  if (run) document["run"] = *run;
  if (!before) return document;
  document["dirty"] = objects(before->changes,
                              {"schema", "table", "operation", "statements", "rows", "pid",
                               "application_name", "test", "at"},
                              3, 3);
  document["leases"] =
      objects(before->leases, {"schema", "leased_to", "application_name", "user", "since"}, 0, 0);
  return document;
}

// Nothing is named where nothing was asked for: the database knows what that may mean.
Field schemas_to_rewind(Transaction& transaction, const Selection& asked) {
  const std::vector<std::string> known = baseline_schemas(transaction);
  if (known.empty()) {
    throw InputError({{"-n", "there is no baseline in this database",
                       "take one: resow baseline -n SCHEMA --execute"}});
  }
  if (asked.include.empty() && asked.exclude.empty()) return "{}";
  const std::vector<std::string> schemas = choose_schemas(known, asked, "baseline");
  if (schemas.empty()) {
    throw InputError({{"-N", "no baseline is left",
                       "there are those of: " + fmt::format("{}", fmt::join(known, ", "))}});
  }
  return array_text(std::vector<Field>(schemas.begin(), schemas.end()));
}

// Those that a rewind without names passes over, in natural order.
std::vector<std::string> kept_schemas(Transaction& transaction) {
  const Rows rows = transaction.query(
      "SELECT l.schema FROM resow.leases() AS l WHERE l.state OPERATOR(pg_catalog.=) 'kept'"
      " AND l.pid IS NULL",
      "ask what is kept");
  std::vector<std::string> schemas;
  for (size_t row = 0; row < rows.size(); ++row) schemas.emplace_back(rows.text(row, 0));
  std::sort(schemas.begin(), schemas.end(), natural_less);
  return schemas;
}

}  // namespace

int run_rewind(const RewindOptions& options, const CommonOptions& common) {
  require_text_or_json(common, "rewind");
  Connection connection({.dbname = common.dbname});
  Transaction transaction(connection, Access::kReadWrite);
  require_disposable(transaction, options.force_database);
  const Field schemas = schemas_to_rewind(transaction, options.schemas);
  transaction.execute(fmt::format("SET LOCAL resow.lock_timeout = '{}ms'",
                                  static_cast<int64_t>(options.lock_timeout * 1000)),
                      "say how long to wait");
  std::optional<Before> before;
  if (options.report) before = look_before(transaction, schemas);
  const std::vector<std::string> kept =
      schemas == Field("{}") ? kept_schemas(transaction) : std::vector<std::string>();
  const Field parameters[] = {schemas};
  const Rows undone = transaction.query(
      "SELECT r.schema, r.\"table\", r.added, r.changed, r.deleted"
      " FROM resow.rewind(VARIADIC $1::pg_catalog.text[]) AS r",
      parameters, "rewind");
  std::optional<int64_t> run;
  if (!undone.empty()) {
    run = add_where_recorded(transaction, {"rewind", "", "", "", ""}, counts_of_rewind(undone));
  }
  transaction.commit();
  if (common.format == Format::kJson) {
    return print_text(document_text(document_of(undone, kept, before, run)));
  }
  if (common.quiet && !options.report) return print_text(text_of_kept(kept));
  return print_text(rewound_text(undone, kept, before));
}

}  // namespace resow

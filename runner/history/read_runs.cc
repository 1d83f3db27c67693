#include "runner/history/read_runs.h"

#include <fmt/format.h>

#include <cstdlib>

#include "runner/catalog/row_values.h"
#include "runner/history/control_tables.h"

namespace resow {
namespace {

std::string iso_time(const char* column) {
  return fmt::format("COALESCE(pg_catalog.to_char(r.{}, 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), '')",
                     column);
}

std::string runs_sql(const std::string& which) {
  return fmt::format(
      "SELECT r.id, r.token, r.command, r.subject, r.subject_hash, r.plan, r.archive, r.os_user,"
      " r.host, r.database_user, r.application, {}, {},"
      " EXTRACT(epoch FROM COALESCE(r.finished, pg_catalog.clock_timestamp())"
      " OPERATOR(pg_catalog.-) r.started)::pg_catalog.float8,"
      " CASE WHEN r.state OPERATOR(pg_catalog.=) 'running' AND NOT {} THEN 'died'"
      " ELSE r.state END, r.error, r.batches, COALESCE(t.removed, 0), COALESCE(t.reset, 0),"
      " COALESCE(t.seeded, 0) FROM resow.run AS r LEFT JOIN LATERAL (SELECT"
      " pg_catalog.sum(c.removed)::pg_catalog.int8 AS removed,"
      " pg_catalog.sum(c.reset)::pg_catalog.int8 AS reset,"
      " pg_catalog.sum(c.seeded)::pg_catalog.int8 AS seeded FROM resow.run_table AS c"
      " WHERE c.run OPERATOR(pg_catalog.=) r.id) AS t ON true {}",
      iso_time("started"), iso_time("finished"), run_is_alive_sql("r.id"), which);
}

RunRecord record_of(const Rows& rows, size_t row) {
  RunRecord record;
  record.id = rows.integer(row, 0);
  record.token = rows.text(row, 1);
  record.command = rows.text(row, 2);
  record.subject = rows.text(row, 3);
  record.subject_hash = rows.text(row, 4);
  record.plan = rows.text(row, 5);
  record.archive = rows.text(row, 6);
  record.os_user = rows.text(row, 7);
  record.host = rows.text(row, 8);
  record.database_user = rows.text(row, 9);
  record.application = rows.text(row, 10);
  record.started = rows.text(row, 11);
  record.finished = rows.text(row, 12);
  record.seconds = std::strtod(std::string(rows.text(row, 13)).c_str(), nullptr);
  record.state = rows.text(row, 14);
  record.error = rows.text(row, 15);
  record.batches = rows.integer(row, 16);
  record.total.removed = rows.integer(row, 17);
  record.total.reset = rows.integer(row, 18);
  record.total.seeded = rows.integer(row, 19);
  return record;
}

}  // namespace

std::vector<RunRecord> read_runs(Transaction& transaction, int64_t limit) {
  std::vector<RunRecord> records;
  if (!has_history(transaction)) return records;
  const Field parameters[] = {std::to_string(limit)};
  const Rows rows = transaction.query(runs_sql("ORDER BY r.id DESC LIMIT $1::pg_catalog.int8"),
                                      parameters, "read the history");
  for (size_t row = 0; row < rows.size(); ++row) records.push_back(record_of(rows, row));
  return records;
}

std::optional<RunRecord> read_run(Transaction& transaction, int64_t id) {
  if (!has_history(transaction)) return std::nullopt;
  const Field parameters[] = {std::to_string(id)};
  const Rows rows =
      transaction.query(runs_sql("WHERE r.id OPERATOR(pg_catalog.=) $1::pg_catalog.int8"),
                        parameters, "read the history");
  if (rows.empty()) return std::nullopt;
  RunRecord record = record_of(rows, 0);
  const Rows tables = transaction.query(
      "SELECT t.schema, t.\"table\", t.removed, t.reset, t.seeded, t.oldest, t.newest"
      " FROM resow.run_table AS t WHERE t.run OPERATOR(pg_catalog.=) $1::pg_catalog.int8"
      " ORDER BY t.schema, t.\"table\"",
      parameters, "read the counts of the run");
  for (size_t row = 0; row < tables.size(); ++row) {
    RunCount& count = record.tables.emplace_back();
    count.schema = tables.text(row, 0);
    count.table = tables.text(row, 1);
    count.removed = tables.integer(row, 2);
    count.reset = tables.integer(row, 3);
    count.seeded = tables.integer(row, 4);
    count.oldest = optional_text_at(tables, row, 5);
    count.newest = optional_text_at(tables, row, 6);
  }
  return record;
}

}  // namespace resow

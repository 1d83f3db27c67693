#include "runner/history/run_record.h"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <filesystem>
#include <vector>

#include "fixtures/text.h"
#include "runner/history/control_tables.h"
#include "runner/sql_text.h"

namespace resow {
namespace {

// The last words of a run wait no longer than that, seconds.
constexpr const char* kLastWordsTimeout = "SET LOCAL statement_timeout = '10s'";

std::string os_user() {
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  if (getpwuid_r(geteuid(), &entry, buffer.data(), buffer.size(), &found) == 0 && found) {
    return found->pw_name;
  }
  return fmt::format("user {}", geteuid());
}

std::string host_name() {
  std::array<char, HOST_NAME_MAX + 1> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

// A database may have any name, a file may not.
std::string as_file_name(std::string_view name) {
  std::string file;
  for (const char c : name) {
    const bool plain = static_cast<unsigned char>(c) > ' ' && c != '/' && c != 0x7F;
    file += plain ? c : '_';
  }
  if (file.starts_with('.')) file.front() = '_';
  return file;
}

// A folder, as it is known wherever we are called from later.
std::string archive_place(const std::string& archive, const std::string& database, int64_t run) {
  if (archive.empty() || archive == kArchiveInTable) return archive;
  const std::filesystem::path file = fmt::format("{}-run-{}.archive", as_file_name(database), run);
  return (std::filesystem::absolute(archive) / file).lexically_normal().string();
}

Field number_field(int64_t number) { return std::to_string(number); }

// The older, or the newer, of two values of one column in text form.
std::string extreme(const char* which, const char* column) {
  return fmt::format(
      "CASE WHEN t.{1} OPERATOR(pg_catalog.~) '^-?[0-9.]+$'"
      " AND EXCLUDED.{1} OPERATOR(pg_catalog.~) '^-?[0-9.]+$'"
      " THEN {0}(t.{1}::pg_catalog.numeric, EXCLUDED.{1}::pg_catalog.numeric)::pg_catalog.text"
      " ELSE {0}(t.{1} COLLATE \"C\", EXCLUDED.{1} COLLATE \"C\") END",
      which, column);
}

}  // namespace

NewRun insert_run(Transaction& transaction, const RunHead& head, RunState state) {
  const Field parameters[] = {head.command, head.subject,           head.subject_hash,
                              head.plan,    head.archive,           os_user(),
                              host_name(),  "resow " RESOW_VERSION, to_string(state)};
  const Rows rows = transaction.query(
      "INSERT INTO resow.run (command, subject, subject_hash, plan, archive, os_user, host,"
      " application, state, finished) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9,"
      " CASE WHEN $9 OPERATOR(pg_catalog.<>) 'running' THEN pg_catalog.clock_timestamp() END)"
      " RETURNING id, token, pg_catalog.current_database()",
      parameters, "record the run");
  NewRun run;
  run.id = rows.integer(0, 0);
  run.token = rows.text(0, 1);
  run.database = rows.text(0, 2);
  run.archive = archive_place(head.archive, run.database, run.id);
  if (run.archive != head.archive) {
    const Field place[] = {number_field(run.id), run.archive};
    transaction.query(
        "UPDATE resow.run SET archive = $2 WHERE id OPERATOR(pg_catalog.=) $1::pg_catalog.int8",
        place, "record where the archive is");
  }
  return run;
}

void add_run_counts(Transaction& transaction, int64_t run, std::span<const RunCount> counts) {
  if (counts.empty()) return;
  std::array<std::vector<Field>, 7> columns;
  for (const RunCount& count : counts) {
    columns[0].emplace_back(count.schema);
    columns[1].emplace_back(count.table);
    columns[2].push_back(number_field(count.removed));
    columns[3].push_back(number_field(count.reset));
    columns[4].push_back(number_field(count.seeded));
    columns[5].push_back(count.oldest);
    columns[6].push_back(count.newest);
  }
  std::vector<Field> parameters = {number_field(run)};
  for (const std::vector<Field>& column : columns) parameters.emplace_back(array_text(column));
  transaction.query(fmt::format("INSERT INTO resow.run_table AS t"
                                " SELECT $1::pg_catalog.int8, u.* FROM ROWS FROM ("
                                "pg_catalog.unnest($2::pg_catalog.text[]),"
                                " pg_catalog.unnest($3::pg_catalog.text[]),"
                                " pg_catalog.unnest($4::pg_catalog.int8[]),"
                                " pg_catalog.unnest($5::pg_catalog.int8[]),"
                                " pg_catalog.unnest($6::pg_catalog.int8[]),"
                                " pg_catalog.unnest($7::pg_catalog.text[]),"
                                " pg_catalog.unnest($8::pg_catalog.text[])) AS u"
                                " ON CONFLICT (run, schema, \"table\") DO UPDATE SET"
                                " removed = t.removed OPERATOR(pg_catalog.+) EXCLUDED.removed,"
                                " reset = t.reset OPERATOR(pg_catalog.+) EXCLUDED.reset,"
                                " seeded = t.seeded OPERATOR(pg_catalog.+) EXCLUDED.seeded,"
                                " oldest = {}, newest = {}",
                                extreme("LEAST", "oldest"), extreme("GREATEST", "newest")),
                    parameters, "record the counts");
}

void end_run(Transaction& transaction, int64_t run, RunState state, const std::string& error) {
  const Field parameters[] = {number_field(run), to_string(state), one_line(error)};
  transaction.execute(kLastWordsTimeout, "end the run");
  transaction.query(
      "UPDATE resow.run SET state = $2, error = $3, finished = pg_catalog.clock_timestamp()"
      " WHERE id OPERATOR(pg_catalog.=) $1::pg_catalog.int8"
      " AND state OPERATOR(pg_catalog.=) 'running'",
      parameters, "record how the run ended");
}

// (In the simple protocol: it leaves no snapshot behind.)
void show_run_alive(Transaction& transaction, int64_t run) {
  transaction.execute(
      fmt::format("SELECT pg_catalog.pg_advisory_xact_lock_shared({}, ({} OPERATOR(pg_catalog.&)"
                  " 2147483647)::pg_catalog.int4)",
                  kRunLockClass, run),
      "say that the run is alive");
}

}  // namespace resow

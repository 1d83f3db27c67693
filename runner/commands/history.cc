#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "fixtures/text.h"
#include "runner/chosen_schemas.h"
#include "runner/commands/history_options.h"
#include "runner/connection.h"
#include "runner/exit_status.h"
#include "runner/history/control_tables.h"
#include "runner/history/read_runs.h"
#include "runner/history/undone_run.h"
#include "runner/json_parts.h"
#include "runner/text_table.h"

namespace resow {
namespace {

using HistoryJson = nlohmann::ordered_json;

HistoryJson json_of_run(const RunRecord& run) {
  return {{"id", run.id},
          {"command", run.command},
          {"subject", text_or_null(run.subject)},
          {"subject_hash", text_or_null(run.subject_hash)},
          {"plan", text_or_null(run.plan)},
          {"archive", text_or_null(run.archive)},
          {"os_user", run.os_user},
          {"host", run.host},
          {"database_user", run.database_user},
          {"application", run.application},
          {"started", run.started},
          {"finished", text_or_null(run.finished)},
          {"seconds", run.seconds},
          {"state", run.state},
          {"error", text_or_null(run.error)},
          {"batches", run.batches},
          {"removed", run.total.removed},
          {"reset", run.total.reset},
          {"seeded", run.total.seeded}};
}

HistoryJson json_of_tables(const RunRecord& run) {
  HistoryJson schemas = HistoryJson::array();
  for (const RunCount& count : run.tables) {
    if (schemas.empty() || schemas.back()["schema"] != count.schema) {
      schemas.push_back({{"schema", count.schema}, {"tables", HistoryJson::array()}});
    }
    HistoryJson table = {{"table", count.table},
                         {"removed", count.removed},
                         {"reset", count.reset},
                         {"seeded", count.seeded}};
    if (count.oldest) table["oldest"] = *count.oldest;
    if (count.newest) table["newest"] = *count.newest;
    schemas.back()["tables"].push_back(std::move(table));
  }
  return schemas;
}

std::string duration_text(double seconds) {
  constexpr double kMinute = 60, kHour = 3600;
  if (seconds < kMinute) return fmt::format("{:.1f} s", seconds);
  if (seconds < kHour) return fmt::format("{:.1f} min", seconds / kMinute);
  return fmt::format("{:.1f} h", seconds / kHour);
}

// "2026-01-19T12:00:00Z" for people.
std::string utc_text(std::string time) {
  for (char& c : time) {
    if (c == 'T' || c == 'Z') c = ' ';
  }
  return time.empty() ? time : time.substr(0, time.size() - 1);
}

std::string number_or_nothing(int64_t number) { return number == 0 ? "" : with_thousands(number); }

std::string runs_text(const std::vector<RunRecord>& runs) {
  if (runs.empty()) return "history: nothing was recorded in this database\n";
  std::vector<std::vector<std::string>> rows;
  for (const RunRecord& run : runs) {
    rows.push_back({std::to_string(run.id), run.command, one_line(run.subject),
                    utc_text(run.started), duration_text(run.seconds), run.state,
                    number_or_nothing(run.total.removed), number_or_nothing(run.total.reset),
                    number_or_nothing(run.total.seeded), one_line(run.os_user)});
  }
  return text_table({{"run", true},
                     {"command"},
                     {"subject"},
                     {"started (UTC)"},
                     {"took", true},
                     {"state"},
                     {"removed", true},
                     {"reset", true},
                     {"seeded", true},
                     {"by"}},
                    rows, 0, false);
}

void add_fact(std::vector<std::vector<std::string>>& facts, const char* name,
              const std::string& value) {
  if (!value.empty()) facts.push_back({name, one_line(value)});
}

std::string run_text(const RunRecord& run) {
  std::vector<std::vector<std::string>> facts;
  add_fact(facts, "command", run.command);
  add_fact(facts, "subject", run.subject);
  add_fact(facts, "hash", run.subject_hash);
  add_fact(facts, "plan", run.plan);
  add_fact(facts, "state", run.state);
  add_fact(facts, "error", run.error);
  add_fact(facts, "by",
           fmt::format("{} on {}, as {} with {}", run.os_user, run.host, run.database_user,
                       run.application));
  add_fact(facts, "started", utc_text(run.started) + " UTC");
  if (!run.finished.empty()) add_fact(facts, "finished", utc_text(run.finished) + " UTC");
  add_fact(facts, "took", duration_text(run.seconds));
  if (run.batches > 0) add_fact(facts, "batches", with_thousands(run.batches));
  add_fact(facts, "archive", run.archive == kArchiveInTable ? "in resow.archive" : run.archive);
  std::string text = text_table({{"run"}, {std::to_string(run.id)}}, facts, 0, false);
  if (run.tables.empty()) return text;
  std::vector<std::vector<std::string>> rows;
  for (const RunCount& count : run.tables) {
    rows.push_back({one_line(count.schema), one_line(count.table), number_or_nothing(count.removed),
                    number_or_nothing(count.reset), number_or_nothing(count.seeded),
                    one_line(count.oldest.value_or("")), one_line(count.newest.value_or(""))});
  }
  return text + "\n" +
         text_table({{"schema"},
                     {"table"},
                     {"removed", true},
                     {"reset", true},
                     {"seeded", true},
                     {"oldest"},
                     {"newest"}},
                    rows, 0, false);
}

constexpr int kLooks = 3;
constexpr std::chrono::milliseconds kBetweenLooks(150);

// Whether the last of the runs is one that nobody seems to be at.
bool seems_to_have_died(Connection& connection, const HistoryOptions& options) {
  Transaction transaction(connection, Access::kReadOnly);
  if (options.run) {
    const std::optional<RunRecord> run = read_run(transaction, *options.run);
    return run && run->state == "died";
  }
  const std::vector<RunRecord> runs = read_runs(transaction, 1);
  return !runs.empty() && runs.front().state == "died";
}

}  // namespace

int run_history(const HistoryOptions& options, const CommonOptions& common) {
  require_text_or_json(common, "history");
  Connection connection({.dbname = common.dbname});
  // A command that goes from one transaction to the next holds nothing for a moment.
  for (int look = 1; look < kLooks && seems_to_have_died(connection, options); ++look) {
    std::this_thread::sleep_for(kBetweenLooks);
  }
  Transaction transaction(connection, Access::kReadOnly);
  const std::string database = database_name(transaction);
  std::vector<RunRecord> runs;
  if (options.run) {
    runs.push_back(existing_run(transaction, *options.run));
  } else {
    runs = read_runs(transaction, options.limit);
  }
  if (common.format != Format::kJson) {
    return print_text(options.run ? run_text(runs.front()) : runs_text(runs));
  }
  HistoryJson document = {{"command", "history"}, {"outcome", "ok"}, {"database", database}};
  document["runs"] = HistoryJson::array();
  for (const RunRecord& run : runs) {
    document["runs"].push_back(json_of_run(run));
    if (options.run) document["runs"].back()["schemas"] = json_of_tables(run);
  }
  return print_text(document_text(document));
}

}  // namespace resow

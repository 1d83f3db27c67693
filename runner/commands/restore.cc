#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "fixtures/pattern.h"
#include "fixtures/text.h"
#include "runner/chosen_schemas.h"
#include "runner/commands/snapshot.h"
#include "runner/commands/snapshot_options.h"
#include "runner/exit_status.h"
#include "runner/guard_facts.h"
#include "runner/history/command_run.h"
#include "runner/preview_guard.h"
#include "runner/progress.h"
#include "runner/read_catalog.h"
#include "runner/render.h"
#include "runner/run_unit.h"
#include "runner/snapshot/restore_unit.h"
#include "runner/told_rows.h"

namespace resow {
namespace {

using RestoreClock = std::chrono::steady_clock;

constexpr int kVersionsOfMajor = 10'000;

// A newer server may have written what an older one reads otherwise.
void require_server(const SnapshotFile& file, const Connection& connection) {
  const int from = file.header().server_version / kVersionsOfMajor;
  const int to = connection.server_version() / kVersionsOfMajor;
  if (from <= to) return;
  throw InputError(
      {{file.path(),
        fmt::format("was taken from PostgreSQL {}, and this server is PostgreSQL {}", from, to),
        fmt::format("restore it into PostgreSQL {} or newer, or take it from {}", from, to)}});
}

std::vector<std::string> schemas_here(Transaction& transaction) {
  const Rows rows = transaction.query(
      "SELECT n.nspname FROM pg_catalog.pg_namespace AS n ORDER BY 1", "look for schemas");
  std::vector<std::string> schemas;
  for (size_t row = 0; row < rows.size(); ++row) schemas.emplace_back(rows.text(row, 0));
  return schemas;
}

void require_schemas(Transaction& transaction, const std::vector<std::string>& wanted) {
  const std::vector<std::string> here = schemas_here(transaction);
  std::vector<Fault> faults;
  for (const std::string& schema : wanted) {
    if (std::find(here.begin(), here.end(), schema) != here.end()) continue;
    faults.push_back({schema, "the snapshot has this schema, and the database has not",
                      "create it with its tables first; a snapshot holds data alone"});
  }
  if (!faults.empty()) throw InputError(std::move(faults));
}

// Tables of which a snapshot holds nothing are not emptied.
void leave_alone(const Catalog& catalog, Scope& unit) {
  const auto gone = std::stable_partition(unit.clear.begin(), unit.clear.end(), [&](size_t table) {
    return has_rows_to_keep(catalog.relations[table]);
  });
  for (auto table = gone; table != unit.clear.end(); ++table) {
    unit.preserved.push_back({*table, "it has no columns to restore"});
  }
  unit.clear.erase(gone, unit.clear.end());
}

uint64_t rows_to_restore(const SnapshotFile& file, const std::vector<std::string>& schemas) {
  uint64_t rows = 0;
  for (size_t i = 0; i < file.sums().size(); ++i) {
    const std::string& schema = file.header().tables[i].schema;
    if (std::find(schemas.begin(), schemas.end(), schema) != schemas.end()) {
      rows += file.sums()[i].rows;
    }
  }
  return rows;
}

// Units one after the other, several at once; one that fails keeps those from running that did not
// start. What was committed stays, and the report says so.
class UnitsToRestore {
 public:
  UnitsToRestore(const RestoreOptions& options, const ConnectionOptions& to,
                 const RestoreTask& task, const std::vector<Scope>& units, Progress& progress,
                 const CommandRun* run)
      : options_(options),
        run_(run),
        to_(to),
        task_(task),
        units_(units),
        progress_(progress),
        observer_(to, [&](std::string_view line) { progress.say(line); }),
        reports_(units.size()),
        errors_(units.size()) {}

  void run(Connection& first) {
    const size_t workers = std::min<size_t>(static_cast<size_t>(options_.jobs), units_.size());
    std::vector<std::jthread> threads;
    for (size_t i = 1; i < workers; ++i) threads.emplace_back([this] { work(nullptr); });
    work(&first);
  }

  void report(Report& report) {
    for (size_t i = 0; i < units_.size(); ++i) {
      SchemaReport& of_unit = reports_[i];
      of_unit.schema = unit_name(units_[i]);
      of_unit.schemas = units_[i].schemas.size();
      if (!begun_[i]) {
        of_unit.outcome = Outcome::kNotStarted;
        of_unit.error = "another schema's failure kept it from running";
      } else if (errors_[i]) {
        Report failed;
        exit_status(errors_[i], failed);
        of_unit.outcome = failed.outcome;
        of_unit.error = failed.faults.empty() ? failed.database_errors.front().message
                                              : to_string(failed.faults.front());
        append(report.faults, failed.faults);
        for (auto& error : failed.database_errors) report.database_errors.push_back(error);
      }
      report.outcome = worst(report.outcome, of_unit.outcome);
      report.schemas.push_back(std::move(of_unit));
    }
  }

 private:
  void work(Connection* connection) {
    std::unique_ptr<Connection> own;
    for (size_t i = next_++; i < units_.size() && !failed_; i = next_++) {
      begun_[i] = true;
      try {
        if (connection == nullptr) {
          own = std::make_unique<Connection>(to_);
          connection = own.get();
        }
        reports_[i] = restore(*connection, units_[i]);
      } catch (...) {
        errors_[i] = std::current_exception();
        failed_ = true;
      }
      progress_.done(units_[i].schemas.size());
    }
  }

  SchemaReport restore(Connection& connection, const Scope& unit) {
    const OnRows add = [this](int64_t rows) { progress_.add(rows); };
    ToldRows told(add);
    RestoreSettings settings;
    settings.connection = to_;
    settings.lock_wait = options_.lock_timeout;
    settings.before_change = [this](Transaction& transaction) {
      require_disposable(transaction, options_.force_database);
      if (run_ != nullptr) run_->show_alive(transaction);
    };
    settings.on_rows = told.receiver();
    settings.on_wait = [&](std::string_view line) {
      progress_.say(fmt::format("{}: {}", unit_name(unit), line));
    };
    SchemaReport report = restore_unit(connection, observer_, task_, unit, settings);
    told.stay();
    return report;
  }

  const RestoreOptions& options_;
  const CommandRun* run_;
  const ConnectionOptions& to_;
  const RestoreTask task_;
  const std::vector<Scope>& units_;
  Progress& progress_;
  LockObserver observer_;
  std::vector<SchemaReport> reports_;
  std::vector<std::exception_ptr> errors_;
  std::vector<char> begun_ = std::vector<char>(units_.size());
  std::atomic<size_t> next_ = 0;
  std::atomic<bool> failed_ = false;
};

void preview_all(Transaction& transaction, const RestoreTask& task, const std::vector<Scope>& units,
                 Report& report) {
  std::vector<Fault> faults;
  for (const Scope& unit : units) {
    try {
      report.schemas.push_back(preview_restore(transaction, task, unit));
      report.schemas.back().schemas = unit.schemas.size();
    } catch (const InputError& error) {
      append(faults, error.faults());
    }
  }
  if (!faults.empty()) throw InputError(std::move(faults));
}

Report restore_all(const RestoreOptions& options, const CommonOptions& common, Progress& progress) {
  const auto began = RestoreClock::now();
  Report report;
  report.command = "restore";
  progress.step("reading " + one_line(options.file));
  const SnapshotFile file(options.file);
  const std::vector<std::string> wanted =
      choose_schemas(file.header().schemas, options.schemas, "schema of the snapshot");
  ConnectionOptions to{.dbname = common.dbname, .lock_wait = options.lock_timeout};
  to.on_step = [&](std::string_view step) { progress.step(step); };
  Connection connection(to);
  require_server(file, connection);
  Catalog catalog;
  std::vector<Scope> units;
  {
    Transaction transaction(connection, Access::kReadOnly);
    ask_guard(transaction, options.execute, options.force_database, report);
    require_schemas(transaction, wanted);
    Request request;
    request.clear = true;
    for (const std::string& schema : wanted) {
      request.schemas.include.push_back(as_pattern(schema));
    }
    catalog = read_catalog(transaction, request.schemas, CatalogDetail::kAll);
    report.database = catalog.database;
    units = choose_scopes(catalog, nullptr, request);
    for (Scope& unit : units) leave_alone(catalog, unit);
    const RestoreTask task{file, catalog};
    std::vector<Fault> faults = restore_faults(transaction, task, units);
    if (!faults.empty()) throw InputError(std::move(faults));
    // What is impossible in one unit changes none.
    preview_all(transaction, task, units, report);
  }
  if (options.execute) {
    report.schemas.clear();
    progress.begin("", wanted.size(), "schemas");
    progress.expect(rows_to_restore(file, wanted));
    std::optional<CommandRun> run;
    if (options.history) {
      run.emplace(connection, RunHead{"restore", options.file, "", "", ""});
      if (!run->why_not().empty()) progress.say("no history: " + run->why_not());
      report.run = run->id();
    }
    UnitsToRestore restoring(options, to, {file, catalog}, units, progress, run ? &*run : nullptr);
    restoring.run(connection);
    restoring.report(report);
    if (run) run->finish(connection, to, report);
  } else {
    report.outcome = Outcome::kPreview;
    if (!report.guard_refuses) report.next_command = common.execute_line;
  }
  report.timings.emplace_back("total",
                              std::chrono::duration<double>(RestoreClock::now() - began).count());
  return report;
}

}  // namespace

int run_restore(const RestoreOptions& options, const CommonOptions& common) {
  Report report;
  {
    Progress progress("restore", !common.quiet && is_capable_terminal(STDERR_FILENO));
    report = restore_all(options, common, progress);
  }
  const int status = exit_status(report, interrupted());
  std::fputs(render_failure(report, style_for(STDERR_FILENO, common)).c_str(), stderr);
  const int printed = print_text(render(report, common.format, style_for(STDOUT_FILENO, common)));
  return status == kDone ? printed : status;
}

}  // namespace resow

// The command line. The main job (reset, seed, verify, apply) reads like this:
//
//   dataset text  -> parse_dataset  -> Dataset
//   connection    -> read_catalog   -> Catalog
//   both          -> choose_scopes  -> units: schemas that change together
//   each unit     -> look, make_plan, execute, verify: one transaction each, in run_units
//   Report        -> render         -> text, json, junit, tap
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fixtures/auto_dataset.h"
#include "fixtures/catalog_json.h"
#include "fixtures/dataset_json.h"
#include "fixtures/guard.h"
#include "fixtures/rest_of_dataset.h"
#include "fixtures/scope.h"
#include "runner/catalog_for.h"
#include "runner/commands/command.h"
#include "runner/connection.h"
#include "runner/eventually.h"
#include "runner/exit_status.h"
#include "runner/guard_facts.h"
#include "runner/history/command_run.h"
#include "runner/lock_observer.h"
#include "runner/options.h"
#include "runner/preview_guard.h"
#include "runner/progress.h"
#include "runner/read_text.h"
#include "runner/render.h"
#include "runner/run_units.h"
#include "runner/server_warnings.h"
#include "runner/write_rows.h"

namespace resow {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point moment) {
  return std::chrono::duration<double>(Clock::now() - moment).count();
}

// The first signal ends every call in progress, and its transaction; the second one ends us.
void stop_on_signals() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction action {};
    sigaction(signal, nullptr, &action);
    if (action.sa_handler == SIG_IGN) continue;  // nohup
    action.sa_handler = [](int) { interrupt_all(); };
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    sigaction(signal, &action, nullptr);
  }
}

// The dataset with all of its tables, which the catalog knows; nothing for a plain reset.
std::optional<Dataset> complete_dataset(const JobOptions& job, const Dataset* declared,
                                        const Catalog& catalog) {
  if (job.rows_of_each) return auto_dataset(catalog, job.request, *job.rows_of_each);
  if (declared == nullptr) return std::nullopt;
  return with_rest(catalog, *declared, job.request);
}

// Reads the catalog, of a database or of a file, and writes the rows to files.
Report run_to_files(const JobOptions& job, const CommonOptions& common, const Dataset* declared,
                    Progress& progress) {
  std::optional<Connection> connection;
  Catalog catalog;
  if (!job.catalog.empty()) {
    if (!common.dbname.empty()) {
      throw InputError({{"-d", "--catalog is in place of a database", "leave out one of them"}});
    }
    catalog = parse_catalog(read_text(job.catalog), job.catalog);
    select_schemas(schemas_to_read(declared, job.request), catalog);
  } else {
    connection.emplace(ConnectionOptions{.dbname = common.dbname, .lock_wait = job.lock_timeout});
    Transaction reading(*connection, Access::kReadOnly);
    catalog = read_catalog_for(reading, declared, job.request);
  }
  const std::optional<Dataset> dataset = complete_dataset(job, declared, catalog);
  WriteOptions options;
  options.folder = job.to;
  options.overwrite = job.overwrite;
  options.format = job.file_format;
  options.slice = job.request.slice;
  options.jobs = job.jobs;
  options.on_planned = [&](uint64_t rows) { progress.expect(rows); };
  options.on_rows = [&](uint64_t rows) { progress.add(static_cast<int64_t>(rows)); };
  return write_rows(options, catalog, *dataset, job.request, connection ? &*connection : nullptr);
}

// What `work` does is a run of the history, where it comes as far as changing something.
Report recorded_run(const JobOptions& job, const RunHead& head, Connection& connection,
                    const RunOptions& options,
                    const std::function<Report(const RunOptions&)>& work) {
  const bool changes = job.execute && (job.request.clear || job.request.seed);
  if (!changes || !job.history) return work(options);
  std::optional<CommandRun> run;
  RunOptions recorded = options;
  recorded.on_pass = [&](std::string_view pass, size_t schemas) {
    options.on_pass(pass, schemas);
    if (!pass.empty()) return;  // all are planned first
    run.emplace(connection, head);
    if (!run->why_not().empty()) options.on_diagnostic("no history: " + run->why_not());
  };
  recorded.before_change = [&](Transaction& transaction) {
    options.before_change(transaction);
    run->show_alive(transaction);
  };
  try {
    Report done = work(recorded);
    if (!run) return done;
    done.run = run->id();
    run->finish(connection, options.connection, done);
    return done;
  } catch (const std::exception& error) {
    if (run) run->fail(connection, options.connection, error.what());
    throw;
  }
}

// Reads the catalog and does what is asked for to all of its units. Fills `report` with what is
// known before that.
Report run_once(const JobOptions& job, const Dataset* declared, const RunHead& head,
                Connection& connection, const RunOptions& options, Report& report) {
  const auto began = Clock::now();
  std::optional<Transaction> reading(std::in_place, connection, Access::kReadOnly);
  if (job.request.clear || job.request.seed) {
    ask_guard(*reading, job.execute, job.force_database, report);
  }
  const Catalog catalog = [&] {
    LockObserver observer(options.connection, options.on_diagnostic);
    return observer.watched(*reading, "catalog", job.lock_timeout,
                            [&] { return read_catalog_for(*reading, declared, job.request); });
  }();
  reading.reset();
  std::optional<Dataset> complete = complete_dataset(job, declared, catalog);
  if (complete) declared = &*complete;
  report.database = catalog.database;
  const std::vector<Scope> units = choose_scopes(catalog, declared, job.request);
  const double catalog_seconds = seconds_since(began);

  // From here on it may be changed: with --execute, by a transaction that has asked the guard too.
  Report done = recorded_run(job, head, connection, options, [&](const RunOptions& recorded) {
    return run_units(recorded, catalog, declared, job.request, units);
  });
  done.timings.insert(done.timings.begin(), {"catalog", catalog_seconds});
  return done;
}

// Whether another look may find what this one did not: rows, or a table that is being made again.
bool may_still_come(const Report& report) {
  if (report.outcome == Outcome::kDifferences) return true;
  return !report.database_errors.empty() &&
         std::all_of(report.database_errors.begin(), report.database_errors.end(),
                     [](const DatabaseFailure& failure) {
                       return failure.sqlstate == "42P01" || failure.sqlstate == "42703";
                     });
}

// Also a dataset that does not fit the tables, for a migration may be on its way.
Report run_until_it_holds(double seconds, Progress& progress, const std::function<Report()>& once) {
  Report last;
  std::exception_ptr misfit;
  wait_until(seconds, [&] {
    misfit = nullptr;
    try {
      last = once();
      if (!may_still_come(last)) return true;
    } catch (const InputError&) {
      misfit = std::current_exception();
    }
    progress.step("waiting until it holds");
    return false;
  });
  if (misfit) std::rethrow_exception(misfit);
  return last;
}

// Fills `report` as far as it comes.
void run_job(const JobOptions& job, const CommonOptions& common, Report& report) {
  const auto began = Clock::now();
  std::optional<Dataset> dataset;
  RunHead head;
  head.command = report.command;
  if (!job.dataset.empty()) {
    const std::string text = read_text(job.dataset);
    dataset = parse_dataset(text, job.dataset);
    head.subject = dataset->name;
    head.subject_hash = subject_hash(text);
  }

  // From here on the database is read, and nothing of it is changed.
  Progress progress(report.command, !common.quiet && is_capable_terminal(STDERR_FILENO));
  if (job.request.to_files) {
    Report written = run_to_files(job, common, dataset ? &*dataset : nullptr, progress);
    written.command = report.command;
    written.timings.emplace_back("total", seconds_since(began));
    report = std::move(written);
    return;
  }
  RunOptions options;
  options.connection.dbname = common.dbname;
  options.connection.lock_wait = job.lock_timeout;
  options.connection.on_step = [&](std::string_view step) { progress.step(step); };
  ServerWarnings warnings([&](std::string_view line) { progress.say(line); });
  options.connection.on_notice = [&](std::string_view message) { warnings.receive(message); };
  options.on_diagnostic = [&](std::string_view line) { progress.say(line); };
  Connection connection(options.connection);
  options.idle = &connection;
  options.jobs = job.jobs;
  options.execute = job.execute;
  options.keep_going = job.keep_going;
  options.baseline = job.baseline;
  options.lock_wait = job.lock_timeout;
  options.before_change = [&](Transaction& transaction) {
    require_disposable(transaction, job.force_database);
  };
  options.on_planned = [&](uint64_t rows) { progress.expect(rows); };
  options.on_rows = [&](int64_t rows) { progress.add(rows); };
  options.on_pass = [&](std::string_view pass, size_t schemas) {
    progress.begin(pass, schemas, "schemas");
  };
  options.on_schemas = [&](size_t schemas) { progress.done(schemas); };
  Report done = run_until_it_holds(job.eventually, progress, [&] {
    return run_once(job, dataset ? &*dataset : nullptr, head, connection, options, report);
  });

  done.command = report.command;
  done.timings.emplace_back("total", seconds_since(began));
  done.guard = report.guard;
  done.guard_refuses = report.guard_refuses;
  if (exit_status(done, interrupted()) == kInterrupted) {
    done.faults.push_back({"", "interrupted", ""});
  }
  report = std::move(done);
}

bool print(std::FILE* stream, const std::string& text) {
  return std::fwrite(text.data(), 1, text.size(), stream) == text.size() &&
         std::fflush(stream) == 0;
}

// The report on stdout, why it failed on stderr.
bool show(const Report& report, const CommonOptions& common) {
  print(stderr, render_failure(report, style_for(STDERR_FILENO, common)));
  return print(stdout, render(report, common.format, style_for(STDOUT_FILENO, common)));
}

// Whether all of what was asked for was done, and is to stay.
bool changed_something(const CommandLine& line, const Report& report) {
  const auto* job = std::get_if<std::shared_ptr<const JobOptions>>(&line.action);
  return job != nullptr && (*job)->execute && report.outcome == Outcome::kOk;
}

int run(const std::vector<std::string>& arguments) {
  Report report;
  CommandLine line;
  line.common.format = format_asked_for(arguments);
  int status = kDone;
  try {
    line = parse_command_line(all_commands(), arguments);
    report.command = line.command;
    if (!line.text.empty()) return print(stdout, line.text) ? kDone : kReportLost;
    if (const auto* function = std::get_if<CommandFunction>(&line.action)) {
      return (*function)(line.common);
    }
    run_job(*std::get<std::shared_ptr<const JobOptions>>(line.action), line.common, report);
    if (report.outcome == Outcome::kPreview && !report.guard_refuses) {
      report.next_command = execute_line(arguments);
    }
    status = exit_status(report, interrupted());
  } catch (...) {
    status = exit_status(std::current_exception(), report);
  }
  if (show(report, line.common)) return status;
  print(stderr, changed_something(line, report)
                    ? "resow: the report could not be written; what was asked for is done\n"
                    : "resow: the report could not be written\n");
  return status == kDone ? kReportLost : status;
}

}  // namespace
}  // namespace resow

int main(int argc, char** argv) {
  resow::stop_on_signals();
  return resow::run({argv + std::min(1, argc), argv + argc});
}

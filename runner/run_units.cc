#include "runner/run_units.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "fixtures/group_faults.h"
#include "runner/database_failure.h"
#include "runner/guard_facts.h"
#include "runner/lock_observer.h"
#include "runner/run_unit.h"
#include "runner/told_rows.h"

namespace resow {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kRetryAttempts = 6;
constexpr std::chrono::milliseconds kRetryFirstPause(50);

enum class Purpose : uint8_t { kCheckPlan, kPreview, kVerify, kChange };

// What became of a unit.
struct Ending {
  bool started = false;
  UnitResult result;
  std::optional<DatabaseFailure> failure;
  std::vector<Fault> faults;
  std::optional<Fault> refused;  // by the guard
  std::optional<Fault> defect;   // an error of ours
  bool interrupted = false;
  double seconds = 0;

  bool failed() const { return failure || !faults.empty() || refused || defect || interrupted; }
  bool stops_others() const { return failed() || result.report.outcome == Outcome::kDifferences; }
};

// One after another, whichever worker calls.
RunOptions with_calls_in_turn(RunOptions options) {
  const auto mutex = std::make_shared<std::mutex>();
  const auto take_turns = [&mutex](auto& receiver) {
    receiver = [mutex, call = receiver](auto... values) {
      const std::lock_guard lock(*mutex);
      if (call) call(values...);
    };
  };
  take_turns(options.on_planned);
  take_turns(options.on_rows);
  take_turns(options.on_schemas);
  take_turns(options.on_diagnostic);
  return options;
}

// A worker's connection: opened when first needed, again after it was lost.
class Line {
 public:
  Line(const ConnectionOptions& options, Connection* idle) : options_(options), current_(idle) {}

  Connection& open() {
    if (current_ == nullptr) {
      own_ = std::make_unique<Connection>(options_);
      current_ = own_.get();
    }
    return *current_;
  }
  void close() {
    current_ = nullptr;
    own_.reset();
  }
  // There are connections enough without this one.
  void give_up() { given_up_ = true; }
  bool given_up() const { return given_up_; }

 private:
  ConnectionOptions options_;
  std::unique_ptr<Connection> own_;
  Connection* current_;
  bool given_up_ = false;
};

// Everything that the workers of one command share.
struct Pool {
  const RunOptions& options;
  const Task& task;
  std::span<const Scope> units;
  LockObserver& observer;
  std::map<Oid, std::mutex> turns;  // with sequences that go on from unit to unit
  std::vector<Line> lines;          // one for each worker, kept from one pass to the next
};

bool worth_another_try(const DatabaseError& error) {
  return error.sqlstate == "40P01" || error.sqlstate == "55P03";
}

// Its turn with each sequence that it shares with other units of this run. (Other runs wait at the
// server, which would tell us that we wait for ourselves.)
std::vector<std::unique_lock<std::mutex>> take_turns(Pool& pool, const Scope& unit) {
  std::vector<std::unique_lock<std::mutex>> turns;
  if (!pool.task.request.seed) return turns;
  for (const auto& [oid, table] : unit.shared_sequences) turns.emplace_back(pool.turns.at(oid));
  return turns;
}

UnitResult change(Pool& pool, Connection& connection, const Scope& unit) {
  const std::vector<std::unique_lock<std::mutex>> turns = take_turns(pool, unit);
  const auto start = Clock::now();
  const RunOptions& options = pool.options;
  auto pause = kRetryFirstPause;
  bool planned = false;
  for (int attempt = 1;; ++attempt, pause *= 2) {
    const double waited = std::chrono::duration<double>(Clock::now() - start).count();
    ChangeOptions change_options;
    change_options.connection = options.connection;
    change_options.lock_wait = std::max(0.0, options.lock_wait - waited);
    change_options.before_change = options.before_change;
    change_options.baseline = options.baseline;
    // Several units were planned before, to check them; then their rows have been told.
    change_options.on_planned = [&](uint64_t rows) {
      if (pool.units.size() == 1 && !std::exchange(planned, true)) options.on_planned(rows);
    };
    ToldRows told(options.on_rows);
    change_options.on_rows = told.receiver();
    change_options.on_wait = [&](std::string_view text) {
      options.on_diagnostic(fmt::format("{}: {}", unit_name(unit), text));
    };
    try {
      UnitResult result = change_unit(connection, pool.observer, pool.task, unit, change_options);
      if (result.differences.empty()) told.stay();
      return result;
    } catch (const DatabaseError& error) {
      const bool time_left =
          Clock::now() - start + pause < std::chrono::duration<double>(options.lock_wait);
      if (error.connection_lost || !worth_another_try(error) || attempt == kRetryAttempts ||
          !time_left) {
        throw;
      }
      options.on_diagnostic(fmt::format("{}: {} (SQLSTATE {}), trying again", unit_name(unit),
                                        error.what(), error.sqlstate));
    }
    std::this_thread::sleep_for(pause);
  }
}

UnitResult run_one(Pool& pool, Connection& connection, const Scope& unit, Purpose purpose) {
  switch (purpose) {
    case Purpose::kCheckPlan: {
      const uint64_t rows = plan_unit(connection, pool.task, unit);
      pool.options.on_planned(rows);
      return {};
    }
    case Purpose::kPreview:
      return preview_unit(connection, pool.task, unit, pool.options.baseline);
    case Purpose::kVerify:
      return verify_unit(connection, pool.task, unit, pool.options.on_planned,
                         pool.options.on_rows);
    case Purpose::kChange:
      break;
  }
  return change(pool, connection, unit);
}

Ending end_of(Pool& pool, Line& line, const Scope& unit, Purpose purpose) {
  Ending ending;
  ending.started = true;
  const auto began = Clock::now();
  try {
    ending.result = run_one(pool, line.open(), unit, purpose);
  } catch (const DatabaseError& error) {
    ending.failure = database_failure(error);
    if (error.connection_lost) line.close();
  } catch (const InputError& error) {
    ending.faults = error.faults();
  } catch (const GuardRefused& refused) {
    ending.refused = refused.fault();
  } catch (const Interrupted&) {
    ending.interrupted = true;
  } catch (const std::exception& error) {
    // What the units before this one did has to be told all the same.
    ending.defect = Fault{unit_name(unit), error.what(), ""};
    line.close();
  }
  ending.seconds = std::chrono::duration<double>(Clock::now() - began).count();
  return ending;
}

// Whether units that did not start yet still do.
bool goes_on(Purpose purpose, bool keep_going, const Ending& ending) {
  if (ending.interrupted) return false;
  return purpose != Purpose::kChange || keep_going || !ending.stops_others();
}

// Hands the units out to the workers and gathers what became of them, in the units' order.
std::vector<Ending> run_all(Pool& pool, Purpose purpose) {
  if (pool.options.on_pass) {
    const bool plans = purpose == Purpose::kCheckPlan || purpose == Purpose::kPreview;
    size_t schemas = 0;
    for (const Scope& unit : pool.units) schemas += unit.schemas.size();
    pool.options.on_pass(plans ? "planning" : "", schemas);
  }
  std::vector<Ending> endings(pool.units.size());
  std::atomic<size_t> next = 0;
  std::atomic<bool> stop = false;
  const auto work = [&](size_t worker) {
    if (pool.lines[worker].given_up()) return;
    try {
      if (worker > 0) pool.lines[worker].open();
      while (!stop) {
        const size_t i = next++;
        if (i >= pool.units.size()) return;
        endings[i] = end_of(pool, pool.lines[worker], pool.units[i], purpose);
        pool.options.on_schemas(pool.units[i].schemas.size());
        if (!goes_on(purpose, pool.options.keep_going, endings[i])) stop = true;
      }
    } catch (const Interrupted&) {
      stop = true;
    } catch (const std::exception& error) {
      pool.lines[worker].give_up();
      pool.options.on_diagnostic(fmt::format("going on with fewer connections: {}", error.what()));
    }
  };
  {
    std::vector<std::jthread> threads;
    for (size_t worker = 1; worker < pool.lines.size(); ++worker)
      threads.emplace_back(work, worker);
    work(0);
  }
  return endings;
}

[[noreturn]] void report_faults(const Pool& pool, const std::vector<Ending>& endings) {
  std::vector<UnitFaults> faults;
  for (size_t i = 0; i < endings.size(); ++i) {
    faults.push_back({pool.units[i].schemas, endings[i].faults});
  }
  throw InputError(group_faults(faults));
}

// A unit whose plan could not be made stops all of them before the first change; those that passed
// have not begun.
bool stops_all(std::vector<Ending>& checked) {
  if (std::none_of(checked.begin(), checked.end(), std::mem_fn(&Ending::failed))) return false;
  for (Ending& ending : checked) {
    if (!ending.failed()) ending = {};
  }
  return true;
}

bool any_faults(const std::vector<Ending>& endings) {
  return std::any_of(endings.begin(), endings.end(),
                     [](const Ending& ending) { return !ending.faults.empty(); });
}

std::string why_it_failed(const Ending& ending, const std::string& first_stop) {
  if (ending.failure) return to_string(*ending.failure);
  if (!ending.faults.empty()) return to_string(ending.faults.front());
  if (ending.refused) return to_string(*ending.refused);
  if (ending.defect) return ending.defect->what;
  if (ending.interrupted) return "interrupted";
  if (first_stop.empty()) return "interrupted";
  return "because of " + first_stop + "; --keep-going runs the others all the same";
}

// The report of all units; faults here are those that a plan met only after others had changed
// something.
Report assemble(const Pool& pool, Purpose purpose, std::vector<Ending> endings) {
  Report report;
  report.database = pool.task.catalog.database;
  report.outcome = purpose == Purpose::kPreview ? Outcome::kPreview : Outcome::kOk;
  std::string first_stop;
  for (size_t i = 0; i < endings.size(); ++i) {
    if (endings[i].started && endings[i].stops_others()) {
      first_stop = unit_name(pool.units[i]);
      break;
    }
  }
  std::map<std::string, double> seconds;
  for (size_t i = 0; i < endings.size(); ++i) {
    Ending& ending = endings[i];
    SchemaReport& schema = report.schemas.emplace_back(std::move(ending.result.report));
    if (!ending.started || ending.failed()) {
      schema = {};
      schema.schema = unit_name(pool.units[i]);
      schema.outcome = !ending.started  ? Outcome::kNotStarted
                       : ending.refused ? Outcome::kRefused
                                        : Outcome::kFailed;
      schema.error = why_it_failed(ending, first_stop);
    }
    schema.schemas = pool.units[i].schemas.size();
    schema.seconds = ending.seconds;
    report.outcome = worst(report.outcome, schema.outcome);
    const bool unexplained = !ending.started && (interrupted() || first_stop.empty());
    if (unexplained) report.outcome = worst(report.outcome, Outcome::kFailed);
    if (purpose == Purpose::kChange && !schema.left_out.empty()) {
      report.outcome = worst(report.outcome, Outcome::kDifferences);
    }
    report.differences.insert(report.differences.end(), ending.result.differences.begin(),
                              ending.result.differences.end());
    if (ending.failure) report.database_errors.push_back(std::move(*ending.failure));
    report.faults.insert(report.faults.end(), ending.faults.begin(), ending.faults.end());
    if (ending.refused) report.faults.push_back(std::move(*ending.refused));
    if (ending.defect) report.faults.push_back(std::move(*ending.defect));
    for (const auto& [phase, time] : ending.result.seconds) seconds[phase] += time;
  }
  for (const char* phase : {"plan", "change", "verify", "baseline", "commit"}) {
    if (const auto found = seconds.find(phase); found != seconds.end()) {
      report.timings.emplace_back(*found);
    }
  }
  return report;
}

Purpose purpose_of(const RunOptions& options, const Request& request) {
  if (!request.clear && !request.seed) return Purpose::kVerify;
  return options.execute ? Purpose::kChange : Purpose::kPreview;
}

}  // namespace

Report run_units(const RunOptions& given, const Catalog& catalog, const Dataset* dataset,
                 const Request& request, std::span<const Scope> units) {
  const RunOptions options = with_calls_in_turn(given);
  const Task task{catalog, dataset, request};
  LockObserver observer(options.connection, options.on_diagnostic);
  Pool pool{options, task, units, observer, {}, {}};
  for (const Scope& unit : units) {
    for (const auto& [oid, table] : unit.shared_sequences) pool.turns[oid];
  }
  const size_t workers =
      std::clamp<size_t>(units.size(), 1, static_cast<size_t>(std::max(1, options.jobs)));
  for (size_t worker = 0; worker < workers; ++worker) {
    pool.lines.emplace_back(options.connection, worker == 0 ? options.idle : nullptr);
  }
  const Purpose purpose = purpose_of(options, request);
  if (purpose == Purpose::kChange && units.size() > 1) {
    std::vector<Ending> checked = run_all(pool, Purpose::kCheckPlan);
    if (any_faults(checked)) report_faults(pool, checked);
    if (!options.keep_going && stops_all(checked)) {
      return assemble(pool, purpose, std::move(checked));
    }
  }
  std::vector<Ending> endings = run_all(pool, purpose);
  const bool nothing_changed = purpose != Purpose::kChange || units.size() == 1;
  if (nothing_changed && any_faults(endings)) report_faults(pool, endings);
  return assemble(pool, purpose, std::move(endings));
}

}  // namespace resow
